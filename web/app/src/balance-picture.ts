// The balance picture: people, projects and euros under each other on one axis,
// in the ground's own colours. A fine line drops from the people through the
// others, so that over and under is seen without reading. What lies in no class
// (outside, municipality-wide, unplaced) is a thin strip below its bar.
import { s } from "./dom";
import { percent } from "./format";
import { language, t, term } from "./i18n";
import { classColors, lines, type Mode, type PlaceClass } from "./palette";
import type { BalanceGroup } from "./types";

/** Only these are compared; the rest is always shown beside. */
export const placed: PlaceClass[] = ["urban", "suburban", "rural"];
export const unplaced = ["unclassified", "outside", "municipality_wide", "unplaced"] as const;

export interface Part {
  name: string;
  share: number;
}

/** One bar: parts of the classed whole, and how the whole divides into classed and not. */
export interface Bar {
  key: "people" | "projects" | "euros";
  parts: Part[];
  rest: Part[];
  classed: number;
}

/** The bars of a group; a bar without a figure is left out. */
export function bars(group: BalanceGroup, people: BalanceGroup): Bar[] {
  const value = (name: string, key: "weight" | "amount_cents") => group.rows.find((r) => r.class === name)?.[key] ?? 0;
  const peopleParts = parts((name) => people.rows.find((r) => r.class === name)?.people_share ?? 0);
  const made: Bar[] = [];
  if (peopleParts.length) made.push({ key: "people", parts: peopleParts, rest: [], classed: 1 });
  for (const [key, field] of [["projects", "weight"], ["euros", "amount_cents"]] as const) {
    const classed = sum(placed.map((name) => value(name, field)));
    const whole = classed + sum(unplaced.map((name) => value(name, field)));
    if (whole <= 0) continue;
    made.push({
      key,
      parts: classed > 0 ? parts((name) => value(name, field) / classed) : [],
      rest: unplaced.map((name) => ({ name, share: value(name, field) / whole })).filter((p) => p.share > 0),
      classed: classed / whole,
    });
  }
  return made;
}

const parts = (share: (name: string) => number): Part[] => placed.map((name) => ({ name, share: share(name) })).filter((p) => p.share > 0);
const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);

/** Where one class ends and the next begins, 0…1. */
export function boundaries(list: Part[]): number[] {
  let at = 0;
  return list.slice(0, -1).map((p) => (at += p.share));
}

/** Shares in words: mesto 75 %, podeželje 25 %. */
export const words = (list: Part[]): string => list.map((p) => `${term("class", p.name)} ${percent(p.share, language())}`).join(", ");

const shareOf = (bar: Bar | undefined, name: string) => bar?.parts.find((p) => p.name === name)?.share ?? 0;

/** How much the countryside has over its share of people, in points; null where there is nothing to compare. */
export function over(all: Bar[], bar: Bar): number | null {
  const people = all.find((b) => b.key === "people");
  if (!people || bar === people || !bar.parts.length) return null;
  return (shareOf(bar, "rural") - shareOf(people, "rural")) * 100;
}

let patterns = 0;

/** Patterns of one picture; ids are unique in the page. */
function defs(mode: Mode): { element: SVGDefsElement; fill: (name: string) => string } {
  const id = `bp${++patterns}`;
  const ink = lines[mode].grey;
  const stripe = (name: string, ground: string, line: string, width: number, angle: number) =>
    s("pattern", { id: `${id}-${name}`, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})` },
      s("rect", { width: 5, height: 5, fill: ground }), s("line", { x1: 0, x2: 0, y1: 0, y2: 5, stroke: line, "stroke-width": width }));
  const rural = classColors[mode].rural;
  const element = s("defs", null,
    stripe("rural", rural, mode === "light" ? "#ffffff30" : "#00000030", 1.6, 45),
    stripe("unplaced", "transparent", ink, 2, 45),
    stripe("outside", "transparent", ink, 1.2, 0));
  const own = new Set(["rural", "unplaced", "outside"]);
  return { element, fill: (name) => (own.has(name) ? `url(#${id}-${name})` : (classColors[mode][name as PlaceClass] ?? "none")) };
}

export interface PictureOptions {
  width: number;
  mode: Mode;
  caption: (bar: Bar) => string;
  note: (bar: Bar) => string;
  open: (name: string) => void;
}

const row = { caption: 19, bar: 25, strip: 6, note: 16, gap: 13 };

/** The large picture. */
export function picture(all: Bar[], o: PictureOptions): SVGSVGElement {
  const { element, fill } = defs(o.mode);
  let y = 0;
  const body: SVGElement[] = [];
  const tops: number[] = [];
  const texts: SVGElement[] = [];
  const avoid = boundaries(all.find((b) => b.key === "people")?.parts ?? []).map((b) => b * o.width);
  for (const bar of all) {
    texts.push(s("text", { class: "bp-label", x: 0, y: y + 12 }, t(`balance.${bar.key}`)), s("text", { class: "bp-caption", x: o.width, y: y + 12, "text-anchor": "end" }, o.caption(bar)));
    y += row.caption;
    tops.push(y);
    body.push(...bar.parts.length ? segments(bar, y, o, fill, bar.key === "people" ? [] : avoid) : [outline(0, o.width, y, row.bar, o.mode)]);
    y += row.bar;
    if (bar.rest.length) {
      body.push(...strip(bar, y + 3, row.strip, o.width, o.mode, fill));
      y += 3 + row.strip;
      for (const line of wrap(o.note(bar), o.width)) {
        texts.push(s("text", { class: "bp-note", x: 0, y: y + 13 }, line));
        y += row.note;
      }
    }
    y += row.gap;
  }
  const height = y - row.gap + 2;
  body.push(...drops(all, tops[0] ?? 0, height, o.width, o.mode), ...texts);
  return s("svg", { class: "picture", viewBox: `0 0 ${o.width} ${height}`, width: o.width, height, role: "img", "aria-label": spoken(all) }, element, ...body);
}

/** Breaks a note between its parts where it would run out of the picture. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of text.split(" · ")) {
    const last = lines.at(-1);
    if (last !== undefined && (last.length + part.length + 3) * 6.3 < width) lines[lines.length - 1] = `${last} · ${part}`;
    else lines.push(part);
  }
  return lines;
}

/** The picture in words, for those who hear it. */
export function spoken(all: Bar[]): string {
  const text = all.map((b) => `${t(`balance.${b.key}`)}: ${[words(b.parts), words(b.rest)].filter(Boolean).join("; ")}`).join(". ");
  return t("balance.picture", { text });
}

function segments(bar: Bar, y: number, o: PictureOptions, fill: (name: string) => string, avoid: number[]): SVGElement[] {
  let x = 0;
  return bar.parts.flatMap((p) => {
    const w = p.share * o.width;
    const group = s("g", { class: bar.key === "people" ? "bp-part" : "bp-part bp-open", ...(bar.key === "people" ? {} : { onclick: () => o.open(p.name) }) },
      s("title", null, `${term("class", p.name)} ${percent(p.share, language(), 1)}`),
      s("rect", { x, y, width: Math.max(0, w - 1), height: row.bar, fill: fill(p.name) }), label(p, x, y, w, avoid));
    x += w;
    return [group];
  });
}

/** As much of the label as fits, where no fine line runs through it. */
function label(p: Part, x: number, y: number, w: number, avoid: number[]): SVGElement | null {
  const short = percent(p.share, language());
  for (const text of [`${term("class", p.name)} ${short}`, short]) {
    const need = text.length * 6.9 + 12;
    if (need > w) continue;
    for (const left of [x, x + w - need]) {
      if (avoid.some((a) => a > left - 2 && a < left + need + 2)) continue;
      const end = left > x;
      return s("text", { class: "bp-in", x: end ? x + w - 7 : x + 6, y: y + row.bar / 2 + 4.5, "text-anchor": end ? "end" : "start" }, text);
    }
  }
  return null;
}

function strip(bar: Bar, y: number, h: number, width: number, mode: Mode, fill: (name: string) => string): SVGElement[] {
  const out: SVGElement[] = [s("rect", { x: 0, y: y + h / 2 - 1, width: Math.max(0, bar.classed * width - 1), height: 2, fill: lines[mode].grey, "fill-opacity": 0.55 })];
  let x = bar.classed * width;
  for (const p of bar.rest) {
    const w = p.share * width;
    out.push(p.name === "municipality_wide" ? outline(x, w, y, h, mode) : s("rect", { x, y, width: Math.max(0, w - 1), height: h, fill: fill(p.name), stroke: lines[mode].grey, "stroke-width": 0.6 }));
    x += w;
  }
  return out;
}

const outline = (x: number, w: number, y: number, h: number, mode: Mode) =>
  s("rect", { x: x + 0.5, y: y + 0.5, width: Math.max(0, w - 2), height: h - 1, fill: "none", stroke: lines[mode].grey, "stroke-width": 1.1 });

/** The fine lines from the people's boundaries down. */
function drops(all: Bar[], top: number, bottom: number, width: number, mode: Mode): SVGElement[] {
  const people = all.find((b) => b.key === "people");
  if (!people) return [];
  return boundaries(people.parts).flatMap((b) => {
    const at = { x1: b * width - 0.5, x2: b * width - 0.5, y1: top - 3, y2: bottom };
    return [s("line", { ...at, class: "bp-drop-casing", stroke: lines[mode].casing, "stroke-width": 3, "stroke-opacity": 0.75 }), s("line", { ...at, class: "bp-drop", stroke: lines[mode].ink, "stroke-width": 1.2 })];
  });
}

/** The same picture, small: one of many. */
export function small(all: Bar[], width: number, mode: Mode): SVGSVGElement {
  const { element, fill } = defs(mode);
  const shown = all.filter((b) => b.key !== "people");
  const pitch = 15;
  const body: SVGElement[] = [];
  shown.forEach((bar, i) => {
    const y = i * pitch + 2;
    let x = 0;
    if (!bar.parts.length) body.push(outline(0, width, y, 8, mode));
    for (const p of bar.parts) {
      body.push(s("rect", { x, y, width: Math.max(0, p.share * width - 1), height: 8, fill: fill(p.name) }));
      x += p.share * width;
    }
    if (bar.rest.length) body.push(...strip(bar, y + 9, 3, width, mode, fill));
  });
  const height = Math.max(12, shown.length * pitch);
  body.push(...drops(all, 2, height, width, mode));
  return s("svg", { class: "small-picture", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, element, ...body);
}

/** A swatch of a class, for the picture's legend. */
export function swatch(name: string, mode: Mode): SVGSVGElement {
  const { element, fill } = defs(mode);
  const rect = name === "municipality_wide" ? outline(0, 16, 1, 11, mode) : s("rect", { x: 0, y: 1, width: 14, height: 11, fill: fill(name), ...(unplaced.includes(name as "outside") ? { stroke: lines[mode].grey, "stroke-width": 0.7 } : {}) });
  return s("svg", { viewBox: "0 0 15 13", width: 15, height: 13, "aria-hidden": "true" }, element, rect);
}

// The balance picture: people, projects and euros under each other on one axis,
// in the ground's own colours. A fine line drops from the people through the
// others, so that over and under is seen without reading. What lies in no class
// (outside, municipality-wide, unplaced) is a thin strip below its bar; a bracket
// shows how far the countryside's share moves over all rules; and broken lines
// where the classes ended by the rule that one compares with.
//
// Everything is said in attributes, none in the style sheet: the same picture can
// be kept as a file.
import { s } from "./dom";
import { percent } from "./format";
import { language, t, term } from "./i18n";
import { classColors, lines, type Mode, type PlaceClass } from "./palette";
import type { BalanceGroup, BalanceRange } from "./types";

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
export const words = (list: Part[], digits = 0): string => list.map((p) => `${term("class", p.name)} ${percent(p.share, language(), digits)}`).join(", ");

const shareOf = (bar: Bar | undefined, name: string) => bar?.parts.find((p) => p.name === name)?.share ?? 0;

/** How much the countryside has over its share of people, in points; null where there is nothing to compare. */
export function over(all: Bar[], bar: Bar): number | null {
  const people = all.find((b) => b.key === "people");
  if (!people || bar === people || !bar.parts.length) return null;
  return (shareOf(bar, "rural") - shareOf(people, "rural")) * 100;
}

let patterns = 0;

/** Patterns of one picture; ids are unique in the page. */
export function defs(mode: Mode): { element: SVGDefsElement; fill: (name: string) => string } {
  const id = `bp${++patterns}`;
  const ink = lines[mode].grey;
  const light = mode === "light" ? "#ffffff" : "#000000";
  const stripe = (name: string, ground: string, line: string, width: number, angle: number, opacity = 1) =>
    s("pattern", { id: `${id}-${name}`, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})` },
      s("rect", { width: 5, height: 5, fill: ground }), s("line", { x1: 0, x2: 0, y1: 0, y2: 5, stroke: line, "stroke-width": width, "stroke-opacity": opacity }));
  const dots = (name: string, ground: string, dot: string, opacity: number) =>
    s("pattern", { id: `${id}-${name}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" },
      s("rect", { width: 6, height: 6, fill: ground }), s("circle", { cx: 3, cy: 3, r: 0.9, fill: dot, "fill-opacity": opacity }));
  const element = s("defs", null,
    stripe("rural", classColors[mode].rural, light, 1.6, 45, 0.2),
    dots("suburban", classColors[mode].suburban, light, 0.35),
    dots("unclassified", "none", ink, 1),
    stripe("unplaced", "none", ink, 2, 45),
    stripe("outside", "none", ink, 1.2, 0));
  const own = new Set(["rural", "suburban", "unclassified", "unplaced", "outside"]);
  return { element, fill: (name) => (own.has(name) ? `url(#${id}-${name})` : (classColors[mode][name as PlaceClass] ?? "none")) };
}

/** Ink on the bars. */
const onBars: Record<Mode, string> = { light: "#fffefa", dark: "#15191b" };

const quiet: Record<Mode, string> = { light: "#565d61", dark: "#b0b4b4" };

/** Text with its look in attributes; a casing of the ground keeps lines off it. */
export function text(mode: Mode, look: { x: number; y: number; size: number; weight?: number; quiet?: boolean; end?: boolean; bare?: boolean; fill?: string }, words: string): SVGTextElement {
  const casing = look.bare ? {} : { "paint-order": "stroke", stroke: mode === "light" ? "#fffefa" : "#1d2123", "stroke-width": 3, "stroke-linejoin": "round" };
  return s("text", { x: look.x, y: look.y, "font-size": look.size, "font-weight": look.weight ?? 400, fill: look.fill ?? (look.quiet ? quiet[mode] : lines[mode].ink), "text-anchor": look.end ? "end" : "start", ...casing }, words);
}

export interface PictureOptions {
  width: number;
  mode: Mode;
  /** 1 in the panel; more on a projector. */
  scale?: number;
  caption: (bar: Bar) => string;
  note: (bar: Bar) => string;
  open: (name: string) => void;
  /** The bars by the rule that one compares with. */
  ghost?: Bar[] | undefined;
  /** How far the countryside's share of a bar moves over all rules. */
  range?: ((bar: Bar) => BalanceRange | null) | undefined;
}

const row = { caption: 22, bar: 27, range: 11, strip: 6, note: 16, gap: 14 };

/** The large picture. */
export function picture(all: Bar[], o: PictureOptions): SVGSVGElement {
  const { element, fill } = defs(o.mode);
  const width = o.width / (o.scale ?? 1); // drawn small, shown large
  const p = { ...o, width };
  let y = 0;
  const body: SVGElement[] = [];
  const tops: number[] = [];
  const texts: SVGElement[] = [];
  const avoid = boundaries(all.find((b) => b.key === "people")?.parts ?? []).map((b) => b * width);
  for (const bar of all) {
    const caption = text(o.mode, { x: 0, y: y + 13, size: 14, weight: 650 }, t(`balance.${bar.key}`));
    caption.append(s("tspan", { dx: 8, "font-weight": 400, "font-size": 13.5, fill: quiet[o.mode] }, o.caption(bar)));
    texts.push(caption);
    y += row.caption;
    tops.push(y);
    const was = o.ghost?.find((g) => g.key === bar.key);
    const marks = was ? placed.slice(0, -1).map((name) => (endOf(was, name) ?? 0) * width) : [];
    body.push(...bar.parts.length ? segments(bar, y, p, fill, [...(bar.key === "people" ? [] : avoid), ...marks]) : [outline(0, width, y, row.bar, o.mode)]);
    body.push(...ghosts(was, bar, y, width, o.mode));
    y += row.bar;
    const range = o.range?.(bar);
    if (range) {
      texts.push(...bracket(range, bar, y + 6, width, o.mode));
      y += row.range;
    }
    if (bar.rest.length) {
      body.push(...strip(bar, y + 4, row.strip, width, o.mode, fill));
      y += 4 + row.strip;
      for (const line of wrap(o.note(bar), width)) {
        texts.push(text(o.mode, { x: 0, y: y + 13, size: 12.5, quiet: true }, line));
        y += row.note;
      }
    }
    y += row.gap;
  }
  const height = y - row.gap + 2;
  body.push(...drops(all, tops[0] ?? 0, height, width, o.mode), ...texts);
  return s("svg", { class: "picture", viewBox: `0 0 ${width} ${height}`, width: o.width, height: height * (o.scale ?? 1), role: "img", "aria-label": spoken(all) }, element, ...body);
}

/** Breaks a note between its parts where it would run out of the picture. */
export function wrap(text: string, width: number, between = " · "): string[] {
  const made: string[] = [];
  for (const part of text.split(between)) {
    const last = made.at(-1);
    if (last !== undefined && (last.length + part.length + between.length) * 6.3 < width) made[made.length - 1] = `${last}${between}${part}`;
    else made.push(part);
  }
  return made;
}

/** The picture in words, for those who hear it. */
export function spoken(all: Bar[]): string {
  const said = all.map((b) => `${t(`balance.${b.key}`)}: ${[words(b.parts), words(b.rest)].filter(Boolean).join("; ")}`).join(". ");
  return t("balance.picture", { text: said });
}

function segments(bar: Bar, y: number, o: PictureOptions, fill: (name: string) => string, avoid: number[]): SVGElement[] {
  let x = 0;
  return bar.parts.flatMap((p) => {
    const w = p.share * o.width;
    const group = s("g", { class: bar.key === "people" ? "bp-part" : "bp-part bp-open", ...(bar.key === "people" ? {} : { onclick: () => o.open(p.name) }) },
      s("title", null, `${term("class", p.name)} ${percent(p.share, language(), 1)}`),
      s("rect", { x, y, width: Math.max(0, w - 1), height: row.bar, fill: fill(p.name) }), label(p, x, y, w, avoid, o.mode));
    x += w;
    return [group];
  });
}

/** As much of the label as fits, where no fine line runs through it. */
function label(p: Part, x: number, y: number, w: number, avoid: number[], mode: Mode): SVGElement | null {
  const short = percent(p.share, language());
  for (const said of [`${term("class", p.name)} ${short}`, short]) {
    const need = said.length * 6.9 + 12;
    if (need > w) continue;
    for (const left of [x, x + w - need]) {
      if (avoid.some((a) => a > left - 2 && a < left + need + 2)) continue;
      const end = left > x;
      return text(mode, { x: end ? x + w - 7 : x + 7, y: y + row.bar / 2 + 5, size: 14, weight: 600, end, bare: true, fill: onBars[mode] }, said);
    }
  }
  return null;
}

/** Where the classes ended before: a broken line with a small mark above, and an arrow to where they end now. */
function ghosts(before: Bar | undefined, now: Bar, y: number, width: number, mode: Mode): SVGElement[] {
  if (!before) return [];
  const ends = new Map(placed.map((name) => [name, endOf(now, name)]));
  return placed.slice(0, -1).flatMap((name) => {
    const was = endOf(before, name);
    const is = ends.get(name) ?? null;
    if (was === null || is === null || Math.abs(was - is) * width < 1.5) return [];
    const x = was * width;
    const ink = lines[mode].ink;
    const to = is * width;
    const head = to > x ? -4 : 4;
    const above = y - 3.2;
    const arrow = Math.abs(to - x) > 12 ? [
      s("line", { x1: x, x2: to + head, y1: above, y2: above, stroke: ink, "stroke-width": 1.3 }),
      s("path", { d: `M ${to} ${above} l ${head} -2.6 v 5.2 z`, fill: ink })] : [];
    return [
      s("line", { x1: x, x2: x, y1: y - 1, y2: y + row.bar + 1, stroke: onBars[mode], "stroke-width": 3.4 }),
      s("line", { class: "bp-ghost", x1: x, x2: x, y1: y - 1, y2: y + row.bar + 1, stroke: ink, "stroke-width": 1.6, "stroke-dasharray": "3 2.4" }),
      s("circle", { cx: x, cy: above, r: 2.4, fill: "none", stroke: ink, "stroke-width": 1.3 }), ...arrow];
  });
}

/** Where a class ends, 0…1; null where the bar has nothing to compare. */
function endOf(bar: Bar, name: string): number | null {
  if (!bar.parts.length) return null;
  const upTo = placed.slice(0, placed.indexOf(name as PlaceClass) + 1);
  return sum(bar.parts.filter((p) => upTo.includes(p.name as PlaceClass)).map((p) => p.share));
}

/** How far the countryside's beginning moves over all rules; it ends at the right. */
function bracket(range: BalanceRange, bar: Bar, y: number, width: number, mode: Mode): SVGElement[] {
  const [from, to] = [(1 - range.max) * width, (1 - range.min) * width];
  const ink = lines[mode].ink;
  const at = (1 - shareOf(bar, "rural")) * width;
  const lineTo = (x1: number, y1: number, x2: number, y2: number, w = 1.3) => s("line", { x1, y1, x2, y2, stroke: ink, "stroke-width": w });
  return [s("g", { class: "bp-range" },
    s("title", null, t("balance.rangeTitle", { min: percent(range.min, language(), 1), max: percent(range.max, language(), 1) })),
    lineTo(from, y, to, y), lineTo(from, y - 3.5, from, y + 3.5), lineTo(to, y - 3.5, to, y + 3.5),
    bar.parts.length ? s("circle", { cx: at, cy: y, r: 3, fill: ink }) : null)];
}

export function strip(bar: Bar, y: number, h: number, width: number, mode: Mode, fill: (name: string) => string): SVGElement[] {
  const out: SVGElement[] = [s("rect", { x: 0, y: y + h / 2 - 1, width: Math.max(0, bar.classed * width - 1), height: 2, fill: lines[mode].grey, "fill-opacity": 0.55 })];
  let x = bar.classed * width;
  for (const p of bar.rest) {
    const w = p.share * width;
    out.push(p.name === "municipality_wide" ? outline(x, w, y, h, mode) : s("rect", { x, y, width: Math.max(0, w - 1), height: h, fill: fill(p.name), stroke: lines[mode].grey, "stroke-width": 0.6 }));
    x += w;
  }
  return out;
}

export const outline = (x: number, w: number, y: number, h: number, mode: Mode) =>
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

/** The same picture, small: one of many; with a ghost, where the countryside began before. */
export function small(all: Bar[], width: number, mode: Mode, ghost?: Bar[]): SVGSVGElement {
  const { element, fill } = defs(mode);
  const shown = all.filter((b) => b.key !== "people");
  const pitch = 16;
  const body: SVGElement[] = [];
  shown.forEach((bar, i) => {
    const y = i * pitch + 2;
    let x = 0;
    if (!bar.parts.length) body.push(outline(0, width, y, 9, mode));
    for (const p of bar.parts) {
      body.push(s("rect", { x, y, width: Math.max(0, p.share * width - 1), height: 9, fill: fill(p.name) }));
      x += p.share * width;
    }
    const was = ghost?.find((g) => g.key === bar.key);
    if (was) body.push(...ghostTicks(was, bar, y, width, mode));
    if (bar.rest.length) body.push(...strip(bar, y + 10, 3, width, mode, fill));
  });
  const height = Math.max(12, shown.length * pitch);
  body.push(...drops(all, 2, height, width, mode));
  return s("svg", { class: "small-picture", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, element, ...body);
}

function ghostTicks(was: Bar, now: Bar, y: number, width: number, mode: Mode): SVGElement[] {
  return placed.slice(0, -1).flatMap((name) => {
    const [a, b] = [endOf(was, name), endOf(now, name)];
    if (a === null || b === null || Math.abs(a - b) * width < 1) return [];
    const at = { x1: a * width, x2: a * width, y1: y - 1.5, y2: y + 10.5 };
    return [s("line", { ...at, stroke: onBars[mode], "stroke-width": 3 }), s("line", { ...at, stroke: lines[mode].ink, "stroke-width": 1.3, "stroke-dasharray": "2 1.6" })];
  });
}

/** A swatch of a class, for the picture's legend. */
export function swatch(name: string, mode: Mode): SVGSVGElement {
  const { element, fill } = defs(mode);
  const rect = name === "municipality_wide" ? outline(0, 16, 1, 11, mode) : s("rect", { x: 0, y: 1, width: 14, height: 11, fill: fill(name), ...(unplaced.includes(name as "outside") ? { stroke: lines[mode].grey, "stroke-width": 0.7 } : {}) });
  return s("svg", { viewBox: "0 0 15 13", width: 15, height: 13, "aria-hidden": "true" }, element, rect);
}

// Charts and tables as files. A picture says by itself what it shows: title, place,
// rule, people, date and address stand around it.
import type { App } from "./app";
import { aboutLines, csv, groupLines, placeLines, totalLines } from "./balance-csv";
import type { Chart, Which } from "./balance-downloads";
import { groupName } from "./balance-groups";
import { placed, swatch, text, unplaced, wrap } from "./balance-picture";
import { decodeRule, ruleOf, ruleWords } from "./balance-rule";
import { s } from "./dom";
import { filterQuery } from "./filters";
import { date, number } from "./format";
import { catalogs, language, t, term } from "./i18n";
import type { Balance } from "./types";

const width = 720;
const margin = 32;
const paper = "#fffefa";
const family = "'Source Sans 3', SourceSans, 'Segoe UI', Arial, sans-serif";

export async function save(app: App, b: Balance, which: Which, kind: "CSV" | "SVG" | "PNG", chart: Chart | null): Promise<void> {
  const name = [b.municipality, t(`balance.file${which}`), new Date().toISOString().slice(0, 10)].join(" ").normalize("NFD").replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9]+/g, "-").toLowerCase();
  if (kind === "CSV") {
    offer(new Blob([table(app, b, which)], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
    return;
  }
  const svg = sheet(app, b, which, chart);
  if (!svg) return;
  svg.prepend(s("style", null, await faces()));
  if (kind === "SVG") offer(new Blob([written(svg)], { type: "image/svg+xml" }), `${name}.svg`);
  else offer(await png(svg, 2), `${name}.png`);
}

/** The table behind a chart, and below it what it is of. */
export function table(app: App, b: Balance, which: Which): string {
  const lines = which === "Total" ? totalLines(b) : which === "Places" ? placeLines(b) : groupLines(b, (g) => groupName(b, g));
  return csv([...lines, ...aboutLines(about(app, b, which))]);
}

function title(app: App, b: Balance, which: Which): string {
  const what = which === "Groups" || which === "Years" ? `${t("balance.heading")}, ${term("by", b.by)}` : which === "Places" ? `${t("balance.heading")}, ${term("by", "settlement")}` : t("balance.heading");
  return `${what} – ${app.data.current()?.name ?? b.municipality}`;
}

/** What a file says of itself. */
export function about(app: App, b: Balance, which: Which): [string, string][] {
  const state = app.store.get();
  const lang = language();
  const set = which === "Places" ? (b.population_by_settlement ?? b.population) : b.population;
  const people = set?.total ? `${number(set.total, lang)}; ${[set.source, set.set].filter(Boolean).join(", ")}; ${set.date ? date(set.date, lang) : t("app.noData")}` : t("app.noData");
  const versus = decodeRule(state.versus);
  const filters = Object.entries(filterQuery(state)).map(([key, v]) => `${filterName(key)}: ${Array.isArray(v) ? v.join(", ") : String(v)}`).join("; ");
  return [
    [t("balance.csvMunicipality"), app.data.current()?.name ?? b.municipality],
    [t("balance.csvRule"), ruleWords(ruleOf({ ...state, method: b.method, spread: b.spread, money: b.money }, b.scheme), app.data.current()?.schemes ?? [])],
    ...(versus && which !== "Places" ? [[t("balance.csvVersus"), ruleWords(versus, app.data.current()?.schemes ?? [])] as [string, string]] : []),
    ...(filters ? [[t("balance.csvFilters"), filters] as [string, string]] : []),
    [t("balance.csvPeople"), people],
    [t("balance.csvDate"), date(new Date().toISOString(), lang)],
    [t("balance.csvAddress"), location.href],
  ];
}

/** A filter as the panel of filters calls it. */
function filterName(key: string): string {
  const found = [`filter.${key}`, `filters.${key}`, `projects.${key}`].find((k) => typeof catalogs[language()][k] === "string");
  return found ? t(found as "projects.theme") : key;
}

/** The chart with everything around it that a reader needs who has only the file. */
export function sheet(app: App, b: Balance, which: Which, chart: Chart | null): SVGSVGElement | null {
  const drawn = chart?.(width);
  if (!drawn) return null;
  const head = title(app, b, which);
  let y = margin + 18;
  const parts: SVGElement[] = [text("light", { x: margin, y, size: 21, weight: 650, bare: true }, head)];
  y += 20;
  const inner = s("g", { transform: `translate(${margin} ${y})` }, ...[...drawn.childNodes]);
  for (const el of inner.querySelectorAll("[class]")) el.removeAttribute("class");
  y += Number(drawn.viewBox.baseVal.height || drawn.getAttribute("height")) + 22;
  parts.push(inner, ...legend(b, y));
  y += 24;
  const facts = about(app, b, which).flatMap(([name, said]) => wrap(`${name}: ${said}`, width * 1.02, " ").flatMap(pieces));
  for (const line of [...facts, t("balance.csvSource", { source: "kraj" })]) {
    parts.push(text("light", { x: margin, y, size: 12, quiet: true, bare: true }, line));
    y += 16.5;
  }
  const [w, hgt] = [width + 2 * margin, y + margin - 14];
  return s("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${w} ${hgt}`, width: w, height: hgt, "font-family": family, role: "img" },
    s("title", null, head), s("desc", null, drawn.getAttribute("aria-label") ?? ""), s("rect", { width: w, height: hgt, fill: paper }), ...parts);
}

/** A word longer than a line, such as an address, in pieces. */
const pieces = (line: string): string[] => line.match(/.{1,112}/gu) ?? [line];

/** The page's own face, so that the picture looks alike wherever it is opened; without it the file names others that fit. */
async function faces(): Promise<string> {
  const found = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].filter((r) => r instanceof CSSFontFaceRule && /^["']?SourceSans["']?$/.test(r.style.getPropertyValue("font-family")))
    .map((r) => ({ rule: r as CSSFontFaceRule, base: sheet.href ?? document.baseURI })));
  const made = await Promise.all(found.map(async ({ rule, base }) => {
    const file = /url\(["']?([^"')]+)/.exec(rule.style.getPropertyValue("src"))?.[1];
    const response = file ? await fetch(new URL(file, base)).catch(() => null) : null;
    if (!response?.ok) return "";
    const range = rule.style.getPropertyValue("unicode-range");
    return `@font-face { font-family: "Source Sans 3"; font-weight: 200 900; src: url(data:font/woff2;base64,${base64(await response.arrayBuffer())}) format("woff2");${range ? ` unicode-range: ${range};` : ""} }`;
  }));
  return made.join("\n");
}

function base64(bytes: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
}

function legend(b: Balance, y: number): SVGElement[] {
  const used = [...placed, ...unplaced].filter((name) => b.total.rows.some((r) => r.class === name && (r.projects > 0 || (r.people_share ?? 0) > 0)));
  let x = margin;
  return used.flatMap((name) => {
    const words = term("class", name);
    const at = x;
    x += words.length * 6.6 + 40;
    return [s("g", { transform: `translate(${at} ${y - 11})` }, ...swatch(name, "light").childNodes), text("light", { x: at + 21, y, size: 12.5, bare: true }, words)];
  });
}

const written = (svg: SVGSVGElement): string => `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}`;

/** Draws the picture as it would be shown, so many pixels to each of its own. */
export async function png(svg: SVGSVGElement, ratio: number): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([written(svg)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Number(svg.getAttribute("width")) * ratio;
    canvas.height = Number(svg.getAttribute("height")) * ratio;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

function offer(blob: Blob, name: string): void {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(blob);
  a.download = name;
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(a.href), 60_000);
}

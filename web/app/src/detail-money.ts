// Whose money, as one bar; the same in words and numbers below it.
import { h, s } from "./dom";
import { money, percent } from "./format";
import { language, t, term } from "./i18n";
import { lines, moneyColors, type Mode } from "./palette";

export interface SourceSum {
  source: string;
  amount_cents: number | null;
}

const [width, height] = [320, 18];

/** Null where no amount is stated. */
export function moneyBar(sums: SourceSum[], mode: Mode): HTMLElement | null {
  const known = sums.filter((x): x is { source: string; amount_cents: number } => (x.amount_cents ?? 0) > 0);
  const total = known.reduce((sum, x) => sum + x.amount_cents, 0);
  if (!total) return null;
  const lang = language();
  const spoken = known.map((x) => `${term("source", x.source)} ${money(x.amount_cents, lang)} (${percent(x.amount_cents / total, lang)})`).join(", ");
  const svg = s("svg", { class: "money-bar", viewBox: `0 0 ${width} ${height}`, width: "100%", height, preserveAspectRatio: "none", role: "img", "aria-label": t("details.moneyBar", { list: spoken }) });
  let x = 0;
  for (const part of known) {
    const w = (part.amount_cents / total) * width;
    svg.append(segment(part.source, x, w, mode));
    x += w;
  }
  const rows = known.map((part) => h("li", { class: "pair" }, h("span", { class: "money-source" }, sample(part.source, mode), term("source", part.source)),
    h("span", { class: "amount" }, `${money(part.amount_cents, lang)} · ${percent(part.amount_cents / total, lang)}`)));
  return h("div", { class: "money" }, svg, h("ul", { class: "plain" }, ...rows));
}

function segment(source: string, x: number, w: number, mode: Mode): SVGElement {
  const gap = Math.min(1.5, w / 4);
  const box = { x, y: 0, width: Math.max(0.5, w - gap), height };
  // What no source is stated for is an outline: it is nobody's yet.
  return source === "not_stated"
    ? s("rect", { ...box, x: x + 0.75, y: 0.75, width: Math.max(0.5, w - gap - 1.5), height: height - 1.5, fill: "none", stroke: lines[mode].grey, "stroke-width": 1.5, "stroke-dasharray": "4 3" })
    : s("rect", { ...box, fill: moneyColors[mode][source] ?? lines[mode].grey });
}

function sample(source: string, mode: Mode): SVGElement {
  const svg = s("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" });
  svg.append(source === "not_stated" ? s("rect", { x: 0.75, y: 0.75, width: 10.5, height: 10.5, fill: "none", stroke: lines[mode].grey, "stroke-width": 1.5, "stroke-dasharray": "3 2" })
    : s("rect", { width: 12, height: 12, fill: moneyColors[mode][source] ?? lines[mode].grey }));
  return svg;
}

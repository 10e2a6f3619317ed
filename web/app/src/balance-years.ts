// The series by year: a column a year, by class, with the countryside's share above.
import { defs, outline, text } from "./balance-picture";
import { byMoney } from "./choropleth-classes";
import { s } from "./dom";
import { moneyShort, number, percent } from "./format";
import { language, t, term } from "./i18n";
import { lines, type Mode } from "./palette";
import type { Balance, BalanceRow } from "./types";

const stack = ["urban", "suburban", "rural", "unclassified", "outside", "municipality_wide", "unplaced"] as const;

export interface Year {
  year: number;
  /** By class, bottom up; cents, or weighted projects. */
  values: { name: string; value: number }[];
  total: number;
  /** The countryside's share of what is in classed settlements. */
  rural: number | null;
}

/** Every year from the first to the last, also those in which nothing is. */
export function years(b: Balance): Year[] {
  const money = byMoney(b);
  const value = (r: BalanceRow | undefined) => (money ? (r?.amount_cents ?? 0) : (r?.weight ?? 0));
  const found = b.groups.filter((g) => /^\d{4}$/.test(g.key ?? "")).map((g): Year => {
    const values = stack.map((name) => ({ name, value: value(g.rows.find((r) => r.class === name)) })).filter((v) => v.value > 0);
    const rural = g.rows.find((r) => r.class === "rural");
    return { year: Number(g.key), values, total: values.reduce((n, v) => n + v.value, 0), rural: (money ? rural?.share : rural?.weight_share) ?? null };
  });
  if (!found.length) return [];
  const from = Math.min(...found.map((y) => y.year));
  const to = Math.min(Math.max(...found.map((y) => y.year)), from + 60);
  return Array.from({ length: to - from + 1 }, (_, i) => found.find((y) => y.year === from + i) ?? { year: from + i, values: [], total: 0, rural: null });
}

/** Round steps of an axis that reach a height. */
export function ticks(most: number): number[] {
  if (most <= 0) return [];
  const rough = most / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((v) => v >= rough) ?? rough;
  return Array.from({ length: Math.ceil(most / step) }, (_, i) => (i + 1) * step);
}

export function yearsChart(b: Balance, width: number, mode: Mode, open: (year: string) => void): SVGSVGElement | null {
  const list = years(b);
  if (!list.length) return null;
  const lang = language();
  const money = byMoney(b);
  const said = (v: number) => (money ? moneyShort(v, lang) : number(v, lang, 1));
  const { element, fill } = defs(mode);
  const marks = ticks(Math.max(...list.map((y) => y.total)));
  const top = marks.at(-1) ?? 1;
  const [left, head, plot] = [Math.max(...marks.map((m) => said(m).length), 2) * 6.4 + 8, 18, 150];
  const pitch = (width - left) / list.length;
  const bar = Math.min(46, pitch * 0.72);
  const y = (v: number) => head + plot - (v / top) * plot;
  const body: SVGElement[] = [];
  for (const m of [0, ...marks]) {
    body.push(s("line", { x1: left, x2: width, y1: y(m), y2: y(m), stroke: lines[mode].grey, "stroke-width": m ? 0.6 : 1.2, "stroke-opacity": m ? 0.45 : 1 }));
    if (m) body.push(text(mode, { x: left - 6, y: y(m) + 4, size: 12, quiet: true, end: true, bare: true }, said(m)));
  }
  list.forEach((one, i) => {
    const x = left + i * pitch + (pitch - bar) / 2;
    let from = 0;
    const parts = one.values.map((v) => {
      const h = (v.value / top) * plot;
      const at = y(from) - h;
      from += v.value;
      return v.name === "municipality_wide" ? outline(x, bar, at, h, mode) : s("rect", { x, y: at, width: bar, height: Math.max(0, h - 0.7), fill: fill(v.name), stroke: ["unplaced", "outside", "unclassified"].includes(v.name) ? lines[mode].grey : "none", "stroke-width": 0.6 });
    });
    body.push(s("g", { class: "bp-open", onclick: () => open(String(one.year)) },
      s("title", null, one.values.map((v) => `${term("class", v.name)} ${said(v.value)}`).join("\n")), s("rect", { x, y: head, width: bar, height: plot, fill: "none", "pointer-events": "all" }), ...parts));
    if (one.rural !== null && pitch > 27) body.push(text(mode, { x: x + bar / 2 + 13, y: y(one.total) - 5, size: 12, weight: 600, end: true }, percent(one.rural, lang)));
    if (pitch > 34 || i % Math.ceil(36 / pitch) === 0) body.push(text(mode, { x: x + bar / 2 + 15, y: head + plot + 17, size: 12.5, end: true, bare: true, quiet: true }, String(one.year)));
  });
  const words = list.map((one) => (one.rural === null ? t("balance.yearsPartNone", { year: String(one.year), value: said(one.total) }) : t("balance.yearsPart", { year: String(one.year), value: said(one.total), share: percent(one.rural, lang) }))).join("; ");
  const height = head + plot + 24;
  return s("svg", { class: "picture years", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": t("balance.yearsText", { text: words }) }, element, ...body);
}

// Tables as files that Excel opens where decimals have a comma: semicolons, a byte
// order mark, no separators of thousands. Money is in euros to the cent.
import { places } from "./choropleth-classes";
import { t, term } from "./i18n";
import type { Balance, BalanceGroup, BalanceRow } from "./types";

export type Cell = string | number | null | undefined;

/** A cell as text: numbers with a decimal comma; words quoted where they must be, and never a formula. */
export function cell(v: Cell): string {
  if (v === null || v === undefined) return "";
  if (typeof v === "number") return Number.isFinite(v) ? plain(v).replace(".", ",") : "";
  const words = /^[=+\-@\t\r]/.test(v) ? `'${v}` : v;
  return /[";\r\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
}

/** Without an exponent. */
const plain = (v: number): string => (String(v).includes("e") ? v.toFixed(12).replace(/\.?0+$/, "") : String(v));

/** Cents as euros, exactly. */
export const euros = (cents: number | null | undefined): string => {
  if (cents === null || cents === undefined) return "";
  const digits = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${digits.slice(0, -2)},${digits.slice(-2)}`;
};

/** Marks what euros() made as a number already written. */
class Written {
  constructor(readonly text: string) {}
}

type Line = (Cell | Written)[];

export function csv(lines: Line[]): string {
  return `\ufeff${lines.map((line) => line.map((v) => (v instanceof Written ? v.text : cell(v))).join(";")).join("\r\n")}\r\n`;
}

const written = (cents: number | null | undefined) => new Written(euros(cents));

const figures = (r: BalanceRow): Line => [r.projects, r.weight, r.weight_share, written(r.amount_cents), r.share, r.people, r.people_share, written(r.per_head_cents), r.location_quotient, written(r.gap_cents)];

const figureHeads = (): string[] => [
  t("balance.count"), t("balance.weight"), t("balance.csvShareProjects"), t("balance.csvEuros"), t("balance.csvShareEuros"), t("balance.csvPeople"), t("balance.csvSharePeople"),
  t("balance.csvHead"), t("balance.quotient"), t("balance.csvGap"),
];

/** The whole, a line a class. */
export function totalLines(b: Balance): Line[] {
  return [[t("balance.csvClass"), ...figureHeads()], ...b.total.rows.map((r): Line => [term("class", r.class), ...figures(r)]),
    [t("balance.total"), b.total.projects, b.total.weight, null, written(b.total.amount_cents), null, b.population?.total]];
}

/** The breakdown, a line a group and class, with the group as a whole before its classes. */
export function groupLines(b: Balance, name: (g: BalanceGroup) => string): Line[] {
  const lines: Line[] = [[t("balance.csvCode"), t("balance.group"), t("balance.csvClass"), t("balance.csvWithout"), ...figureHeads()]];
  for (const g of [...b.groups, b.total]) {
    const [code, called] = g === b.total ? ["", t("balance.total")] : [g.key ?? "", name(g)];
    lines.push([code, called, t("balance.whole"), g.without_amount, g.projects, g.weight, null, written(g.amount_cents)]);
    lines.push(...g.rows.filter((r) => r.projects > 0 || r.people_share !== null).map((r): Line => [code, called, term("class", r.class), null, ...figures(r)]));
  }
  return lines;
}

/** Settlements, a line each. */
export function placeLines(b: Balance): Line[] {
  return [[t("balance.csvCode"), term("layerOne", "settlements"), t("balance.csvPeople"), t("balance.count"), t("balance.weight"), t("balance.csvEuros"), t("balance.csvHead"), t("balance.csvThousand")],
    ...places(b).map((p): Line => {
      const cents = p.projects === 0 && b.total.amount_cents !== null ? 0 : p.cents;
      return [p.code, p.name, p.people, p.projects, p.weight, written(cents), p.people && cents !== null ? written(Math.round(cents / p.people)) : null, p.people ? (p.weight / p.people) * 1000 : null];
    })];
}

/** What the figures are of, below them. */
export const aboutLines = (about: [string, string][]): Line[] => [[], ...about.map(([name, text]): Line => [name, text])];

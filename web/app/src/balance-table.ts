// The balance as a table of numbers: every figure of the picture, exact, for reading, copying and hearing.
import { h } from "./dom";
import { money, number, percent } from "./format";
import { language, t, term } from "./i18n";
import type { Balance, BalanceRow } from "./types";

export function table(b: Balance, open: (name: string) => void): HTMLElement {
  const lang = language();
  const euros = b.total.amount_cents !== null;
  const cell = (v: string | null) => h("td", { class: v === null ? "none" : "" }, v ?? t("app.noData"));
  const maybe = (n: number | null | undefined, f: (n: number) => string) => cell(n === null || n === undefined ? null : f(n));
  const line = (r: BalanceRow) =>
    h("tr", null,
      h("th", { scope: "row" }, h("button", { class: "link", "data-key": `row/${r.class}`, "aria-label": t("balance.open", { name: term("class", r.class) }), onclick: () => open(r.class) }, term("class", r.class))),
      maybe(r.people_share, (n) => percent(n, lang, 1)),
      cell(number(r.projects, lang)),
      maybe(r.weight, (n) => number(n, lang, 2)),
      ...(euros ? [maybe(r.amount_cents, (n) => money(n, lang)), maybe(r.share, (n) => percent(n, lang, 1)), maybe(r.location_quotient, (n) => number(n, lang, 2, 2)), maybe(r.gap_cents, (n) => money(n, lang))] : []));
  const heads = [t("balance.class"), t("balance.people"), t("balance.count"), t("balance.weight"), ...(euros ? [t("balance.euros"), t("balance.share"), t("balance.quotient"), t("balance.gap")] : [])];
  const scroll = h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": t("balance.numbers") },
    h("table", { class: "numbers" },
      h("thead", null, h("tr", null, ...heads.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", null, ...b.total.rows.map(line)),
      h("tfoot", null, h("tr", null, h("th", { scope: "row" }, t("balance.total")), h("td", null), cell(number(b.total.projects, lang)), cell(number(sum(b.total.rows), lang, 2)), ...(euros ? [cell(money(b.total.amount_cents ?? 0, lang)), h("td", null), h("td", null), h("td", null)] : [])))));
  return h("details", { class: "fold" }, h("summary", { "data-key": "numbers" }, t("balance.numbers")), scroll, indicators(b));
}

const sum = (rows: BalanceRow[]) => rows.reduce((n, r) => n + (r.weight ?? 0), 0);

function indicators(b: Balance): HTMLElement | null {
  const from = b.total.amount_cents !== null ? b.indicators : (b.indicators_projects ?? null);
  const known = (["hoover", "gini", "theil"] as const).filter((key) => from?.[key] != null);
  if (!known.length) return null;
  return h("dl", { class: "facts" }, ...known.flatMap((key) => [h("dt", null, t(`indicator.${key}`)), h("dd", null, number(from?.[key] ?? 0, language(), 4))]));
}

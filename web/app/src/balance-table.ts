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
  const share = (n: number) => percent(n, lang, 1);
  const two = (n: number) => number(n, lang, 2, 2);
  const cents = (n: number) => money(n, lang);
  const line = (r: BalanceRow) =>
    h("tr", null,
      h("th", { scope: "row" }, h("button", { class: "link", "data-key": `row/${r.class}`, "aria-label": t("balance.open", { name: term("class", r.class) }), onclick: () => open(r.class) }, term("class", r.class))),
      maybe(r.people, (n) => number(n, lang)), maybe(r.people_share, share),
      cell(number(r.projects, lang)), maybe(r.weight, two), maybe(r.weight_share, share),
      ...(euros ? [maybe(r.amount_cents, cents), maybe(r.share, share), maybe(r.per_head_cents, cents), maybe(r.location_quotient, two), maybe(r.gap_cents, cents)]
        : [maybe(perThousand(r), two), maybe(quotient(r), two)]));
  const heads = [t("balance.class"), t("balance.people"), t("balance.csvSharePeople"), t("balance.count"), t("balance.weight"), t("balance.csvShareProjects"),
    ...(euros ? [t("balance.euros"), t("balance.csvShareEuros"), t("balance.headShort"), t("balance.quotient"), t("balance.gap")] : [t("balance.csvThousand"), t("balance.quotientProjects")])];
  const blank = (n: number) => Array.from({ length: n }, () => h("td", null));
  const foot = h("tr", null, h("th", { scope: "row" }, t("balance.total")), maybe(b.population?.total, (n) => number(n, lang)), ...blank(1),
    cell(number(b.total.projects, lang)), cell(two(b.total.weight)), ...blank(1), ...(euros ? [cell(money(b.total.amount_cents ?? 0, lang)), ...blank(4)] : blank(2)));
  const scroll = h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": t("balance.numbers") },
    h("table", { class: "numbers" },
      h("thead", null, h("tr", null, ...heads.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", null, ...b.total.rows.map(line)), h("tfoot", null, foot)));
  return h("details", { class: "fold" }, h("summary", { "data-key": "numbers" }, t("balance.numbers")), scroll, indicators(b));
}

/** Weighted projects for each thousand people of a class. */
export const perThousand = (r: BalanceRow | undefined): number | null => (r?.people && r.weight !== null ? (r.weight / r.people) * 1000 : null);

/** The location quotient of projects: their share over the people's. */
export const quotient = (r: BalanceRow | undefined): number | null => (r?.weight_share != null && r.people_share ? r.weight_share / r.people_share : null);

function indicators(b: Balance): HTMLElement | null {
  const from = b.total.amount_cents !== null ? b.indicators : (b.indicators_projects ?? null);
  const known = (["hoover", "gini", "theil"] as const).filter((key) => from?.[key] != null);
  if (!known.length) return null;
  return h("dl", { class: "facts" }, ...known.flatMap((key) => [h("dt", null, t(`indicator.${key}`)), h("dd", null, number(from?.[key] ?? 0, language(), 4))]));
}

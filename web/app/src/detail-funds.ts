// Who can pay for a project: what each mechanism's territory list says of its places, and money that does not fit.
import { section } from "./detail-parts";
import { h } from "./dom";
import { icon } from "./icons";
import { pick, t, term } from "./i18n";
import type { Eligible, Eligibility } from "./types";

export function eligibility(e: Eligibility | null | undefined): HTMLElement | null {
  if (!e?.items.length) return null;
  return section(t("details.eligibility"),
    e.warnings.length ? h("div", null, ...e.warnings.map((w) => h("p", { class: "note warning" }, icon("info"), h("span", null, w.year === null ? "" : `${w.year}: `, pick(w.reason))))) : null,
    h("ul", { class: "plain" }, ...e.items.map((x) => h("li", { class: "fund" },
      h("div", { class: "pair" }, h("span", { title: pick(x.name) }, heading(x)), h("span", { class: `fund-state fund-${x.state}` }, term("eligible", x.state))),
      h("small", null, pick(x.reason)),
      x.source ? h("small", null, `${t("details.source")}: `, sourceLink(x)) : null))));
}

/** LAS · EKSRP · 2021–2027 */
export const heading = (x: Pick<Eligible, "mechanism" | "fund" | "period_from" | "period_to">): string =>
  [x.mechanism, x.fund, years(x.period_from, x.period_to)].filter(Boolean).join(" · ");

export function years(from: number | null, to: number | null): string {
  if (from !== null && to !== null) return from === to ? String(from) : `${from}–${to}`;
  return from !== null ? t("details.from", { date: String(from) }) : to !== null ? t("details.until", { date: String(to) }) : "";
}

function sourceLink(x: Eligible): Node | string {
  const text = [x.source, x.source_ref].filter(Boolean).join(", ");
  return x.source_url && /^https?:\/\//i.test(x.source_url) ? h("a", { href: x.source_url, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}

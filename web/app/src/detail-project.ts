// A project: what it is, whose money, until when, where it lies and why that is said.
import { themeColor, type App } from "./app";
import { moneyBar } from "./detail-money";
import { timeline } from "./detail-time";
import { approximate, facts, measured, nearest, noData, opens, placeLink, projectRow, section, title } from "./detail-parts";
import { eligibility } from "./detail-funds";
import { h } from "./dom";
import { date, money, percent } from "./format";
import { language, pick, t, term, titled } from "./i18n";
import { layerOne } from "./layer-names";
import { symbolSVG } from "./symbols";
import type { Funding, ProjectDetail, Tie } from "./types";

export function projectView(app: App, p: ProjectDetail): (HTMLElement | null)[] {
  return [
    tags(app, p),
    title(titled(p)),
    ancestors(app, p),
    p.description ? h("p", { class: "description" }, p.description) : null,
    where(p),
    main(app, p),
    section(t("details.funding"), moneyBar(p.money ?? [], app.mode()), funding(p.funding ?? [])),
    eligibility(p.eligibility),
    section(t("details.ties"), ties(app, p)),
    section(t("details.phases"), p.is_group ? null : timeline(p.phases ?? [], p.horizon, app.mode()), phases(p)),
    section(t("details.proposed"), proposed(app, p)),
    section(t("details.nearest"), nearest(app, p.nearest ?? [], p.municipality)),
    section(t("details.children"), below(p), children(app, p)),
    section(t("details.links"), links(p)),
    section(t("details.about"), facts([[t("details.source"), [p.source, p.source_ref].filter(Boolean).join(", ")], [t("details.sourceCode"), p.source_code === p.code ? null : p.source_code]])),
  ];
}

function tags(app: App, p: ProjectDetail): HTMLElement {
  const theme = app.data.theme(p.municipality, p.theme);
  const color = themeColor(app, p.municipality, p.theme);
  return h("p", { class: "tags" },
    h("span", { class: "tag tag-status" }, symbolSVG(color, p.status, p.strategic, app.mode()), p.is_group ? t("details.group") : term("status", p.status)),
    p.strategic ? h("span", { class: "tag" }, t("details.strategic")) : null,
    theme ? h("span", { class: "tag", title: pick(theme.name) }, theme.code) : null,
    h("span", { class: "tag code" }, p.code));
}

function ancestors(app: App, p: ProjectDetail): HTMLElement | null {
  if (!p.ancestors?.length) return null;
  return h("p", { class: "subtitle" }, `${t("details.partOf")}: `, ...p.ancestors.flatMap((a, i) => [i ? " › " : "", h("a", { class: "link", ...opens(app, { kind: "project", municipality: p.municipality, code: a.code }) }, `${a.code} ${a.title}`)]));
}

/** What must not be mistaken for a surveyed site says so. */
function where(p: ProjectDetail): HTMLElement | null {
  if (p.is_group) return null;
  if (p.scope === "municipality") return approximate(t("details.wide"));
  if (p.scope === "unplaced") return approximate(t("details.unplaced"));
  if (!p.located && p.ties?.length) return approximate(t("details.named"));
  return p.approximate ? approximate(t("details.approximateProject")) : null;
}

function main(app: App, p: ProjectDetail): HTMLElement | null {
  const lang = language();
  const theme = app.data.theme(p.municipality, p.theme);
  const measure = theme?.measures.find((m) => m.code === p.measure);
  const cost = p.cost_cents ?? p.amount_cents;
  return facts([
    [t("details.theme"), theme ? `${theme.code} ${pick(theme.name)}` : p.theme],
    [t("details.measure"), measure ? `${measure.code} ${pick(measure.name)}` : p.measure],
    [t("details.horizon"), p.horizon && p.horizon !== "none" ? term("horizon", p.horizon) : null],
    [t("details.cost"), p.is_group ? null : cost === null ? noData() : money(cost, lang)],
    [t("details.costText"), p.cost_text],
    [t("details.holder"), p.holder],
    [t("details.participants"), p.participants?.join(", ")],
    [t("details.department"), p.department],
    [t("details.responsible"), p.responsible && p.responsible !== "municipality" ? term("responsible", p.responsible) : null],
    [t("property.plan_state"), p.plan_state ? term("plan_state", p.plan_state) : null],
  ]);
}

function funding(list: Funding[]): HTMLElement | null {
  if (!list.length) return null;
  return h("ul", { class: "plain" }, ...list.map((f) => {
    const amount = f.amount_cents === null ? noData() : h("span", { class: "amount" }, [f.qualifier ? term("qualifier", f.qualifier) : "", money(f.amount_cents, language()), f.period && f.period !== "once" ? term("period", f.period) : ""].filter(Boolean).join(" "));
    const notes = [f.year ? String(f.year) : "", f.mechanism ?? "", f.kind ? term("moneyKind", f.kind) : "", f.text ?? ""].filter(Boolean).join(" · ");
    return h("li", { class: "pair" }, h("span", null, f.source ? term("source", f.source) : t("source.other"), notes ? h("small", null, notes) : null), amount);
  }));
}

function ties(app: App, p: ProjectDetail): HTMLElement | null {
  if (!p.ties?.length) return null;
  // A place may be tied for several reasons: it stands once, with all of them.
  const places = new Map<string, Tie[]>();
  for (const tie of p.ties) places.set(`${tie.layer}/${tie.code}`, [...(places.get(`${tie.layer}/${tie.code}`) ?? []), tie]);
  return h("ul", { class: "plain" }, ...[...places.values()].map((list) => {
    const [first] = list;
    const share = list.find((tie) => tie.share !== null);
    return first ? h("li", null, h("div", { class: "pair" }, h("span", null, placeLink(app, first.layer, p.municipality, first.code, first.name), " ", h("small", { class: "beside" }, layerOne(first.layer))), h("span", { class: "amount" }, share ? shareText(share) : "")),
      ...list.map((tie) => h("small", null, reason(tie)))) : null;
  }));
}

/** What the words propose and nobody has confirmed. */
function proposed(app: App, p: ProjectDetail): HTMLElement | null {
  if (!p.proposed_ties?.length) return null;
  return h("div", null, approximate(t("details.proposedNote")),
    h("ul", { class: "plain" }, ...p.proposed_ties.map((tie) => h("li", null, placeLink(app, tie.layer, p.municipality, tie.code, tie.name), h("small", null, reason(tie))))));
}

function below(p: ProjectDetail): HTMLElement | null {
  if (!p.below?.with_amount || p.below.amount_cents === null) return null;
  return h("p", { class: "subtitle" }, `${t("details.below")}: ${money(p.below.amount_cents, language())}; ${t("projects.without", { n: p.below.without_amount })}`);
}

const shareText = (tie: Tie) => (tie.share !== null && tie.share < 0.9995 ? percent(tie.share, language()) : "");

function reason(tie: Tie): string {
  const own = pick(tie.reason);
  return own || [layerOne(tie.layer), term("relation", tie.relation), measured(tie.measure, tie.unit)].filter(Boolean).join(" · ");
}

function phases(p: ProjectDetail): HTMLElement | null {
  if (!p.phases?.length) return null;
  return h("ul", { class: "plain" }, ...p.phases.map((phase) => {
    const span = period(phase.starts, phase.ends);
    const name = phase.name || term("phase", phase.kind);
    return h("li", { class: "pair" }, h("span", null, name, phase.note ? h("small", null, phase.note) : null), h("span", { class: "amount" }, span || noData()));
  }));
}

/** 1. 3. 2026 – 30. 9. 2026, od 1. 1. 2028, do 30. 9. 2026 */
function period(from: string | null, to: string | null): string {
  const [a, b] = [from, to].map((d) => (d ? date(d, language()) : ""));
  if (a && b) return `${a} – ${b}`;
  return a ? t("details.from", { date: a }) : b ? t("details.until", { date: b }) : "";
}

function children(app: App, p: ProjectDetail): HTMLElement | null {
  if (!p.children?.length) return null;
  return h("div", null, h("p", { class: "subtitle" }, t("projects.count", { n: p.children.length })),
    h("ul", { class: "rows" }, ...p.children.map((c) => projectRow(app, { municipality: p.municipality, code: c.code, title: c.title, status: c.status, theme: p.theme }))));
}

function links(p: ProjectDetail): HTMLElement | null {
  const safe = (p.links ?? []).filter((l) => /^https?:\/\//i.test(l.url));
  if (!safe.length) return null;
  return h("ul", { class: "plain" }, ...safe.map((l) => h("li", null, h("a", { href: l.url, target: "_blank", rel: "noopener noreferrer" }, l.title || l.url))));
}


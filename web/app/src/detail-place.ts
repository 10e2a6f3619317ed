// A place: what it is, who lives there, what is planned and what overlaps it.
import type { App } from "./app";
import { moneyBar } from "./detail-money";
import { approximate, byLayer, facts, measured, nearest, noData, placeLink, projectRow, section, title, valueText, type Fact } from "./detail-parts";
import { h } from "./dom";
import { cleared } from "./filters";
import { area, date, length, money, number, percent } from "./format";
import { language, pick, t, term } from "./i18n";
import { layerOne } from "./layer-names";
import type { PlaceDetail } from "./types";

/** Columns that have a row of their own. */
const shownElsewhere = new Set(["name", "name_alt", "code", "class", "population", "approximate", "source", "source_date", "licence", "municipality", "municipality_id", "id", "centroid_e", "centroid_n"]);

export function placeView(app: App, p: PlaceDetail): (HTMLElement | null)[] {
  const cls = p.class?.class;
  return [
    h("p", { class: "tags" },
      h("span", { class: "tag" }, layerOne(p.layer) === p.layer ? pick(p.layer_title) : layerOne(p.layer)),
      cls ? h("span", { class: `tag tag-${cls}` }, term("class", cls)) : null,
      h("span", { class: "tag code" }, p.code)),
    title(p.name),
    p.name_alt ? h("p", { class: "subtitle" }, p.name_alt) : null,
    p.approximate ? approximate(t("details.approximate")) : null,
    facts(mainFacts(p)),
    projects(app, p),
    section(t("details.overlaps"), overlaps(app, p)),
    section(t("details.nearest"), nearest(app, p.nearest ?? [], p.municipality)),
    section(t("details.about"), facts([[t("details.source"), p.source], [t("details.sourceDate"), p.source_date ? date(p.source_date, language()) : null], [t("details.licence"), p.licence]])),
  ];
}

function mainFacts(p: PlaceDetail): Fact[] {
  const lang = language();
  const known = Object.entries(p.properties ?? {}).filter(([key]) => !shownElsewhere.has(key));
  const own: Fact[] = known.map(([key, v]) => [term("property", key), valueText(key, v)] as Fact).filter(([label]) => !label.includes("_"));
  return [
    [t("details.municipality"), p.municipality_name ?? p.municipality],
    [t("details.population"), population(p)],
    [t("details.area"), p.area_m2 ? `${area(p.area_m2, lang)}` : null],
    [t("details.length"), p.length_m ? length(p.length_m, lang) : null],
    ...schemes(p),
    ...own,
  ];
}

/** The class by every scheme; by one only it stands above the name already. */
function schemes(p: PlaceDetail): Fact[] {
  const all = p.classes ?? [];
  return all.length > 1 ? all.map((c): Fact => [pick(c.name) || term("scheme", c.scheme), term("class", c.class)]) : [];
}

function population(p: PlaceDetail): HTMLElement | null {
  if (!p.population) return p.layer === "settlements" ? noData() : null;
  const { value, source, set, name, date: at } = p.population;
  if (value === null) return noData();
  const note = [pick(name) || (source ?? set), at ? date(at, language()) : ""].filter(Boolean).join(", ");
  return h("span", null, number(value, language()), note ? h("small", null, note) : null);
}

function projects(app: App, p: PlaceDetail): HTMLElement | null {
  const list = p.projects?.items ?? [];
  if (!list.length) return section(t("details.projectsHere"), h("p", { class: "message" }, t("details.noProjects")));
  const note = (share: number | null, relation: string) => (share !== null && share < 0.9995 ? percent(share, language()) : relation === "within" ? "" : term("relation", relation));
  const sums = p.projects;
  const lang = language();
  return section(t("details.projectsHere"),
    facts([
      [t("projects.heading"), number(sums?.total ?? list.length, lang)],
      [t("details.moneyHere"), sums?.amount_cents != null ? money(sums.amount_cents, lang) : noData()],
      [t("details.withoutAmount"), sums?.without_amount ? t("projects.without", { n: sums.without_amount }) : null],
      [t("details.perHead"), sums?.amount_cents && p.population?.value ? money(Math.round(sums.amount_cents / p.population.value), lang) : null],
    ]),
    moneyBar(sums?.sources ?? [], app.mode()),
    inList(app, p),
    h("ul", { class: "rows" }, ...list.map((x) => projectRow(app, { ...x, municipality: x.municipality ?? p.municipality ?? "", note: note(x.share, x.relation) }))));
}

/** The same projects in the list, where they can be sorted, filtered and exported. */
function inList(app: App, p: PlaceDetail): HTMLElement | null {
  const { municipality } = app.store.get();
  if (p.municipality !== municipality) return null;
  const narrow = p.layer === "settlements" ? { settlement: [p.code] } : p.layer === "local_communities" ? { local_community: [p.code] } : null;
  return narrow && h("p", null, h("button", { class: "link", "data-key": "in-list", onclick: () => app.store.set({ ...cleared, ...narrow, tab: "projects", panel: true }) }, t("details.inList")));
}

function overlaps(app: App, p: PlaceDetail): HTMLElement | null {
  if (!p.overlaps?.length) return null;
  return h("ul", { class: "plain" }, ...byLayer(p.overlaps).flatMap(([layer, list]) => list.map((o) =>
    h("li", { class: "pair" }, h("span", null, placeLink(app, layer, o.municipality ?? p.municipality, o.code, o.name), h("small", null, layerOne(layer))), h("span", { class: "amount" }, measured(o.measure, o.unit))))));
}

// What is here: everything at a point of the map, stacked and named, layer by layer. The server knows what lies here, drawn or not; what only
// words place is here only as a drawing, and stands apart.
import type { App, Drawn } from "./app";
import { approximate, byLayer, facts, placeLink, projectRow, section, title } from "./detail-parts";
import { h } from "./dom";
import { coordinate, length } from "./format";
import { language, t, term } from "./i18n";
import { layerName } from "./layer-names";
import type { At } from "./types";

export function atView(app: App, at: At): (HTMLElement | null)[] {
  const lang = language();
  const places = at.places.filter((p) => p.layer !== "municipalities");
  const away = (m: number | null) => (m && m >= 1 ? length(m, lang) : "");
  const drawn = app.map?.at(at.point[0], at.point[1]) ?? [];
  const known = new Set(at.projects.map((p) => `${p.municipality}/${p.code}`));
  const named = drawn.filter((d) => d.layer === "projects_named" && !known.has(`${d.municipality}/${d.code}`));
  // What is drawn at the spot itself comes before what lies near it, or is filtered out.
  const spot = new Set(drawn.filter((d) => d.layer === "projects").map((d) => `${d.municipality}/${d.code}`));
  const projects = [...at.projects].sort((a, b) => Number(spot.has(`${b.municipality}/${b.code}`)) - Number(spot.has(`${a.municipality}/${a.code}`)));
  const around = at.settlement?.projects?.total ?? 0;
  const { layers } = app.store.get();
  const off = (layer: string) => (layers && !layers.includes(layer) ? t("at.off") : "");
  const order = (layer: string) => drawn.findIndex((d) => d.layer === layer);
  // What is drawn on top comes first; what is not drawn, last.
  const groups = byLayer(places).sort(([a], [b]) => (order(a) < 0 ? 99 : order(a)) - (order(b) < 0 ? 99 : order(b)));
  return [
    h("p", { class: "tags" }, h("span", { class: "tag" }, t("details.at"))),
    title(at.settlement?.name ?? at.municipality?.name ?? t("details.at")),
    facts([[t("details.municipality"), at.municipality?.name]]),
    !at.projects.length && !named.length && around ? h("p", { class: "note" }, t("at.noneHere", { n: around, name: at.settlement?.name ?? "" })) : null,
    projects.length ? section(t("details.atProjects"), h("ul", { class: "rows" }, ...projects.map((p) => projectRow(app, { ...p, note: away(p.distance_m) })))) : null,
    byWords(app, named),
    ...groups.map(([layer, list]) => section([layerName(layer), off(layer)].filter(Boolean).join(" · "), h("ul", { class: "plain" }, ...list.map((p) =>
      h("li", { class: "pair" }, placeLink(app, layer, p.municipality ?? at.municipality?.slug, p.code, p.name), h("span", { class: "amount" }, [p.class ? term("class", p.class) : away(p.distance_m), p.projects?.total ? t("projects.count", { n: p.projects.total }) : ""].filter(Boolean).join(" · "))))))),
    !places.length && !at.projects.length && !named.length ? h("p", { class: "message" }, t("details.atNothing")) : null,
    h("p", { class: "coordinate" }, coordinate(at.point[0], at.point[1], lang)),
  ];
}

function byWords(app: App, named: Drawn[]): HTMLElement | null {
  if (!named.length) return null;
  return section(t("at.named"), approximate(t("at.namedNote")), h("ul", { class: "rows" }, ...named.map((d) => projectRow(app, { municipality: d.municipality, code: d.code, title: d.name, status: d.status, theme: d.theme }))));
}

// What is here: everything at a point of the map, stacked and named.
import type { App } from "./app";
import { byLayer, facts, placeLink, projectRow, section, title } from "./detail-parts";
import { h } from "./dom";
import { coordinate, length } from "./format";
import { language, t, term } from "./i18n";
import type { At } from "./types";

export function atView(app: App, at: At): (HTMLElement | null)[] {
  const lang = language();
  const places = at.places.filter((p) => p.layer !== "municipalities");
  const away = (m: number | null) => (m && m >= 1 ? length(m, lang) : "");
  return [
    h("p", { class: "tags" }, h("span", { class: "tag" }, t("details.at"))),
    title(at.settlement?.name ?? at.municipality?.name ?? t("details.at")),
    facts([[t("details.municipality"), at.municipality?.name]]),
    at.projects.length ? section(t("details.atProjects"), h("ul", { class: "rows" }, ...at.projects.map((p) => projectRow(app, { ...p, note: away(p.distance_m) })))) : null,
    ...byLayer(places).map(([layer, list]) => section(term("layer", layer), h("ul", { class: "plain" }, ...list.map((p) =>
      h("li", { class: "pair" }, placeLink(app, layer, p.municipality ?? at.municipality?.slug, p.code, p.name), h("span", { class: "amount" }, p.class ? term("class", p.class) : away(p.distance_m))))))),
    !places.length && !at.projects.length ? h("p", { class: "message" }, t("details.atNothing")) : null,
    h("p", { class: "coordinate" }, coordinate(at.point[0], at.point[1], lang)),
  ];
}

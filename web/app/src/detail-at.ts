// What is here: everything at a point of the map, stacked and named.
import type { App } from "./app";
import { byLayer, facts, placeLink, projectRow, section, title } from "./detail-parts";
import { h } from "./dom";
import { coordinate, length } from "./format";
import { language, pick, t, term } from "./i18n";
import type { At } from "./types";

export function atView(app: App, at: At): (HTMLElement | null)[] {
  const lang = language();
  const municipality = slugOf(at) || app.store.get().municipality;
  const places = at.places.filter((p) => p.layer !== "municipalities");
  const away = (m: number | null) => (m && m >= 1 ? length(m, lang) : "");
  const name = settlementName(at);
  return [
    h("p", { class: "tags" }, h("span", { class: "tag" }, t("details.at"))),
    title(name || municipalityName(app, at) || t("details.at")),
    facts([[t("details.municipality"), municipalityName(app, at)]]),
    at.projects.length ? section(t("details.atProjects"), h("ul", { class: "rows" }, ...at.projects.map((p) => projectRow(app, { ...p, title: pick(p.title), note: away(p.distance_m) })))) : null,
    ...byLayer(places).map(([layer, list]) => section(term("layer", layer), h("ul", { class: "plain" }, ...list.map((p) =>
      h("li", { class: "pair" }, placeLink(app, layer, p.municipality ?? municipality, p.code, p.name), h("span", { class: "amount" }, p.class ? term("class", p.class) : away(p.distance_m))))))),
    !places.length && !at.projects.length ? h("p", { class: "message" }, t("details.atNothing")) : null,
    h("p", { class: "coordinate" }, coordinate(at.point[0], at.point[1], lang)),
  ];
}

const slugOf = (at: At): string => (typeof at.municipality === "string" ? at.municipality : (at.municipality?.slug ?? ""));

function municipalityName(app: App, at: At): string {
  if (!at.municipality) return "";
  return typeof at.municipality === "string" ? (app.data.find(at.municipality)?.name ?? at.municipality) : at.municipality.name;
}

function settlementName(at: At): string {
  if (!at.settlement) return "";
  if (typeof at.settlement !== "string") return at.settlement.name;
  const code = at.settlement;
  return at.places.find((p) => p.layer === "settlements" && (p.code === code || p.name === code))?.name ?? "";
}

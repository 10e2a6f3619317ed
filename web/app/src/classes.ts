// The kinds of features that a layer tells apart: what a made-up one of each looks like is for the style to say; which features belong to
// it is a filter, so that each kind can be switched off.
import type { ExpressionSpecification } from "maplibre-gl";
import type { Sample } from "./evaluate";
import { pick, t, term } from "./i18n";
import { statuses } from "./symbols";
import type { Theme } from "./types";

/** One kind: its key after the layer's name in the address, its words, an example of it, and which features it is. */
export interface Kind {
  key: string;
  text: string;
  example: Omit<Sample, "zoom">;
  which: ExpressionSpecification | null;
}

/** Kinds that answer one question; the question stands above them where a layer has several. */
export interface Kinds {
  title: string;
  kinds: Kind[];
  /** Not in the legend on the map: the drawing does not tell these apart. */
  alike?: boolean;
}

/** What the kinds depend on. */
export interface Known {
  classes: string[];
  statuses: Set<string>;
  themes: Theme[];
  geometry: (layer: string) => string;
}

type Geometry = Sample["geometry"];

const is = (name: string, value: string): ExpressionSpecification => ["==", ["get", name], value];
const kind = (key: string, text: string, geometry: Geometry, properties: Record<string, unknown>, which: ExpressionSpecification | null): Kind => ({ key, text, example: { geometry, properties }, which });

const planStates = ["adopted", "amending", "public_display", "in_preparation", "considered", "none", "unknown"];
const load: ExpressionSpecification = ["coalesce", ["get", "load_pe"], 0];
const unequipped: ExpressionSpecification = ["==", ["get", "equipped"], false];
const bridge = is("route_level", "bridge");

function plans(geometry: Geometry): Kinds {
  return {
    title: t("property.plan_state"), alike: true,
    kinds: planStates.map((state) => kind(`plan.${state}`, term("plan_state", state), geometry, { plan_state: state },
      state === "unknown" ? ["==", ["coalesce", ["get", "plan_state"], "unknown"], "unknown"] : is("plan_state", state))),
  };
}

function routes(): Kinds[] {
  const states = ["existing", "in_construction", "planned", "unknown"];
  const one = (state: string) => kind(state, `${t("layerOne.cycling_routes")}, ${term("routeState", state)}`, "LineString", { state, route_level: "local" }, ["all", ["!", bridge], is("state", state)]);
  return [{ title: "", kinds: [...states.map(one), kind("bridge", t("legend.bridge"), "LineString", { state: "planned", route_level: "bridge" }, bridge), kind("", t("legend.routePoint"), "Point", {}, null)] }];
}

function projects(known: Known): Kinds[] {
  const ink = "#4a5058";
  const symbol = (status: string, color: string, strategic = false) => ({ status, color, strategic });
  return [
    { title: t("legend.byStatus"), kinds: [
      ...statuses.filter((s) => known.statuses.has(s)).map((s) => kind(`status.${s}`, term("status", s), "Point", symbol(s, ink), is("status", s))),
      kind("", t("legend.strategic"), "Point", symbol("realised", ink, true), null),
      kind("", t("legend.shapes"), "Polygon", symbol("preparation", ink), null),
    ] },
    { title: t("legend.byTheme"), kinds: known.themes.map((theme) => kind(`theme.${theme.code}`, `${theme.code}  ${pick(theme.name)}`, "Point", { ...symbol("realised", theme.color ?? ink), theme: theme.code }, is("theme", theme.code))) },
  ];
}

/** The kinds of a layer; a layer without any, such as a planner's own, is one kind. */
export function kindsOf(layer: string, known: Known): Kinds[] {
  const single = (text: string, geometry: Geometry, properties = {}): Kinds => ({ title: "", kinds: [kind("", text, geometry, properties, null)] });
  /** Areas, and those of which only a point is known. */
  const areas = (area: string, point: string): Kinds => ({ title: "", kinds: [kind("", area, "Polygon", {}, null), kind("", point, "Point", {}, null)] });
  switch (layer) {
    case "projects":
      return projects(known);
    case "projects_named":
      return [{ title: "", kinds: (["confirmed", "proposed"] as const).map((state) => kind(state, t(state === "confirmed" ? "legend.namedConfirmed" : "legend.namedProposed"), "Point", { state, color: "#4a5058" }, is("state", state))) }];
    case "settlements":
      return [{ title: "", kinds: known.classes.map((c) => kind(c, term("classOf", c), "Polygon", { class: c },
        c === "unclassified" ? ["!", ["in", ["coalesce", ["get", "class"], ""], ["literal", ["urban", "suburban", "rural"]]]] : is("class", c))) }];
    case "business_zones":
      return [areas(t("legend.zone"), t("legend.zonePoint")), plans("Polygon")];
    case "degraded_areas":
      return [areas(t("legend.degraded"), t("legend.degradedPoint")), plans("Polygon")];
    case "agglomerations":
      return [{ title: "", kinds: [
        kind("unequipped", t("legend.unequipped"), "Polygon", { load_pe: 2000, equipped: false }, unequipped),
        kind("large", t("legend.large"), "Polygon", { load_pe: 2000 }, ["all", ["!", unequipped], [">=", load, 2000]]),
        kind("small", t("legend.small"), "Polygon", { load_pe: 500 }, ["all", ["!", unequipped], ["<", load, 2000]]),
        kind("", t("legend.agglomerationPoint"), "Point", { load_pe: 2000 }, null),
      ] }];
    case "cycling_routes":
      return routes();
    case "local_communities":
      return [areas(t("legend.community"), t("legend.communityPoint"))];
    case "municipalities":
      return [single(t("legend.municipality"), "Polygon")];
  }
  const geometry = known.geometry(layer);
  return [single(term("layer", layer), geometry === "line" ? "LineString" : geometry === "point" ? "Point" : "Polygon")];
}

/** Whose kinds apply to a layer: projects that only words place are of a status and a theme as all are. */
const families: Record<string, string[]> = { projects_named: ["projects_named", "projects"] };

/** What is left of a layer when the hidden kinds are gone; null: all of it. */
export function remaining(layer: string, hide: string[]): ExpressionSpecification | null {
  const gone: ExpressionSpecification[] = [];
  for (const family of families[layer] ?? [layer]) {
    const keys = hide.filter((key) => key.startsWith(`${family}.`)).map((key) => key.slice(family.length + 1));
    if (!keys.length) continue;
    const themes = keys.filter((key) => key.startsWith("theme.")).map((key) => ({ code: key.slice(6), name: { sl: "", en: "" }, kind: "", color: null, measures: [] }));
    const all: Known = { classes: ["urban", "suburban", "rural", "unclassified"], statuses: new Set(statuses), themes, geometry: () => "" };
    for (const k of kindsOf(family, all).flatMap((x) => x.kinds)) if (k.which && keys.includes(k.key)) gone.push(["!", k.which]);
  }
  return gone.length ? ["all", ...gone] : null;
}

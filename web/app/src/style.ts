// From the server's style to the one that is drawn: addresses made absolute,
// layers shown or hidden, projects filtered, the chosen thing marked. A pure
// function of style and state; MapLibre applies only the difference.
import type { Geometry } from "geojson";
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { ground, lines, type Mode } from "./palette";
import { remaining } from "./classes";
import type { Selection, State } from "./state";
import { arranged, faded, opacityOf } from "./style-layers";

type Layer = LayerSpecification;

/** The data layer that a layer of the style draws; labels belong to their settlements. */
export function dataLayer(layer: Layer): string {
  const source = "source-layer" in layer ? (layer["source-layer"] ?? "") : "";
  return source.replace(/_labels$/, "");
}

/** Data layers of a style in drawing order, with whether the style shows them at first. */
export function dataLayers(style: StyleSpecification): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const layer of style.layers) {
    const id = dataLayer(layer);
    if (id) found.set(id, (found.get(id) ?? false) || layer.layout?.visibility !== "none");
  }
  return found;
}

export function visibleLayers(style: StyleSpecification, state: Pick<State, "layers">): string[] {
  return state.layers ?? [...dataLayers(style)].filter(([, on]) => on).map(([id]) => id);
}

/** Who the data comes from: the names of the sources without their details, once each. */
export function sources(style: StyleSpecification): string[] {
  const all = Object.values(style.sources).flatMap((source) => ("attribution" in source ? (source.attribution ?? "").split(" · ") : []));
  return [...new Set(all.map((text) => (text.replace(/\s*\([^)]*,[^)]*\)/g, "").split(",")[0] ?? "").trim()).filter((text) => /\p{L}/u.test(text)))];
}

/** Makes every address of the style absolute, against the address it came from. */
export function absolute(style: StyleSpecification, from: string): StyleSpecification {
  const copy = structuredClone(style);
  for (const source of Object.values(copy.sources)) {
    if ("url" in source && typeof source.url === "string") source.url = new URL(source.url, from).href;
    if ("tiles" in source && source.tiles) source.tiles = source.tiles.map((tile) => template(tile, from));
  }
  if (typeof copy.sprite === "string") copy.sprite = new URL(copy.sprite, from).href;
  return copy;
}

/** Resolves a tile template without escaping its braces. */
export function template(tile: string, from: string): string {
  return new URL(tile, from).href.replace(/%7B/gi, "{").replace(/%7D/gi, "}");
}

export function compose(base: StyleSpecification, state: State, mode: Mode): StyleSpecification {
  const on = new Set(visibleLayers(base, state));
  const known = dataLayers(base);
  const layers = arranged(base.layers, state.order, dataLayer).map((layer) => {
    const id = dataLayer(layer);
    const left = id ? remaining(id, state.hide) : null;
    const shown = !id || on.has(id);
    const asked = state.layers?.includes(id) || known.get(id) === false;
    return {
      ...faded(layer, id ? opacityOf(state, id) : 1),
      layout: { ...layer.layout, visibility: shown && (asked || layer.layout?.visibility !== "none") ? "visible" : "none" },
      ...(left ? { filter: both(filterOf(layer), left) } : {}),
    } as Layer;
  });
  const source = sourceOf(base);
  if (source) {
    const top = layers.findIndex((l) => l.type === "symbol");
    const at = top < 0 ? layers.length : top;
    layers.splice(at, 0, ...veil(source, state, mode), ...marks(source, state.selection, mode));
    const points = layers.findIndex((l) => l.type === "symbol" && dataLayer(l) === "projects");
    layers.splice(points < 0 ? layers.length : points, 0, ...rings(source, state.selection, mode));
  }
  return { ...base, layers };
}

const filterOf = (layer: Layer): FilterSpecification | undefined => ("filter" in layer ? layer.filter : undefined);

function both(a: FilterSpecification | undefined, b: ExpressionSpecification): FilterSpecification {
  return a ? (["all", a, b] as unknown as FilterSpecification) : b;
}

function sourceOf(style: StyleSpecification): string {
  return Object.entries(style.sources).find(([, s]) => s.type === "vector")?.[0] ?? "";
}

/** Municipalities other than the chosen one step back. */
function veil(source: string, state: State, mode: Mode): Layer[] {
  if (!state.municipality) return [];
  return [
    {
      id: "kraj-veil", type: "fill", source, "source-layer": "municipalities",
      filter: ["!=", ["get", "municipality"], state.municipality],
      paint: { "fill-color": ground[mode].outside, "fill-opacity": 0.62, "fill-antialias": false },
    },
  ];
}

function chosen(selection: Selection | null): { layer: string; filter: ExpressionSpecification } | null {
  if (!selection || selection.kind === "at") return null;
  const layer = selection.kind === "project" ? "projects" : selection.layer;
  const same: ExpressionSpecification = ["all", ["==", ["get", "code"], selection.code], ["==", ["get", "municipality"], selection.municipality]];
  return { layer, filter: same };
}

/** Outline of the chosen place or project, under the labels. */
function marks(source: string, selection: Selection | null, mode: Mode): Layer[] {
  const what = chosen(selection);
  if (!what) return [];
  const common = { source, "source-layer": what.layer, filter: ["all", ["!=", ["geometry-type"], "Point"], what.filter] as FilterSpecification };
  return [
    { id: "kraj-mark-casing", type: "line", ...common, layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": lines[mode].casing, "line-width": 7, "line-opacity": 0.9 } },
    { id: "kraj-mark-line", type: "line", ...common, layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": lines[mode].selection, "line-width": 2.6 } },
  ];
}

/** Ring around a chosen point, under its symbol. */
function rings(source: string, selection: Selection | null, mode: Mode): Layer[] {
  const what = chosen(selection);
  if (!what) return [];
  return [
    {
      id: "kraj-mark-ring", type: "circle", source, "source-layer": what.layer,
      filter: ["all", ["==", ["geometry-type"], "Point"], what.filter] as FilterSpecification,
      paint: { "circle-radius": 16, "circle-color": lines[mode].casing, "circle-opacity": 0.75, "circle-stroke-color": lines[mode].selection, "circle-stroke-width": 2.4 },
    },
  ];
}

/** The style with a shape above everything but labels and symbols: lines and outlines broken, points ringed. */
export function pointed(style: StyleSpecification, shape: Geometry | null, mode: Mode): StyleSpecification {
  if (!shape) return style;
  const { casing, degraded } = lines[mode];
  const round = { "line-join": "round", "line-cap": "round" } as const;
  const drawn: Layer[] = [
    { id: "kraj-point-casing", type: "line", source: "kraj-pointed", layout: round, paint: { "line-color": casing, "line-width": 9, "line-opacity": 0.9 } },
    { id: "kraj-point-line", type: "line", source: "kraj-pointed", layout: { "line-join": "round" }, paint: { "line-color": degraded, "line-width": 4, "line-dasharray": [1.5, 1] } },
    { id: "kraj-point-ring", type: "circle", source: "kraj-pointed", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 16, "circle-color": casing, "circle-opacity": 0, "circle-stroke-color": degraded, "circle-stroke-width": 3 } },
  ];
  const top = style.layers.findIndex((l) => l.type === "symbol");
  const layers = [...style.layers];
  layers.splice(top < 0 ? layers.length : top, 0, ...drawn);
  return { ...style, sources: { ...style.sources, "kraj-pointed": { type: "geojson", data: { type: "Feature", properties: {}, geometry: shape } } }, layers };
}

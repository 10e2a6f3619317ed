// The reader's own wishes of a style: another order of the layers, fainter ones, kinds left out.
import type { LayerSpecification } from "maplibre-gl";
import type { State } from "./state";

type Layer = LayerSpecification;

/** Symbols and names stay above everything: under an area they could not be read. The paper stays below. */
export const movable = (layer: Layer): boolean => ["fill", "line", "circle"].includes(layer.type) && layer.id !== "municipalities-fill";

/** Data layers from the topmost down, as the style draws them. */
export function drawingOrder(layers: Layer[], idOf: (layer: Layer) => string): string[] {
  const order: string[] = [];
  for (const layer of layers) {
    const id = idOf(layer);
    if (id && (movable(layer) || layer.type === "symbol") && !order.includes(id)) order.push(id);
  }
  return order.reverse();
}

/** Layers in the wanted order, topmost first in `order`; what it does not name keeps its place among the others. */
export function arranged(layers: Layer[], order: string[] | null, idOf: (layer: Layer) => string): Layer[] {
  if (!order) return layers;
  const usual = drawingOrder(layers, idOf);
  const wanted = [...order.filter((id) => usual.includes(id)), ...usual.filter((id) => !order.includes(id))];
  const rank = (layer: Layer) => -wanted.indexOf(idOf(layer));
  const moving = layers.filter((l) => idOf(l) && movable(l));
  const sorted = moving.map((l, i) => ({ l, i })).sort((a, b) => rank(a.l) - rank(b.l) || a.i - b.i);
  let next = 0;
  return layers.map((l) => (moving.includes(l) ? (sorted[next++]?.l ?? l) : l));
}

const opacities: Record<string, string[]> = {
  fill: ["fill-opacity"], line: ["line-opacity"], circle: ["circle-opacity", "circle-stroke-opacity"], symbol: ["icon-opacity", "text-opacity"],
};

/** The layer with all its opacities multiplied. */
export function faded(layer: Layer, share: number): Layer {
  const names = opacities[layer.type];
  if (!names || share >= 1) return layer;
  const paint: Record<string, unknown> = { ...(layer.paint as object | undefined) };
  for (const name of names) paint[name] = times(paint[name] ?? 1, share);
  return { ...layer, paint } as Layer;
}

/** A value times a share; where the zoom decides, inside: such an expression must stand outermost. */
function times(value: unknown, share: number): unknown {
  if (typeof value === "number") return value * share;
  if (!Array.isArray(value)) return value;
  const from = value[0] === "interpolate" ? 4 : value[0] === "step" ? 2 : -1;
  if (from < 0) return ["*", value, share];
  return value.map((part, i) => (i >= from && (i - from) % 2 === 0 ? times(part, share) : part));
}

export function opacityOf(state: Pick<State, "fade">, layer: string): number {
  const found = state.fade.find((x) => x.startsWith(`${layer}:`));
  return found ? Number(found.slice(layer.length + 1)) / 100 : 1;
}

export function withOpacity(state: Pick<State, "fade">, layer: string, percent: number): string[] {
  const rest = state.fade.filter((x) => !x.startsWith(`${layer}:`));
  return percent >= 100 ? rest : [...rest, `${layer}:${Math.round(percent)}`];
}

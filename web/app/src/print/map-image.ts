// The map of the sheet: drawn apart from the one on the screen, always light, at the
// exact size of its frame and as many dots to the inch as a printer wants.
import { Map as GLMap, type StyleSpecification } from "maplibre-gl";
import type { App } from "../app";
import { h } from "../dom";
import { language } from "../i18n";
import { drawImage, fetchStyle, type MapView } from "../map";
import type { LonLat } from "../tools/d96";
import { metresPerPixel, zoomFor } from "../tools/geodesy";
import type { Shape } from "../tools/shape";
import type { Box } from "./sheet";

/** Millimetres of a CSS pixel. */
export const pixel = 25.4 / 96;

export interface Order {
  frame: Box;
  centre: LonLat;
  denominator: number;
  dpi: number;
  measured: Shape;
}

export interface Picture {
  bitmap: HTMLCanvasElement;
  url: string;
  dpi: number;
}

/** The zoom at which the map is true to the scale at its middle. */
export const zoomOf = (lat: number, denominator: number): number => zoomFor(lat, (denominator * pixel) / 1000);

/** The denominator of a view of the screen's map, for a first guess. */
export const denominatorOf = (lat: number, zoom: number): number => metresPerPixel(lat, zoom) / (pixel / 1000);

/** How long tiles may take before what there is becomes the picture. */
const patience = 30_000;

export async function drawMap(app: App, view: MapView, order: Order, signal: AbortSignal): Promise<Picture> {
  // Without the sprite, which has the density of screens: what the style names is drawn for the paper's.
  const { sprite: _, ...style } = view.drawn(await fetchStyle(language(), "light"), "light");
  signal.throwIfAborted();
  const host = h("div", { class: "print-canvas", "aria-hidden": "true", style: { width: `${order.frame.w / pixel}px`, height: `${order.frame.h / pixel}px` } });
  document.body.append(host);
  const map = new GLMap({
    container: host,
    style: withMeasured(style, order.measured),
    center: [order.centre.lon, order.centre.lat],
    zoom: zoomOf(order.centre.lat, order.denominator),
    minZoom: 0,
    maxZoom: 24,
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    pixelRatio: order.dpi / 96,
    maxCanvasSize: [8192, 8192],
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  try {
    map.setMissingStyleImageResolver((id) => drawImage(app, map, id, "light", Math.ceil(order.dpi / 96)));
    await drawn(map, signal);
    return await taken(map.getCanvas(), order);
  } finally {
    map.remove();
    host.remove();
  }
}

function drawn(map: GLMap, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, patience);
    map.once("idle", () => resolve());
    signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    map.once("remove", () => clearTimeout(timer));
  });
}

/** A copy: the map's own canvas goes with the map. */
async function taken(source: HTMLCanvasElement, order: Order): Promise<Picture> {
  const bitmap = document.createElement("canvas");
  bitmap.width = source.width;
  bitmap.height = source.height;
  const context = bitmap.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, bitmap.width, bitmap.height);
  context.drawImage(source, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => bitmap.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("no picture of the map");
  return { bitmap, url: URL.createObjectURL(blob), dpi: Math.round((source.width / order.frame.w) * 25.4) };
}

/** What is measured, above everything: on paper it belongs to the map. */
function withMeasured(style: StyleSpecification, { kind, points }: Shape): StyleSpecification {
  if (points.length < 2) return style;
  const at = points.map((p) => [p.lon, p.lat]);
  const closed = kind === "area" && points.length > 2;
  const geometry = closed ? { type: "Polygon" as const, coordinates: [[...at, at[0] ?? []]] } : { type: "LineString" as const, coordinates: at };
  const source = { type: "geojson" as const, data: { type: "Feature" as const, properties: {}, geometry } };
  const layout = { "line-join": "round", "line-cap": "round" } as const;
  return {
    ...style,
    sources: { ...style.sources, "kraj-measured": source },
    layers: [
      ...style.layers,
      ...(closed ? [{ id: "kraj-measured-fill", type: "fill" as const, source: "kraj-measured", paint: { "fill-color": "#23292d", "fill-opacity": 0.08 } }] : []),
      { id: "kraj-measured-casing", type: "line", source: "kraj-measured", layout, paint: { "line-color": "#fffefa", "line-width": 5 } },
      { id: "kraj-measured-line", type: "line", source: "kraj-measured", layout, paint: { "line-color": "#23292d", "line-width": 2 } },
    ],
  };
}

// Where something changed: boxes over the map, and a ring where a box would be too small to be seen.
import type { Feature } from "geojson";
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import { lines, type Mode } from "./palette";
import type { BBox } from "./types";

/** Degrees; a larger area is outlined only, or it would tint the whole map. */
const outlined = 0.06;

/** The zoom from which a box of so many degrees is larger than the ring that stands for it. */
const seenFrom = (degrees: number): number => Math.log2((30 * 360) / (512 * Math.max(degrees, 1e-6)));

/** More would not be told apart, and each is a feature. */
const most = 400;

export function highlighted(style: StyleSpecification, boxes: BBox[], mode: Mode): StyleSpecification {
  if (!boxes.length) return style;
  const { changed, casing } = lines[mode];
  const features = boxes.slice(0, most).flatMap(([w, s, e, n]): Feature[] => {
    const wide = Math.max(e - w, n - s);
    const properties = { wide, seen: seenFrom(wide) };
    return [
      { type: "Feature", properties, geometry: { type: "Polygon", coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] } },
      { type: "Feature", properties, geometry: { type: "Point", coordinates: [(w + e) / 2, (s + n) / 2] } },
    ];
  });
  const source = "kraj-changed";
  const area = ["==", ["geometry-type"], "Polygon"] as const;
  const drawn = [
    { id: "kraj-changed-fill", type: "fill", source, filter: ["all", area, ["<", ["get", "wide"], outlined]], paint: { "fill-color": changed, "fill-opacity": 0.14 } },
    { id: "kraj-changed-casing", type: "line", source, filter: area, layout: { "line-join": "round" }, paint: { "line-color": casing, "line-width": 4, "line-opacity": 0.8 } },
    { id: "kraj-changed-line", type: "line", source, filter: area, layout: { "line-join": "round" }, paint: { "line-color": changed, "line-width": 2, "line-dasharray": [3, 1.5] } },
    { id: "kraj-changed-ring", type: "circle", source, filter: ["all", ["==", ["geometry-type"], "Point"], ["<", ["zoom"], ["get", "seen"]]],
      paint: { "circle-radius": 13, "circle-color": changed, "circle-opacity": 0.12, "circle-stroke-color": changed, "circle-stroke-width": 2 } },
  ] as unknown as LayerSpecification[];
  const top = style.layers.findIndex((l) => l.type === "symbol");
  const layers = [...style.layers];
  layers.splice(top < 0 ? layers.length : top, 0, ...drawn);
  return { ...style, sources: { ...style.sources, [source]: { type: "geojson", data: { type: "FeatureCollection", features } } }, layers };
}

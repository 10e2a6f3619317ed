// Where it is: a small map drawn from the shapes themselves, without tiles or WebGL, so that it prints sharp everywhere.
import type { Geometry, Position } from "geojson";
import { get } from "./api";
import { themeColor, type App } from "./app";
import { s } from "./dom";
import { length } from "./format";
import { language, t } from "./i18n";
import { ground, lines, type Mode } from "./palette";
import type { BBox, PlaceDetail, ProjectDetail } from "./types";

interface Features {
  features: { geometry: Geometry | null; properties: Record<string, unknown> }[];
}

const [width, height] = [640, 300];
const margin = 12;

/** Places degrees on the drawing; true in both directions around the middle. */
export function projection(box: BBox): { at: (p: Position) => [number, number]; metres: number } {
  const [w, south, e, n] = box;
  const squeeze = Math.cos(((south + n) / 2) * (Math.PI / 180));
  const scale = Math.min((width - 2 * margin) / Math.max(1e-9, (e - w) * squeeze), (height - 2 * margin) / Math.max(1e-9, n - south));
  const left = (width - (e - w) * squeeze * scale) / 2;
  const top = (height - (n - south) * scale) / 2;
  return { at: ([lon = 0, lat = 0]) => [left + (lon - w) * squeeze * scale, top + (n - lat) * scale], metres: 111_320 / scale };
}

export async function locator(app: App, what: ProjectDetail | PlaceDetail, mode: Mode): Promise<SVGSVGElement | null> {
  const home = app.data.current();
  if (!home?.bbox || !what.bbox) return null;
  const { at, metres } = projection(wide(home.bbox, what.bbox));
  const settlements = await get<Features>("collections/settlements/items", { municipality: home.slug, limit: 1000, f: "json" });
  const shape = "layer" in what ? (await get<{ geometry: Geometry | null }>(`collections/${what.layer}/items/${String((what as { id?: number }).id)}`, { f: "json" })).geometry : (what.geometry ?? null);
  const color = "layer" in what ? lines[mode].selection : themeColor(app, what.municipality, what.theme);
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, width: "100%", role: "img", "aria-label": t("record.map") });
  svg.append(s("rect", { width, height, fill: ground[mode].outside }));
  for (const f of settlements.features) {
    const cls = String(f.properties.class ?? "unclassified") as "urban";
    if (f.geometry) svg.append(s("path", { d: path(f.geometry, at), fill: ground[mode][cls] ?? ground[mode].unclassified, stroke: lines[mode].settlement, "stroke-width": 0.8, "stroke-linejoin": "round" }));
  }
  if (shape) svg.append(...drawn(shape, at, color, mode));
  svg.append(...bar(metres, mode));
  return svg;
}

/** Both boxes; of what lies far outside, not so much that the municipality is lost. */
function wide(a: BBox, b: BBox): BBox {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

type At = (p: Position) => [number, number];

const ring = (points: Position[], at: At, close: boolean) => points.map((p, i) => `${i ? "L" : "M"}${at(p).map((n) => n.toFixed(1)).join(" ")}`).join("") + (close ? "Z" : "");

export function path(g: Geometry, at: At): string {
  switch (g.type) {
    case "Polygon":
      return g.coordinates.map((r) => ring(r, at, true)).join("");
    case "MultiPolygon":
      return g.coordinates.flat().map((r) => ring(r, at, true)).join("");
    case "LineString":
      return ring(g.coordinates, at, false);
    case "MultiLineString":
      return g.coordinates.map((l) => ring(l, at, false)).join("");
    case "GeometryCollection":
      return g.geometries.map((x) => path(x, at)).join("");
  }
  return "";
}

function points(g: Geometry): Position[] {
  if (g.type === "Point") return [g.coordinates];
  if (g.type === "MultiPoint") return g.coordinates;
  return g.type === "GeometryCollection" ? g.geometries.flatMap(points) : [];
}

const flat = (g: Geometry): boolean => g.type === "Polygon" || g.type === "MultiPolygon" || (g.type === "GeometryCollection" && g.geometries.some(flat));

function drawn(g: Geometry, at: At, color: string, mode: Mode): SVGElement[] {
  const d = path(g, at);
  const marks: SVGElement[] = d ? [
    s("path", { d, fill: "none", stroke: lines[mode].casing, "stroke-width": 5, "stroke-linejoin": "round" }),
    s("path", { d, fill: flat(g) ? color : "none", "fill-opacity": 0.18, stroke: color, "stroke-width": 2.4, "stroke-linejoin": "round" }),
  ] : [];
  for (const p of points(g)) {
    const [cx, cy] = at(p);
    marks.push(s("circle", { cx, cy, r: 7, fill: color, stroke: lines[mode].casing, "stroke-width": 2.5 }));
  }
  return marks;
}

/** A scale bar of a round length, and north. */
function bar(metres: number, mode: Mode): SVGElement[] {
  const most = metres * 130;
  const magnitude = 10 ** Math.floor(Math.log10(most));
  const round = [5, 2, 1].map((n) => n * magnitude).find((n) => n <= most) ?? magnitude;
  const w = round / metres;
  const ink = lines[mode].ink;
  const y = height - 14;
  return [
    s("path", { d: `M ${width - 16 - w} ${y - 5} v 5 h ${w} v -5`, fill: "none", stroke: ink, "stroke-width": 1.4 }),
    s("text", { x: width - 16 - w / 2, y: y - 7, "text-anchor": "middle", "font-size": 12, fill: ink }, length(round, language())),
    s("path", { d: `M ${width - 22} 34 l 5 -18 l 5 18 l -5 -4 z`, fill: ink }), s("text", { x: width - 17, y: 12, "text-anchor": "middle", "font-size": 11, fill: ink }, t("record.north")),
  ];
}

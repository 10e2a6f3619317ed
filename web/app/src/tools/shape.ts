// What is being measured, as it stands in the address: line:14.35560,46.23870;… or area:….
import type { LonLat } from "./d96";

export type Kind = "line" | "area";

export interface Shape {
  kind: Kind;
  points: LonLat[];
}

/** As many places as an address can carry with room to spare. */
export const most = 200;

export function readShape(text: string): Shape {
  const [kind, list = ""] = text.split(":");
  const points = list
    .split(";")
    .map((pair) => pair.split(",").map(Number))
    .filter(([lon, lat]) => lon !== undefined && lat !== undefined && Math.abs(lon) <= 180 && Math.abs(lat) <= 85)
    .map(([lon = 0, lat = 0]) => ({ lon, lat }));
  return { kind: kind === "area" ? "area" : "line", points: list ? points.slice(0, most) : [] };
}

/** Six decimals are a tenth of a metre at most. */
export function writeShape({ kind, points }: Shape): string {
  const list = points.map((p) => `${p.lon.toFixed(6)},${p.lat.toFixed(6)}`).join(";");
  return list || kind === "area" ? `${kind}:${list}` : "";
}

// Which tiles of the Web Mercator pyramid show an area.
import type { BBox } from "./types";

export interface TileId {
  x: number;
  y: number;
  z: number;
}

/** How many tiles are named one by one; beyond it the whole source is fetched again, and most answers are "304". */
const most = 400;

/** The tiles of zooms 0 to maxZoom that show one of the boxes and meet the view, with a tile's buffer; null: all of them. */
export function tilesIn(boxes: BBox[], view: BBox, maxZoom: number): TileId[] | null {
  const found = new Map<string, TileId>();
  for (const [w, s, e, n] of boxes) {
    for (let z = 0; z <= maxZoom; z++) {
      const buffer = 360 / 2 ** z / 32;
      const box: BBox = [Math.max(w - buffer, view[0] - buffer), Math.max(s - buffer, view[1] - buffer), Math.min(e + buffer, view[2] + buffer), Math.min(n + buffer, view[3] + buffer)];
      if (box[0] > box[2] || box[1] > box[3]) break; // deeper zooms have smaller buffers
      const [x0, y0] = tileAt(box[0], box[3], z);
      const [x1, y1] = tileAt(box[2], box[1], z);
      if ((x1 - x0 + 1) * (y1 - y0 + 1) > most) return null;
      for (let x = x0; x <= x1; x++) for (let y = y0; y <= y1; y++) found.set(`${z}/${x}/${y}`, { x, y, z });
      if (found.size > most) return null;
    }
  }
  return [...found.values()];
}

/** The tile of a zoom in which a position lies (Web Mercator, XYZ). */
function tileAt(lon: number, lat: number, z: number): [number, number] {
  const n = 2 ** z;
  const phi = (Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180;
  const clamp = (v: number) => Math.max(0, Math.min(n - 1, Math.floor(v)));
  return [clamp(((lon + 180) / 360) * n), clamp(((1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2) * n)];
}

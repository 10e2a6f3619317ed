// The background maps that whoever runs kraj has named (KRAJ_BASEMAPS): off until
// one is chosen, and only then is their host asked for anything.
import { get } from "../api";

export interface Basemap {
  name: string;
  /** As MapLibre wants it: with {z}, {x}, {y} or {bbox-epsg-3857}. */
  url: string;
  attribution?: string;
}

export let basemaps: Basemap[] = [];

/** Reads them once; a server that does not answer has none. */
export async function loadBasemaps(): Promise<void> {
  basemaps = await get<{ basemaps: Basemap[] }>("api/v1/session").then((s) => s.basemaps, () => []);
}

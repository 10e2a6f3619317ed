// The background maps that whoever runs kraj has named (KRAJ_BASEMAPS). The server
// writes them into the page, because its policy names their hosts in the same answer.

export interface Basemap {
  name: string;
  /** As MapLibre wants it: with {z}, {x}, {y} or {bbox-epsg-3857}. */
  tiles: string;
  attribution?: string;
}

function read(): Basemap[] {
  const text = document.querySelector<HTMLMetaElement>('meta[name="kraj-basemaps"]')?.content;
  return text ? (JSON.parse(text) as Basemap[]) : [];
}

export const basemaps: Basemap[] = typeof document === "undefined" ? [] : read();

// A map on a static host, as docs/archives.md shows it.
import { Map, addProtocol, setWorkerUrl } from "maplibre-gl";
import { PMTiles, Protocol } from "pmtiles";

setWorkerUrl(new URL("worker.js", location.href).href);
const protocol = new Protocol({ metadata: true });
addProtocol("pmtiles", protocol.tile);
const archive = new PMTiles(new URL("karta.pmtiles", location.href).href);
protocol.add(archive);
const style = await (await fetch("style.json")).json();
style.sources.kraj = { type: "vector", url: `pmtiles://${new URL("karta.pmtiles", location.href)}` };
style.sprite = new URL("sprite/light", location.href).href;
const header = await archive.getHeader();
window.kraj = {
  header,
  missing: [],
  map: new Map({ container: "map", style, center: [14.3556, 46.2389], zoom: 12.2, attributionControl: { compact: false } }),
};
window.kraj.map.on("styleimagemissing", (e) => window.kraj.missing.push(e.id));

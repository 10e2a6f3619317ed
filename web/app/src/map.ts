// The map: made once, restyled from state. A click asks what is here.
import type { Geometry } from "geojson";
import { Map as GLMap, Marker, setWorkerUrl, type LngLat, type MapGeoJSONFeature, type Point, type SourceSpecification, type StyleSpecification } from "maplibre-gl";
import { address } from "./api";
import { select, themeColor, type App, type Drawn, type MapLike } from "./app";
import { h, reducedMotion } from "./dom";
import { Hover, isProject, under } from "./hover";
import { language, t } from "./i18n";
import type { Change } from "./live";
import { shown, type Mode } from "./palette";
import type { Selection, State } from "./state";
import { filterParts, told } from "./filters";
import { note } from "./seen";
import { highlighted } from "./style-changes";
import { filteredSource, narrowed } from "./style-filter";
import { absolute, compose, dataLayer, pointed, template } from "./style";
import { image } from "./symbols";
import { tilesIn } from "./tilegrid";
import type { BBox } from "./types";

declare const KRAJ_WORKER_FILE: string;

/** Pixels of the map that panels cover on each side. */
export interface Covered {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

const slovenia: BBox = [13.37, 45.42, 16.61, 46.88];

/** Lays something of its own into the composed style, such as a map beneath it. */
export type Dressing = (style: StyleSpecification, mode: Mode) => StyleSpecification;

export class MapView implements MapLike {
  readonly gl: GLMap;
  /** Applied in order to every style that the map shows. */
  readonly dressings: Dressing[] = [];
  /** A tool that takes the places that are clicked, or chosen with Enter; true: nothing else is asked. */
  taking: ((at: LngLat) => boolean) | null = null;
  private base: StyleSpecification | null = null;
  private baseFor = "";
  private readonly pin: Marker;

  private constructor(
    private readonly app: App,
    private readonly host: HTMLElement,
    private readonly covered: () => Covered,
    private readonly styled: (style: StyleSpecification | null) => void,
    private readonly found: () => void,
  ) {
    const { view } = app.store.get();
    this.gl = new GLMap({
      container: host,
      style: { version: 8, sources: {}, layers: [] },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 19,
      minZoom: 5,
      fadeDuration: reducedMotion() ? 0 : 150,
      ...(view ? { center: [view.lon, view.lat], zoom: view.zoom } : { bounds: slovenia }),
    });
    this.gl.touchZoomRotate.disableRotation();
    this.gl.keyboard.disableRotation();
    this.pin = new Marker({ element: h("div", { class: "pin" }) });
    const hover = new Hover(this.gl, () => this.gl.project(this.middle()), (text) => app.announce(text));
    host.append(hover.tooltip);
    this.listen();
  }

  /** Makes the map once its faces are there: labels are drawn from them. Null where the browser has no WebGL. */
  static async create(app: App, host: HTMLElement, covered: () => Covered, styled: (style: StyleSpecification | null) => void, found: () => void): Promise<MapView | null> {
    setWorkerUrl(new URL(KRAJ_WORKER_FILE, import.meta.url).href);
    const sample = "AaČčŠšŽž";
    await Promise.all([document.fonts.load("16px SourceSans", sample), document.fonts.load("600 16px SourceSansSemibold", sample)]).catch(() => []);
    try {
      return new MapView(app, host, covered, styled, found);
    } catch {
      host.append(h("p", { class: "map-failed" }, t("map.failed")));
      return null;
    }
  }

  private listen(): void {
    const { gl, app } = this;
    gl.setMissingStyleImageResolver((id) => this.draw(id));
    gl.on("error", () => void app.connection.suspect());
    gl.on("moveend", (e) => {
      const c = gl.getCenter();
      if (this.arrived || "originalEvent" in e) app.store.set({ view: { zoom: gl.getZoom(), lat: c.lat, lon: c.lng } }, false);
    });
    gl.on("style.load", () => (this.dressed = true));
    gl.on("idle", () => this.narrowedArrive());
    gl.on("click", (e) => this.ask(e.point, e.lngLat));
    gl.on("idle", () => this.look());
    gl.getCanvas().addEventListener("keydown", (e) => {
      if (e.key === "Enter") this.ask(gl.project(this.middle()), this.middle());
    });
    app.store.subscribe((state, changed) => this.follow(state, changed));
    app.connection.onBack(() => void this.load(true));
  }

  /** The municipality that the view was last brought to. */
  private arrived = "";

  private follow(state: State, changed: Set<keyof State>): void {
    if (changed.has("lang") || changed.has("appearance")) void this.load();
    const shows: (keyof State)[] = ["layers", "order", "fade", "hide", "selection", "scheme", "municipality", ...filterParts];
    if (filterParts.some((key) => changed.has(key)) || changed.has("municipality") || changed.has("scheme")) this.narrowedTiles = false;
    if (changed.has("selection")) this.marked = this.markedBox = null;
    if (shows.some((key) => changed.has(key))) this.restyle();
    if (changed.has("municipality")) {
      this.seen = null;
      this.arrive();
    }
    const c = this.gl.getCenter();
    const v = state.view;
    if (changed.has("view") && v && Math.hypot(c.lng - v.lon, c.lat - v.lat) + Math.abs(this.gl.getZoom() - v.zoom) > 0.02) {
      this.gl.jumpTo({ center: [v.lon, v.lat], zoom: v.zoom });
    }
  }

  /** Loads the style for the language and appearance; again after the server was away. */
  async load(again = false): Promise<void> {
    const mode = this.app.mode();
    const key = `${language()}/${mode}`;
    if (key === this.baseFor && !again) return;
    this.label();
    try {
      this.base = await fetchStyle(language(), mode);
    } catch {
      this.styled(null);
      void this.app.connection.suspect();
      return;
    }
    const fresh = this.baseFor.endsWith(mode) && !again;
    this.baseFor = key;
    this.restyle(!fresh);
    this.styled(this.base);
  }

  /** Whether the map has taken a style in: until then there is nothing that a next one could differ from. */
  private dressed = false;

  restyle(whole = false): void {
    if (!this.base) return;
    const { selection } = this.app.store.get();
    const diff = !whole && this.dressed;
    if (!diff) this.dressed = false;
    this.gl.setStyle(this.drawn(this.base, this.app.mode()), { diff });
    if (selection?.kind === "at") this.pin.setLngLat([selection.lon, selection.lat]).addTo(this.gl);
    else this.pin.remove();
  }

  /** Whether the tiles of the filters in effect are there. */
  private narrowedTiles = false;

  /** Once the filtered tiles are there, nothing else of projects is drawn. */
  private narrowedArrive(): void {
    if (this.narrowedTiles || !this.gl.getSource(filteredSource) || !this.gl.isSourceLoaded(filteredSource)) return;
    this.narrowedTiles = true;
    this.restyle();
  }

  /** What is shown, from a style of the server: filtered, marked, dressed. */
  drawn(base: StyleSpecification, mode: Mode): StyleSpecification {
    const shown = highlighted(pointed(narrowed(compose(base, this.app.store.get(), mode), this.app.store.get(), this.narrowedTiles), this.marked, mode), this.changed, mode);
    return this.dressings.reduce((style, dress) => dress(style, mode), shown);
  }

  /** Fetches again the tiles on the screen in which something changed; the others are left alone. */
  refresh(change: Change): void {
    if (!this.base) return;
    const b = this.gl.getBounds();
    const view: BBox = [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()];
    const state = this.app.store.get();
    if (this.gl.getSource(filteredSource) && !told(state)) this.gl.refreshTiles(filteredSource); // ties far away may decide
    for (const [name, source] of [...Object.entries(this.base.sources), ...this.narrowedSource()]) {
      if (source.type !== "vector" || !this.gl.getSource(name)) continue;
      const drawn = change?.filter((c) => this.draws(c.layer));
      const tiles = !drawn || drawn.some((c) => c.everywhere) ? null : tilesIn(drawn.flatMap((c) => c.bounds), view, source.maxzoom ?? 15);
      if (tiles === null) this.gl.refreshTiles(name);
      else if (tiles.length) this.gl.refreshTiles(name, tiles);
    }
    if (change?.some((c) => c.layer === "themes" || c.layer === "layers")) void this.load(true);
  }

  /** The source of filtered tiles, where it holds no more than what projects say of themselves: it changes like the others. */
  private narrowedSource(): [string, SourceSpecification][] {
    const first = Object.values(this.base?.sources ?? {}).find((s) => s.type === "vector");
    return first && told(this.app.store.get()) ? [[filteredSource, first]] : [];
  }

  private draws(layer: string): boolean {
    return this.base?.layers.some((l) => "source-layer" in l && l["source-layer"] === layer) ?? false;
  }

  private label(): void {
    const canvas = this.gl.getCanvas();
    canvas.setAttribute("aria-label", t("map.label"));
    canvas.setAttribute("role", "application");
  }

  /** Draws the image that the style names, see README: conventions between style and page. */
  private draw(id: string): void {
    drawImage(this.app, this.gl, id, this.app.mode(), Math.max(2, Math.ceil(devicePixelRatio)));
  }

  private ask(p: Point, at: LngLat): void {
    if (this.taking?.(at)) return;
    const projects = under(this.gl, p, 5).filter(isProject);
    const only = projects.length === 1 ? projects[0] : undefined;
    const here: Selection = { kind: "at", lon: round(at.lng), lat: round(at.lat) };
    this.app.here = here;
    select(this.app, only ? { kind: "project", municipality: String(only.properties.municipality), code: String(only.properties.code) } : here, true);
  }

  /** Everything drawn where no panel covers the map, in pieces that are quickly read: a layer of the data in a strip of the view. */
  visible(): (() => MapGeoJSONFeature[])[] {
    const strips = 12;
    const c = this.covered();
    const { clientWidth: w, clientHeight: ht } = this.host;
    const high = (ht - c.bottom - c.top) / strips;
    const byData = new Map<string, string[]>();
    for (const layer of this.gl.getStyle().layers) {
      const data = dataLayer(layer);
      if (data && !layer.id.startsWith("kraj-")) byData.set(data, [...(byData.get(data) ?? []), layer.id]);
    }
    return [...byData.values()].flatMap((layers) => Array.from({ length: strips }, (_, n) => () =>
      this.gl.queryRenderedFeatures([[c.left, c.top + n * high], [w - c.right, c.top + (n + 1) * high]], { layers: layers.filter((id) => this.gl.getLayer(id)) })));
  }

  /** Width and height of what no panel covers, in pixels. */
  free(): { width: number; height: number } {
    const c = this.covered();
    return { width: this.host.clientWidth - c.left - c.right, height: this.host.clientHeight - c.top - c.bottom };
  }

  /** The middle of what no panel covers. */
  middle(): LngLat {
    const c = this.covered();
    const { clientWidth: w, clientHeight: ht } = this.host;
    return this.gl.unproject([(c.left + w - c.right) / 2, (c.top + ht - c.bottom) / 2]);
  }

  /** A shape that no layer draws, such as the stretch that a route lacks. */
  private marked: Geometry | null = null;

  private markedBox: BBox | null = null;

  mark(shape: Geometry | null, box: BBox | null): void {
    this.marked = shape;
    this.markedBox = box;
    this.restyle();
  }

  /** Where the opened revision changed something. */
  private changed: BBox[] = [];

  areas(boxes: BBox[]): void {
    if (JSON.stringify(boxes) === JSON.stringify(this.changed)) return;
    this.changed = boxes;
    this.restyle();
  }

  at(lon: number, lat: number): Drawn[] {
    return under(this.gl, this.gl.project([lon, lat]), 8).map((f) => ({
      layer: dataLayer(f.layer), municipality: String(f.properties.municipality ?? ""), code: String(f.properties.code), name: String(f.properties.name ?? ""),
      status: String(f.properties.status ?? "unknown"), theme: f.properties.theme === undefined ? null : String(f.properties.theme),
    }));
  }

  seen: Set<string> | null = null;

  /** Notes the kinds of places on the screen; tells when one is new. Projects are too many, and the legend knows theirs from the list. */
  private look(): void {
    if (!this.base || this.gl.getZoom() < 9) return; // below, no place is drawn but settlements
    const before = this.seen?.size ?? -1;
    this.seen ??= new Set();
    for (const f of this.gl.queryRenderedFeatures(undefined, { layers: this.placeLayers() })) note(this.seen, dataLayer(f.layer), f.geometry.type, f.properties);
    if (this.seen.size !== before) this.found();
  }

  private placeLayers(): string[] {
    const drawn = this.gl.getStyle().layers;
    return drawn.filter((l) => (["fill", "line", "circle"].includes(l.type) || /^projects_named-|-point$/.test(l.id)) && !l.id.startsWith("kraj-") && !["", "projects", "settlements", "municipalities"].includes(dataLayer(l))).map((l) => l.id);
  }

  zoomBy(steps: number): void {
    this.gl.zoomTo(this.gl.getZoom() + steps, motion());
  }

  /** Brings the view to a municipality newly chosen; a view that came with the address stays. */
  arrive(): void {
    const now = this.app.data.current();
    if (!now && !this.arrived && !this.app.store.get().view) this.fit(union(this.app.data.municipalities.map((m) => m.bbox)), false);
    if (!now || now.slug === this.arrived) return;
    const first = !this.arrived;
    this.arrived = now.slug;
    if (!first || !this.app.store.get().view) this.home(!first);
  }

  /** The whole municipality. */
  home(moving = true): void {
    const all = this.app.data.municipalities.map((m) => m.bbox);
    this.fit(this.app.data.current()?.bbox ?? union(all), moving);
  }

  private fit(box: BBox | null, moving: boolean): void {
    if (box) this.gl.fitBounds(box, { padding: this.padding(), ...(moving ? motion() : { animate: false }) });
  }

  reveal(box: BBox, force = false): void {
    const whole = union([box, force ? null : this.markedBox]) ?? box; // what is marked stays in view
    const [w, s, e, n] = whole;
    const a = this.gl.project([w, n]);
    const b = this.gl.project([e, s]);
    const c = this.covered();
    const { clientWidth: width, clientHeight: height } = this.host;
    const margin = 28;
    const visible = a.x > c.left + margin && b.x < width - c.right - margin && a.y > c.top + margin && b.y < height - c.bottom - margin;
    const sensible = b.x - a.x < width && this.gl.getZoom() > 10.5;
    if (visible && sensible && !force) return;
    this.gl.fitBounds(whole, { padding: this.padding(), maxZoom: force ? 15 : 13.5, ...motion() });
  }

  /** Free space around what is shown, so that no panel covers it; never more than the map has. */
  private padding(): Covered {
    const c = this.covered();
    const { clientWidth: w, clientHeight: ht } = this.host;
    const gap = Math.min(36, w * 0.05);
    const fitX = c.left + c.right + 2 * gap < w - 80;
    const fitY = c.top + c.bottom + 2 * gap < ht - 80;
    return {
      left: gap + (fitX ? c.left : 0), right: gap + (fitX ? c.right : 0),
      top: gap + (fitY ? c.top : 0), bottom: gap + (fitY ? c.bottom : 0),
    };
  }

}

/** Gives a map the image that its style names, in a mode and pixel density. */
export function drawImage(app: App, gl: GLMap, id: string, mode: Mode, ratio: number): void {
  if (gl.hasImage(id)) return;
  const drawn = image(id, mode, ratio, (spec) => {
    if (/^[0-9a-f]{6}$/i.test(spec)) return shown(`#${spec}`, mode);
    const [municipality = "", theme = ""] = spec.split("/");
    return themeColor(app, municipality, theme, mode);
  });
  if (drawn) gl.addImage(id, drawn.data, { pixelRatio: drawn.pixelRatio });
}

const motion = () => (reducedMotion() ? { duration: 0 } : { duration: 190 });
/** The box around boxes; null around nothing. */
function union(boxes: (BBox | null)[]): BBox | null {
  const known = boxes.filter((b) => b !== null);
  if (!known.length) return null;
  const edge = (i: 0 | 1 | 2 | 3, f: (...n: number[]) => number) => f(...known.map((b) => b[i]));
  return [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
}

const round = (n: number) => Math.round(n * 1e6) / 1e6;

/** The style of the server; one that knows no dark answers for the plain request. */
export async function fetchStyle(lang: string, mode: Mode): Promise<StyleSpecification> {
  for (const query of [{ lang, mode }, { lang }]) {
    const url = address("styles/kraj.json", query);
    const response = await fetch(url);
    if (response.ok) {
      // The page draws its symbols itself, sharp at every density; the sprite, 30 kB, is for other programs.
      const { sprite: _, ...style } = absolute((await response.json()) as StyleSpecification, url);
      return withTiles(style);
    }
    if (response.status !== 400) break;
  }
  throw new Error("no style");
}

/** Puts each TileJSON into its source, its tiles resolved against its own address: they may be relative. */
async function withTiles(style: StyleSpecification): Promise<StyleSpecification> {
  for (const [name, source] of Object.entries(style.sources)) {
    if (source.type !== "vector" || !source.url) continue;
    const { url, ...rest } = source;
    const response = await fetch(url);
    if (!response.ok) throw new Error(`no TileJSON at ${url}`);
    const { tiles, minzoom, maxzoom, bounds, attribution } = (await response.json()) as TileJSON;
    style.sources[name] = { ...rest, tiles: tiles.map((tile) => template(tile, url)), minzoom, maxzoom, bounds, attribution };
  }
  return style;
}

interface TileJSON {
  tiles: string[];
  minzoom?: number;
  maxzoom?: number;
  bounds?: [number, number, number, number];
  attribution?: string;
}

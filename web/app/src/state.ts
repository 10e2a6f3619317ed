// The whole state of the page, held in the address after '#': what one sees can
// be sent to a colleague, and the browser's back and forward work. Steps that a
// reader would want to undo are pushed; moves of the map replace.
import type { Lang } from "./types";

export type Tab = "projects" | "balance" | "gaps" | "layers" | "changes";
export type Sheet = "low" | "half" | "full";
export type ToolName = "measure" | "coordinates" | "view" | "basemap" | "print";
export type Appearance = "auto" | "light" | "dark";

export type Selection =
  | { kind: "project"; municipality: string; code: string }
  | { kind: "place"; layer: string; municipality: string; code: string }
  | { kind: "at"; lon: number; lat: number };

export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

export interface State {
  municipality: string;
  lang: Lang;
  view: View | null;
  tab: Tab;
  panel: boolean;
  legend: "auto" | "open" | "closed";
  sheet: Sheet;
  appearance: Appearance;
  layers: string[] | null;
  /** Data layers from the topmost down, when they are not drawn in the order of the style. */
  order: string[] | null;
  /** Opacity by layer in per cent, business_zones:50; what is not named is drawn as the style says. */
  fade: string[];
  /** Kinds of features that are not drawn, cycling_routes.planned. */
  hide: string[];
  selection: Selection | null;
  theme: string[];
  measure: string[];
  status: string[];
  horizon: string[];
  strategic: boolean;
  mechanism: string[];
  eligible: string[];
  holder: string[];
  source: string[];
  year: string[];
  class: string[];
  scope: string[];
  settlement: string[];
  local_community: string[];
  /** Euros; null: no limit. */
  min_amount: number | null;
  max_amount: number | null;
  q: string;
  /** Height of the table in per cent of the window; 0: closed. */
  table: number;
  /** A column of the table, with "-" before it from the largest down; "": by code. */
  sort: string;
  /** The columns of the table, when they are not the usual ones. */
  cols: string[] | null;
  by: string;
  scheme: string;
  method: string;
  spread: string;
  money: string;
  open: string;
  /** The rule that the balance is compared with: scheme,method,spread,money. */
  versus: string;
  /** Settlements coloured by what they get: "1", or "". */
  shade: string;
  /** The balance over the whole window, for a projector: "1", or "". */
  wide: string;
  gap: string;
  tool: ToolName | "";
  /** What is being measured: line:LON,LAT;LON,LAT… or area:… */
  drawn: string;
  /** The background map, by name, and how strong it is in per cent. */
  base: string;
  strength: string;
  /** The revision that is opened in the changes. */
  rev: string;
}

export const defaults: State = {
  municipality: "", lang: "sl", view: null, tab: "projects", panel: true, legend: "auto", sheet: "half", appearance: "auto", layers: null, order: null, fade: [], hide: [],
  selection: null, theme: [], measure: [], status: [], horizon: [], strategic: false,
  mechanism: [], eligible: [], holder: [], source: [], year: [], class: [], scope: [], settlement: [], local_community: [], min_amount: null, max_amount: null, q: "",
  table: 0, sort: "", cols: null,
  by: "theme", scheme: "", method: "extent", spread: "none", money: "total", open: "", versus: "", shade: "", wide: "", gap: "", rev: "",
  tool: "", drawn: "", base: "", strength: "70",
};

/** The filters that are lists; named as the API names them. */
export const filterKeys = ["theme", "measure", "status", "horizon", "class", "scope", "settlement", "local_community", "holder", "source", "mechanism", "eligible", "year"] as const;
export type FilterKey = (typeof filterKeys)[number];

/** Heights of the table in per cent of the window. */
export const tableHeights = { least: 20, usual: 42, most: 92 } as const;

type Listener = (state: State, changed: Set<keyof State>) => void;

/** Writes what differs from the defaults, shortest first to read. */
export function encode(state: State): string {
  const p: string[] = [];
  const put = (name: string, value: string) => p.push(`${name}=${encodeURIComponent(value).replace(/%(2F|2C|3A)/g, decodeURIComponent)}`);
  if (state.municipality) put("m", state.municipality);
  if (state.view) put("v", `${state.view.zoom.toFixed(2)}/${state.view.lat.toFixed(5)}/${state.view.lon.toFixed(5)}`);
  if (state.selection) put("sel", encodeSelection(state.selection));
  for (const key of filterKeys) if (state[key].length) put(key, joined(state[key]));
  if (state.strategic) put("strategic", "1");
  if (state.min_amount !== null) put("min_amount", String(state.min_amount));
  if (state.max_amount !== null) put("max_amount", String(state.max_amount));
  if (state.q) put("q", state.q);
  if (state.table) put("table", String(state.table));
  if (state.sort) put("sort", state.sort);
  if (state.cols) put("cols", state.cols.join(","));
  if (state.layers) put("layers", state.layers.join(","));
  if (state.order) put("order", state.order.join(","));
  if (state.fade.length) put("fade", state.fade.join(","));
  if (state.hide.length) put("hide", joined(state.hide));
  for (const key of ["lang", "tab", "sheet", "appearance", "legend", "by", "scheme", "method", "spread", "money", "open", "versus", "shade", "wide", "gap", "rev", "tool", "drawn", "base", "strength"] as const) {
    if (state[key] !== defaults[key]) put(key, state[key]);
  }
  if (!state.panel) put("panel", "0");
  return p.join("&");
}

/** Reads an address; what is not understood is left at its default. The preferred language counts for an empty address only. */
export function decode(hash: string, preferred: Lang = "sl"): State {
  const p = new URLSearchParams(hash.replace(/^#/, ""));
  const list = (name: string) => parts(p.get(name) ?? "");
  const amount = (name: string) => (/^\d+(\.\d+)?$/.test(p.get(name) ?? "") ? Number(p.get(name)) : null);
  const word = (name: keyof State & string) => p.get(name) ?? String(defaults[name]);
  const one = <T extends string>(name: keyof State & string, allowed: readonly T[], fallback: T): T => {
    const v = p.get(name) as T | null;
    return v && allowed.includes(v) ? v : fallback;
  };
  return {
    municipality: p.get("m") ?? "",
    lang: one("lang", ["sl", "en"], p.toString() === "" ? preferred : "sl"),
    view: decodeView(p.get("v")),
    tab: one("tab", ["projects", "balance", "gaps", "layers", "changes"], defaults.tab),
    panel: p.get("panel") !== "0",
    legend: one("legend", ["auto", "open", "closed"], defaults.legend),
    sheet: one("sheet", ["low", "half", "full"], defaults.sheet),
    appearance: one("appearance", ["auto", "light", "dark"], defaults.appearance),
    layers: p.has("layers") ? list("layers") : null,
    order: p.get("order") ? list("order") : null,
    fade: list("fade").filter((x) => /^[a-z_0-9]+:(\d|[1-9]\d|100)$/.test(x)),
    hide: list("hide"),
    selection: decodeSelection(p.get("sel")),
    theme: list("theme"),
    measure: list("measure"),
    status: list("status"),
    horizon: list("horizon"),
    strategic: p.get("strategic") === "1",
    mechanism: list("mechanism"),
    eligible: list("eligible"),
    holder: list("holder"),
    source: list("source"),
    year: list("year"),
    class: list("class"),
    scope: list("scope"),
    settlement: list("settlement"),
    local_community: list("local_community"),
    min_amount: amount("min_amount"),
    max_amount: amount("max_amount"),
    q: (p.get("q") ?? "").trim(),
    table: decodeHeight(p.get("table")),
    sort: /^-?[a-z_]+$/.test(p.get("sort") ?? "") ? (p.get("sort") ?? "") : "",
    cols: p.get("cols") ? list("cols") : null,
    by: word("by"),
    scheme: word("scheme"),
    method: word("method"),
    spread: word("spread"),
    money: word("money"),
    open: word("open"),
    versus: word("versus"),
    shade: word("shade"),
    wide: word("wide"),
    gap: word("gap"),
    tool: one("tool", ["", "measure", "coordinates", "view", "basemap", "print"], ""),
    drawn: word("drawn"),
    base: word("base"),
    strength: word("strength"),
    rev: /^\d{1,15}$/.test(p.get("rev") ?? "") ? (p.get("rev") ?? "") : "",
  };
}

/** A list as addresses hold it, here and in the API: by commas; a comma inside a value has a backslash before it. */
export const joined = (list: string[]): string => list.map((v) => v.replace(/[\\,]/g, "\\$&")).join(",");

export function parts(text: string): string[] {
  return (text.match(/(?:\\.|[^,\\])+/gs) ?? []).map((v) => v.replace(/\\(.)/gs, "$1").trim()).filter(Boolean);
}

function decodeHeight(text: string | null): number {
  const n = Math.round(Number(text ?? 0));
  return n > 0 ? Math.min(tableHeights.most, Math.max(tableHeights.least, n)) : 0;
}

function decodeView(text: string | null): View | null {
  const [zoom, lat, lon] = (text ?? "").split("/").map(Number);
  if (zoom === undefined || lat === undefined || lon === undefined) return null;
  const sane = Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 24;
  return sane ? { zoom, lat, lon } : null;
}

/** project:kranj:2.3 · settlements:kranj:052003 · at:46.24,14.36 */
export function encodeSelection(s: Selection): string {
  if (s.kind === "at") return `at:${s.lat.toFixed(5)},${s.lon.toFixed(5)}`;
  return `${s.kind === "project" ? "project" : s.layer}:${s.municipality}:${s.code}`;
}

export function decodeSelection(text: string | null): Selection | null {
  const at = /^at:(-?[\d.]+),(-?[\d.]+)$/.exec(text ?? "");
  if (at) return { kind: "at", lat: Number(at[1]), lon: Number(at[2]) };
  const m = /^([a-z_0-9]+):([^:]+):(.+)$/s.exec(text ?? "");
  if (!m) return null;
  const [, layer = "", municipality = "", code = ""] = m;
  return layer === "project" ? { kind: "project", municipality, code } : { kind: "place", layer, municipality, code };
}

/**
 * Reads the address that one arrives by: the hash keeps the whole state; without one, a link may name language and municipality in the
 * query, as the API does (`/?lang=sl&municipality=kranj`).
 */
export function arrival(hash: string, query: string, preferred: Lang): State {
  if (hash.replace(/^#/, "") !== "") return decode(hash, preferred);
  const asked = new URLSearchParams(query);
  const lang = asked.get("lang");
  return { ...decode("", lang === "sl" || lang === "en" ? lang : preferred), municipality: asked.get("municipality") ?? "" };
}

export class Store {
  private state: State;
  private readonly listeners: Listener[] = [];

  constructor(preferred: Lang) {
    this.state = arrival(location.hash, location.search, preferred);
    addEventListener("popstate", () => this.adopt(decode(location.hash, this.state.lang)));
    addEventListener("hashchange", () => this.adopt(decode(location.hash, this.state.lang)));
  }

  get(): State {
    return this.state;
  }

  subscribe(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Changes the state; `step` makes an entry in the browser's history. */
  set(patch: Partial<State>, step = true): void {
    const next = { ...this.state, ...patch };
    const hash = `#${encode(next)}`;
    if (hash !== location.hash) history[step ? "pushState" : "replaceState"](null, "", hash);
    this.adopt(next);
  }

  private adopt(next: State): void {
    const before = this.state;
    const changed = new Set<keyof State>();
    for (const key of Object.keys(next) as (keyof State)[]) {
      if (JSON.stringify(before[key]) !== JSON.stringify(next[key])) changed.add(key);
    }
    if (!changed.size) return;
    this.state = next;
    for (const listener of this.listeners) listener(next, changed);
  }
}

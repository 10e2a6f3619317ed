// Pieces that the three kinds of details share.
import { address } from "./api";
import { select, themeColor, type App } from "./app";
import { h } from "./dom";
import { date, area, byName, length, moneyShort, number, percent } from "./format";
import { icon } from "./icons";
import { language, t, term, titled } from "./i18n";
import { layerOne } from "./layer-names";
import { symbolSVG } from "./symbols";
import type { Selection } from "./state";
import type { Nearest } from "./types";

/** Stands in an address for the municipality of a place that belongs to none. */
export const nowhere = "-";

export type Fact = [label: string, value: string | Node | null | undefined];

/** Label and value, one row each; rows without a value are left out. */
export function facts(rows: Fact[]): HTMLElement | null {
  const known = rows.filter(([, v]) => v !== null && v !== undefined && v !== "");
  if (!known.length) return null;
  const long = (v: string | Node | null | undefined) => typeof v === "string" && v.length > 38;
  return h("dl", { class: "facts" }, ...known.flatMap(([k, v]) => [h("dt", long(v) ? { class: "long" } : null, k), h("dd", long(v) ? { class: "long" } : null, v ?? "")]));
}

export function section(title: string, ...children: (Node | null)[]): HTMLElement | null {
  const full = children.filter((c) => c !== null);
  return full.length ? h("section", { class: "detail-section" }, h("h3", null, title), ...full) : null;
}

export const title = (text: string): HTMLElement => h("h2", { class: "detail-title", tabindex: "-1" }, text);

export const approximate = (text: string): HTMLElement => h("p", { class: "note approximate" }, icon("info"), h("span", null, text));

/** The address of the page of its own that a project or place has; codes keep their slashes. */
export function recordPath(s: Extract<Selection, { code: string }>): string {
  const kept = (text: string) => encodeURIComponent(text).replace(/%2F/g, "/");
  return s.kind === "project" ? `projekt/${kept(s.municipality)}/${kept(s.code)}` : `kraj/${kept(s.layer)}/${kept(s.municipality)}/${kept(s.code)}`;
}

/** A link to that page which a plain click opens here instead. */
export function opens(app: App, s: Extract<Selection, { code: string }>): { href: string; onclick: (e: MouseEvent) => void } {
  return {
    href: address(recordPath(s), app.store.get().lang === "sl" ? {} : { lang: app.store.get().lang }),
    onclick: (e) => {
      if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
      e.preventDefault();
      select(app, s, true);
    },
  };
}

export interface ProjectLink {
  municipality: string;
  code: string;
  title: string;
  status: string;
  theme: string | null;
  amount_cents?: number | null;
  note?: string;
}

/** A project in a list of details: its symbol, its name, what it costs. */
export function projectRow(app: App, p: ProjectLink): HTMLElement {
  const known = app.data.known(p.municipality, p.code);
  const money = p.amount_cents !== null && p.amount_cents !== undefined ? moneyShort(p.amount_cents, language()) : "";
  const text = [term("status", p.status), p.note, money].filter(Boolean).join(" · ");
  return h("li", null, h("a", { class: "row", ...opens(app, { kind: "project", municipality: p.municipality, code: p.code }) },
    symbolSVG(themeColor(app, p.municipality, p.theme ?? known?.theme), p.status, known?.strategic ?? false, app.mode()),
    h("span", { class: "row-text" }, h("span", { class: "row-title" }, h("span", { class: "code" }, p.code), " ", known ? titled(known) : p.title), h("span", { class: "row-facts" }, text))));
}

/** A link to a place. */
export function placeLink(app: App, layer: string, municipality: string | null | undefined, code: string, name: string): HTMLElement {
  return h("a", { class: "link", ...opens(app, { kind: "place", layer, municipality: municipality ?? nowhere, code }) }, name);
}

/** What is nearest, of each layer; what lies here is told elsewhere. */
export function nearest(app: App, list: Nearest[], municipality: string | null): HTMLElement | null {
  const away = list.filter((n) => n.distance_m !== null && n.distance_m >= 1);
  if (!away.length) return null;
  const lang = language();
  return h("ul", { class: "plain" }, ...away.map((n) => h("li", { class: "pair" },
    h("span", null, placeLink(app, n.layer, n.municipality ?? municipality, n.code, n.name), h("small", null, layerOne(n.layer), n.ends_short ? ` · ${t("details.endsShort", { d: length(n.end_distance_m ?? 0, lang) })}` : "")),
    h("span", { class: "amount" }, length(Math.round(n.distance_m ?? 0), lang)))));
}

/** A measure of a tie or an overlap in its unit; a point has none. */
export function measured(value: number | null, unit: string | null): string {
  if (value === null || !unit) return "";
  const lang = language();
  if (unit === "m") return length(value, lang);
  if (unit === "m2" || unit === "m²") return area(value, lang);
  return "";
}

/** A value of the record's own columns, as words. */
export function valueText(key: string, value: unknown): string {
  const lang = language();
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length)) return "";
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (key.endsWith("_m2") && typeof value === "number") return area(value, lang);
  if (key.endsWith("_length_m") && typeof value === "number") return length(value, lang);
  if (key === "connected_share" && typeof value === "number") return percent(value, lang, 1);
  if (typeof value === "number") return number(value, lang, 2);
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return date(value, lang);
  if (key === "plan_state") return term("plan_state", String(value));
  return typeof value === "object" ? "" : term("value", String(value));
}

/** Groups by layer in the order of first appearance, names in Slovene order. */
export function byLayer<T extends { layer: string; name: string }>(list: T[]): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const x of list) groups.set(x.layer, [...(groups.get(x.layer) ?? []), x]);
  return [...groups].map(([layer, items]) => [layer, items.sort((a, b) => byName(a.name, b.name))]);
}

export const noData = (): HTMLElement => h("span", { class: "none" }, t("app.noData"));

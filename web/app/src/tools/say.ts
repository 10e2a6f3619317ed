// Coordinates and figures in words, and copying them.
import type { App } from "../app";
import { h } from "../dom";
import { area, length, nbsp, number } from "../format";
import { icon } from "../icons";
import { language, t } from "../i18n";
import { toD96, type LonLat } from "./d96";

/** e 450.302,75 m, n 122.307,89 m */
export function d96Words(at: LonLat, digits = 2): string {
  const { e, n } = toD96(at);
  const one = (v: number) => `${number(v, language(), digits, digits)}${nbsp}m`;
  return language() === "sl" ? `e${nbsp}=${nbsp}${one(e)}; n${nbsp}=${nbsp}${one(n)}` : `E${nbsp}${one(e)}, N${nbsp}${one(n)}`;
}

/** 46,238700° N; 14,355600° E */
export function degreesWords(at: LonLat, digits = 6): string {
  const one = (v: number) => `${number(v, language(), digits, digits)}°`;
  return language() === "sl" ? `${one(at.lat)}${nbsp}N; ${one(at.lon)}${nbsp}E` : `${one(at.lat)}${nbsp}N, ${one(at.lon)}${nbsp}E`;
}

/** For other programs: bare numbers, east before north, as GIS programs paste them. */
export const d96Plain = (at: LonLat) => `${toD96(at).e.toFixed(2)} ${toD96(at).n.toFixed(2)}`;
export const degreesPlain = (at: LonLat) => `${at.lat.toFixed(7)}, ${at.lon.toFixed(7)}`;

/** A length in both the unit that reads well and metres to the centimetre where it is longer than a kilometre. */
export function lengthWords(m: number): string {
  if (m < 1000) return `${number(m, language(), 1, 1)}${nbsp}m`;
  return `${length(m, language())} (${number(m, language(), 0)}${nbsp}m)`;
}

/** An area with its square metres where it is given in hectares or more. */
export function areaWords(m2: number): string {
  if (m2 < 10_000) return `${number(m2, language(), 1)}${nbsp}m²`;
  return `${area(m2, language())} (${number(m2, language(), 0)}${nbsp}m²)`;
}

/** A button that copies a text and says so; where the browser refuses, the text is there to be selected. */
export function copyButton(app: App, key: string, label: string, text: () => string): HTMLButtonElement {
  const act = async () => {
    const done = await navigator.clipboard.writeText(text()).then(() => true, () => old(text()));
    app.announce(t(done ? "tools.copied" : "tools.notCopied"));
    button.classList.toggle("copied", done);
    setTimeout(() => button.classList.remove("copied"), 1500);
  };
  const button = h("button", { class: "icon-button copy", "data-key": key, title: label, "aria-label": label, onclick: () => void act() }, icon("copy"));
  return button;
}

/** Pages without TLS have no clipboard but this. */
function old(text: string): boolean {
  const field = h("textarea", { class: "visually-hidden" });
  field.value = text;
  document.body.append(field);
  const before = document.activeElement as HTMLElement | null;
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  return done;
}

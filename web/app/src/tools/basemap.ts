// A raster map beneath: one of those that are configured, off at first, as strong as one likes.
import type { App } from "../app";
import { h, redraw } from "../dom";
import { number } from "../format";
import { language, t } from "../i18n";
import type { Dressing, MapView } from "../map";
import { basemaps } from "./basemaps";
import type { Tool } from "./bar";

const id = "kraj-basemap";

/** Puts the map that a state names under the data; the ground's own fills step back as it grows stronger. */
export function beneath(name: string, strength: number): Dressing {
  return (style) => {
    const chosen = basemaps.find((b) => b.name === name);
    if (!chosen) return style;
    const source = { type: "raster" as const, tiles: [chosen.url], tileSize: 256, maxzoom: 19, ...(chosen.attribution ? { attribution: chosen.attribution } : {}) };
    const layer = { id, type: "raster" as const, source: id, paint: { "raster-opacity": strength / 100, "raster-fade-duration": 0 } };
    const at = style.layers.findIndex((l) => l.type !== "background");
    const layers = style.layers.map((l) => (l.type === "fill" && "source-layer" in l && grounds.has(l["source-layer"] ?? "") ? { ...l, paint: { ...l.paint, "fill-opacity": faded(l.paint?.["fill-opacity"], strength) } } : l));
    layers.splice(at < 0 ? layers.length : at, 0, layer);
    return { ...style, sources: { ...style.sources, [id]: source }, layers };
  };
}

/** Fills that cover everything beneath them. */
const grounds = new Set(["settlements", "municipalities"]);

type Opacity = NonNullable<Extract<Parameters<Dressing>[0]["layers"][number], { type: "fill" }>["paint"]>["fill-opacity"];

function faded(opacity: Opacity, strength: number): Opacity {
  const left = 1 - 0.75 * (strength / 100);
  if (opacity === undefined) return left;
  return typeof opacity === "number" ? opacity * left : left * 0.6;
}

export class BasemapTool implements Tool {
  readonly element = h("div", { class: "tool-body basemap" });
  private shown = "";

  constructor(
    private readonly app: App,
    private readonly view: MapView,
  ) {
    view.dressings.unshift((style, mode) => {
      const { base, strength } = app.store.get();
      return base ? beneath(base, percent(strength))(style, mode) : style;
    });
  }

  open(): void {
    this.draw();
  }

  close(): void {}

  draw(): void {
    const { base, strength } = this.app.store.get();
    const now = base && `${base} ${strength} ${basemaps.length}`;
    if (now !== this.shown) this.view.restyle();
    this.shown = now;
    const option = (name: string, words: string, source?: string) =>
      h("label", { class: "option" }, h("input", { type: "radio", name: "basemap", value: name, checked: base === name, "data-key": `base/${name}`, onchange: () => this.app.store.set({ base: name }) }),
        h("span", null, words, source ? h("span", { class: "count" }, ` ${source}`) : null));
    const value = percent(strength);
    redraw(this.element,
      h("fieldset", { class: "options" }, h("legend", { class: "visually-hidden" }, t("tools.basemap")), option("", t("tools.noBasemap")), ...basemaps.map((b) => option(b.name, b.name, b.attribution))),
      h("label", { class: "slider" }, h("span", null, t("tools.strength", { n: number(value, language()) })),
        h("input", { type: "range", min: 10, max: 100, step: 5, value, disabled: !base, "data-key": "strength", oninput: (e: Event) => this.app.store.set({ strength: (e.target as HTMLInputElement).value }, false) })),
      h("p", { class: "hint" }, t("tools.basemapHosts")));
  }
}

const percent = (text: string) => Math.min(100, Math.max(10, Math.round(Number(text)) || 70));

// The panel of layers and the legend on the map. Both show the style itself; the panel also switches layers and their kinds, makes them
// fainter and changes their order. All of it is in the address.
import type { StyleSpecification } from "maplibre-gl";
import type { App } from "./app";
import type { Kind, Kinds } from "./classes";
import { h, redraw } from "./dom";
import { icon } from "./icons";
import { language, t } from "./i18n";
import { drag, moved } from "./layer-drag";
import { Legend } from "./legend";
import { fetchStyle } from "./map";
import type { Mode } from "./palette";
import { toggled } from "./filters";
import { visibleLayers } from "./style";
import { opacityOf, withOpacity } from "./style-layers";
import { percent } from "./format";
import { outOfPlace } from "./unplaced";

export class LayersPanel {
  readonly element = h("div", { class: "layers" });
  readonly legend = h("section", { class: "legend card" });
  private readonly styles = new Map<Mode, Legend>();
  private current: Legend | null = null;
  private failed = false;
  /** The layer whose opacity and order are being set. */
  private opened = "";
  private dragging = "";

  constructor(private readonly app: App, private readonly reload: () => void) {
    app.data.subscribe(() => this.draw());
  }

  /** The style that the map draws, or null when it could not be loaded. */
  use(style: StyleSpecification | null): void {
    if (style) {
      const mode = (style.metadata as Record<string, unknown> | undefined)?.["kraj:mode"] === "dark" ? "dark" : "light";
      this.current = new Legend(this.app, style, mode);
      this.styles.set(mode, this.current);
      if (mode === "dark") void this.paper();
    }
    this.failed = !style;
    this.draw();
  }

  /** Paper is light: a sheet printed from a dark page needs the light style's swatches. */
  private async paper(): Promise<void> {
    if (this.styles.has("light")) return;
    try {
      this.styles.set("light", new Legend(this.app, await fetchStyle(language(), "light"), "light"));
    } catch {
      return; // then the sheet has the dark ones
    }
  }

  draw(): void {
    this.drawLegend();
    const { current } = this;
    if (!current) {
      const retry = h("button", { class: "button", onclick: this.reload }, t("app.retry"));
      redraw(this.element, h("p", { class: "message" }, this.failed ? t("error.style") : t("app.loading")), this.failed ? retry : null);
      return;
    }
    const state = this.app.store.get();
    const on = new Set(visibleLayers(current.style, state));
    const list = h("ul", { class: "layer-list" }, ...this.ids().map((id) => this.item(current, id, on)));
    const changed = state.layers || state.order || state.fade.length || state.hide.length;
    const reset = () => this.app.store.set({ layers: null, order: null, fade: [], hide: [] });
    redraw(this.element,
      h("div", { class: "layers-head" }, h("h2", { class: "panel-title" }, t("layers.heading")),
        changed ? h("button", { class: "link", "data-key": "layers/reset", onclick: reset }, t("layers.reset")) : null),
      h("p", { class: "note layers-note" }, t("layers.order")),
      list,
      state.hide.length ? h("p", { class: "note" }, icon("info"), h("span", null, t("layers.hidden"))) : null,
      h("p", { class: "note" }, icon("info"), h("span", null, t("layers.approximate"))));
  }

  /** All layers from the topmost down, in the reader's order. */
  private ids(): string[] {
    const usual = this.current?.layers() ?? [];
    const { order } = this.app.store.get();
    return order ? [...order.filter((id) => usual.includes(id)), ...usual.filter((id) => !order.includes(id))] : usual;
  }

  private item(legend: Legend, id: string, on: Set<string>): HTMLElement {
    const shown = on.has(id);
    const name = legend.name(id);
    const opacity = opacityOf(this.app.store.get(), id);
    const box = h("input", { type: "checkbox", id: `layer-${id}`, "data-key": `layer/${id}`, checked: shown, onchange: () => this.toggle(id, on) });
    const open = this.opened === id;
    const more = h("button", { class: "icon-button layer-more", "data-key": `more/${id}`, "aria-expanded": String(open), title: t("layers.more", { name }), "aria-label": t("layers.more", { name }), onclick: () => this.open(open ? "" : id) }, icon("tools"));
    const grip = h("span", { class: "layer-grip", "aria-hidden": "true", title: t("layers.drag"), onpointerdown: (e: PointerEvent) => this.grab(e, id) }, icon("grip"));
    return h("li", { class: `layer${this.dragging === id ? " dragged" : ""}${shown ? "" : " off"}`, "data-layer": id },
      h("div", { class: "layer-head" }, grip,
        h("label", { class: "layer-name", for: `layer-${id}` }, box, h("span", { class: "switch", "aria-hidden": "true" }), h("span", null, name), opacity < 1 ? h("small", null, percent(opacity, language())) : null), more),
      open ? this.controls(id, name, opacity) : null,
      shown ? h("div", { class: "layer-kinds" }, ...legend.kinds(id).map((group) => this.group(legend, id, group))) : null,
      shown && id === "projects_named" ? outOfPlace(this.app) : null);
  }

  private open(id: string): void {
    this.opened = id;
    this.draw();
  }

  private controls(id: string, name: string, opacity: number): HTMLElement {
    const ids = this.ids();
    const at = ids.indexOf(id);
    const { store } = this.app;
    const value = h("output", { class: "amount" }, percent(opacity, language()));
    const set = (e: Event) => store.set({ fade: withOpacity(store.get(), id, Number((e.target as HTMLInputElement).value)) }, false);
    const step = (by: number, key: "up" | "down") =>
      h("button", { class: "button", "data-key": `${key}/${id}`, disabled: at + by < 0 || at + by >= ids.length, onclick: () => this.move(id, at + by) }, icon(key), h("span", null, t(`layers.${key}`)));
    return h("div", { class: "layer-controls" },
      h("label", { class: "layer-opacity" }, h("span", null, t("layers.opacity")),
        h("input", { type: "range", min: 10, max: 100, step: 10, value: Math.round(opacity * 100), "data-key": `opacity/${id}`, "aria-label": `${t("layers.opacity")}: ${name}`, "aria-valuetext": percent(opacity, language()), oninput: set }), value),
      h("div", { class: "layer-steps" }, step(-1, "up"), step(1, "down")));
  }

  private move(id: string, to: number): void {
    const order = moved(this.ids(), id, to);
    const usual = this.current?.layers() ?? [];
    this.app.store.set({ order: String(order) === String(usual) ? null : order }, false);
    this.app.announce(t("layers.moved", { name: this.current?.name(id) ?? id, place: String(order.indexOf(id) + 1), total: String(order.length) }));
  }

  private grab(e: PointerEvent, id: string): void {
    this.dragging = id;
    drag(e, this.element, (over) => over !== id && this.move(id, this.ids().indexOf(over)), () => {
      this.dragging = "";
      this.draw();
    });
    this.draw();
  }

  private toggle(id: string, on: Set<string>): void {
    const next = new Set(on);
    if (!next.delete(id)) next.add(id);
    this.app.store.set({ layers: (this.current?.layers() ?? []).filter((x) => next.has(x)) });
  }

  private group(legend: Legend, id: string, group: Kinds): HTMLElement {
    return h("div", { class: group.alike ? "kinds alike" : "kinds", role: "group", "aria-label": group.title || legend.name(id) },
      group.title ? h("p", { class: "legend-title" }, group.title) : null,
      h("ul", { class: "legend-rows" }, ...group.kinds.map((k) => this.kind(legend, id, k, group.alike ?? false))));
  }

  /** One kind: what it looks like, and whether it is drawn. */
  private kind(legend: Legend, id: string, k: Kind, alike: boolean): HTMLElement {
    const picture = alike ? null : h("span", { class: "swatch" }, legend.drawing(id, k));
    if (!k.which) return h("li", null, h("span", { class: "kind-box" }), picture, h("span", null, k.text));
    const key = `${id}.${k.key}`;
    const { store } = this.app;
    const box = h("input", { type: "checkbox", class: "kind-box", "data-key": `kind/${key}`, checked: !store.get().hide.includes(key), onchange: () => store.set({ hide: toggled(store.get().hide, key) }) });
    return h("li", null, h("label", { class: "kind" }, box, picture, h("span", null, k.text)));
  }

  /** The legend of what is visible, for the printed sheet: projects by theme as well, because paper has no list beside it. */
  printed(mode: Mode): { swatch: SVGSVGElement | null; text: string }[] {
    const legend = this.styles.get(mode) ?? (this.current ? new Legend(this.app, this.current.style, mode) : null);
    if (!legend) return [];
    const state = this.app.store.get();
    const on = visibleLayers(legend.style, state);
    return this.ids().filter((id) => on.includes(id)).flatMap((id) => legend.kinds(id).filter((g) => !g.alike).flatMap((group) => {
      const kinds = group.kinds.filter((k) => (!k.key || !state.hide.includes(`${id}.${k.key}`)) && this.seen(id, k)).map((k) => ({ swatch: legend.drawing(id, k), text: k.text }));
      return group.title && kinds.length ? [{ swatch: null, text: group.title }, ...kinds] : kinds;
    }));
  }

  /** The legend says no more than the map: kinds of places that have not come into view are left out. */
  private seen(layer: string, kind: Kind): boolean {
    const seen = this.app.map?.seen;
    if (!seen || layer === "projects" || layer === "settlements") return true;
    return seen.has(`${layer}.${kind.key || kind.example.geometry}`);
  }

  drawLegend(): void {
    const state = this.app.store.get();
    const open = state.legend === "auto" ? !this.app.narrow() : state.legend === "open";
    this.legend.setAttribute("aria-label", t("layers.legend"));
    const toggle = h(
      "button",
      { class: "legend-toggle", "data-key": "legend", "aria-expanded": String(open), title: t(open ? "layers.hideLegend" : "layers.showLegend"), onclick: () => this.app.store.set({ legend: open ? "closed" : "open" }, false) },
      icon("legend"), h("span", null, t("layers.legend")), icon("chevron"),
    );
    const { current } = this;
    const on = current ? visibleLayers(current.style, state) : [];
    const ids = this.ids().filter((id) => on.includes(id) && id !== "municipalities");
    const rows = open && current ? ids.flatMap((id) => current.rows(id, state.hide, (layer, kind) => this.seen(layer, kind)).filter((row) => !row.key.startsWith("theme."))) : [];
    this.legend.hidden = !ids.length;
    redraw(this.legend, toggle, rows.length ? h("ul", { class: "legend-rows" }, ...rows.map((row) => h("li", null, h("span", { class: "swatch" }, row.swatch), h("span", null, row.text)))) : null);
  }
}

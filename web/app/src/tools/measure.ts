// Measuring length and area: by clicks, by touch, with Enter in the middle of the map,
// or by typed coordinates. The figures are the ellipsoid's, never the screen's.
import type { App } from "../app";
import { debounce, h, redraw } from "../dom";
import { icon } from "../icons";
import { t, type Key } from "../i18n";
import type { MapView } from "../map";
import type { Tool } from "./bar";
import type { LonLat } from "./d96";
import { area, crossesItself, distance, length } from "./geodesy";
import { Typed } from "./goto";
import { Overlay } from "./overlay";
import { areaWords, copyButton, d96Plain, d96Words, lengthWords } from "./say";
import { most, readShape, writeShape, type Kind, type Shape } from "./shape";

export class MeasureTool implements Tool {
  readonly element = h("div", { class: "tool-body measure" });
  private readonly top = h("div", null);
  private readonly rest = h("div", null);
  private readonly truth = h("p", { class: "hint" });
  private readonly typed = new Typed("measure-typed", { label: "tools.addTyped", button: "tools.add" }, (at) => this.add(at, true));
  private readonly overlay: Overlay;
  private active = false;
  private pointer: LonLat | null = null;
  private readonly announce = debounce(600, () => this.app.announce(this.spoken()));

  constructor(
    private readonly app: App,
    private readonly view: MapView,
  ) {
    this.overlay = new Overlay(view.gl, {
      move: (i, to, done) => this.change(this.shape.points.map((p, j) => (j === i ? to : p)), done),
      remove: (i) => this.remove(i),
    });
    this.element.append(this.top, this.rest, this.typed.element, this.truth);
    view.gl.on("mousemove", (e) => this.active && this.hover({ lon: e.lngLat.lng, lat: e.lngLat.lat }));
    view.gl.on("mouseout", () => this.active && this.hover(null));
    view.gl.getCanvas().addEventListener("keydown", (e) => {
      if (this.active && e.key === "Backspace" && this.shape.points.length) this.remove(this.shape.points.length - 1, false);
    });
  }

  private get shape(): Shape {
    return readShape(this.app.store.get().drawn);
  }

  open(): void {
    this.active = true;
    this.view.taking = (at) => (this.add({ lon: at.lng, lat: at.lat }), true);
    this.view.gl.doubleClickZoom.disable();
    this.view.gl.getContainer().classList.add("drawing");
  }

  close(): void {
    this.active = false;
    this.view.taking = null;
    this.view.gl.doubleClickZoom.enable();
    this.view.gl.getContainer().classList.remove("drawing");
    this.hover(null);
  }

  private hover(at: LonLat | null): void {
    this.pointer = at;
    this.overlay.follow(this.shape.points.length ? at : null);
    this.drawLive();
  }

  private add(at: LonLat, typed = false): void {
    const { points } = this.shape;
    const last = points.at(-1);
    if (points.length >= most) return this.app.announce(t("tools.tooMany", { n: most }));
    if (last && !typed && this.near(last, at)) return; // the second half of a double click
    if (typed) this.view.reveal([at.lon, at.lat, at.lon, at.lat]);
    this.change([...points, at]);
  }

  private near(a: LonLat, b: LonLat): boolean {
    const [p, q] = [this.view.gl.project([a.lon, a.lat]), this.view.gl.project([b.lon, b.lat])];
    return Math.hypot(p.x - q.x, p.y - q.y) < 3;
  }

  private remove(index: number, refocus = true): void {
    this.change(this.shape.points.filter((_, i) => i !== index));
    if (refocus) this.overlay.focus(index);
  }

  private change(points: LonLat[], done = true): void {
    this.set({ kind: this.shape.kind, points }, done);
  }

  /** While a place is dragged only the drawing and the figures follow; the address when it is let go. */
  private set(shape: Shape, done = true): void {
    if (!done) {
      this.overlay.show(shape, this.active);
      this.drawFigures(shape);
      return;
    }
    this.app.store.set({ drawn: writeShape(shape) }, false);
    this.announce();
  }

  draw(): void {
    const { shape } = this;
    this.overlay.show(shape, this.active);
    const kind = (name: Kind, words: Key) =>
      h("button", { class: "chip", "data-key": `kind/${name}`, "aria-pressed": String(shape.kind === name), onclick: () => this.set({ ...shape, kind: name }) }, t(words));
    this.truth.textContent = t("tools.measureTruth");
    redraw(this.top, h("div", { class: "chips", role: "group", "aria-label": t("tools.kind") }, kind("line", "tools.line"), kind("area", "tools.area")),
      shape.points.length > 2 ? null : h("p", { class: "hint" }, t(this.app.narrow() ? "tools.measureTouch" : "tools.measureHow")));
    this.typed.draw();
    this.drawFigures(shape);
  }

  private readonly figures = h("div", { class: "readings" });
  private readonly liveLine = h("p", { class: "hint live-length", "aria-hidden": "true" });

  private drawFigures(shape: Shape): void {
    const values = figures(shape);
    redraw(this.figures, ...values.map(([words, value], i) =>
      h("div", { class: i ? "reading" : "reading reading-main" }, h("span", { class: "reading-name" }, t(words)), h("span", { class: "reading-value" }, value), copyButton(this.app, `copy/${words}`, t("tools.copyValue", { what: t(words) }), () => value))),
      shape.kind === "area" && crossesItself(shape.points) ? h("p", { class: "hint hint-wrong" }, icon("info"), t("tools.crosses")) : null);
    this.drawLive();
    redraw(this.rest, this.figures, this.liveLine, ...(shape.points.length ? [this.buttons(shape), this.list(shape)] : []));
  }

  private drawLive(): void {
    const last = this.shape.points.at(-1);
    this.liveLine.textContent = this.pointer && last ? t("tools.toPointer", { length: lengthWords(distance(last, this.pointer)) }) : "\u00a0";
  }

  private buttons(shape: Shape): HTMLElement {
    return h("div", { class: "tool-buttons" },
      h("button", { class: "button button-quiet", "data-key": "undo", onclick: () => this.remove(shape.points.length - 1, false) }, icon("undo"), t("tools.undo")),
      h("button", { class: "button button-quiet", "data-key": "clear", onclick: () => this.set({ kind: shape.kind, points: [] }) }, icon("close"), t("tools.clear")),
      h("button", { class: "button button-quiet", "data-key": "copy-points", onclick: () => void navigator.clipboard?.writeText(shape.points.map(d96Plain).join("\n")).then(() => this.app.announce(t("tools.copied"))) }, icon("copy"), t("tools.copyPoints")));
  }

  private list({ points }: Shape): HTMLElement {
    const rows = points.map((p, i) => {
      const before = points[i - 1];
      return h("li", null, h("span", { class: "point-at" }, d96Words(p)), before ? h("span", { class: "count" }, `+ ${lengthWords(distance(before, p))}`) : null,
        h("button", { class: "icon-button", "data-key": `remove/${i}`, title: t("tools.removePoint", { i: String(i + 1) }), "aria-label": t("tools.removePoint", { i: String(i + 1) }), onclick: () => this.remove(i, false) }, icon("close")));
    });
    return h("details", { class: "points" }, h("summary", null, t("tools.pointCount", { n: points.length })), h("ol", null, ...rows));
  }

  private spoken(): string {
    return figures(this.shape).map(([words, value]) => `${t(words)}: ${value}`).join(", ");
  }
}

function figures({ kind, points }: Shape): [Key, string][] {
  if (kind === "line") return [["tools.length", points.length > 1 ? lengthWords(length(points)) : "–"]];
  if (points.length < 3) return [["tools.areaIs", "–"]];
  return [["tools.areaIs", areaWords(area(points))], ["tools.perimeter", lengthWords(length(points, true))]];
}

// What is being measured, drawn over the map: lines as SVG, every place a button that
// can be dragged, moved by arrow keys and deleted. Independent of the map's style.
import type { Map as GLMap } from "maplibre-gl";
import { h, s } from "../dom";
import { t } from "../i18n";
import type { LonLat } from "./d96";
import type { Shape } from "./shape";

export interface Hands {
  move(index: number, to: LonLat, done: boolean): void;
  remove(index: number): void;
}

export class Overlay {
  private readonly svg = s("svg", { class: "overlay", "aria-hidden": "true" });
  private readonly casing = s("path", { class: "overlay-casing" });
  private readonly line = s("path", { class: "overlay-line" });
  private readonly rubber = s("path", { class: "overlay-rubber" });
  private readonly handles = h("div", { class: "overlay-handles", role: "group" });
  private shape: Shape = { kind: "line", points: [] };
  private pointer: LonLat | null = null;
  private editable = false;
  private dragging = -1;

  constructor(
    private readonly gl: GLMap,
    private readonly hands: Hands,
  ) {
    this.svg.append(this.casing, this.line, this.rubber);
    gl.getContainer().append(this.svg, this.handles);
    gl.on("move", () => this.place());
    gl.on("resize", () => this.place());
  }

  show(shape: Shape, editable: boolean): void {
    this.shape = shape;
    this.editable = editable;
    this.svg.toggleAttribute("hidden", !shape.points.length);
    this.handles.setAttribute("aria-label", t("tools.points"));
    this.fill();
    this.place();
  }

  /** Where the next place would be. */
  follow(pointer: LonLat | null): void {
    this.pointer = pointer;
    this.place();
  }

  focus(index: number): void {
    (this.handles.children[Math.min(index, this.handles.childElementCount - 1)] as HTMLElement | undefined)?.focus();
  }

  /** As many handles as places; those that stay keep the focus. */
  private fill(): void {
    const wanted = this.editable ? this.shape.points.length : 0;
    while (this.handles.childElementCount > wanted) this.handles.lastElementChild?.remove();
    while (this.handles.childElementCount < wanted) this.handles.append(this.handle(this.handles.childElementCount));
    [...this.handles.children].forEach((el, i) => el.setAttribute("aria-label", t("tools.pointHandle", { i: String(i + 1) })));
  }

  private handle(index: number): HTMLElement {
    const el = h("button", { class: "overlay-handle", "data-key": `point/${index}` });
    el.addEventListener("keydown", (e) => this.key(e, index));
    el.addEventListener("pointerdown", (e) => {
      el.setPointerCapture(e.pointerId);
      this.dragging = index;
      e.stopPropagation();
    });
    el.addEventListener("pointermove", (e) => this.dragging === index && this.hands.move(index, this.under(e), false));
    const drop = (e: PointerEvent) => {
      if (this.dragging !== index) return;
      this.dragging = -1;
      this.hands.move(index, this.under(e), true);
    };
    el.addEventListener("pointerup", drop);
    el.addEventListener("pointercancel", () => (this.dragging = -1));
    return el;
  }

  private under(e: PointerEvent): LonLat {
    const box = this.gl.getContainer().getBoundingClientRect();
    const at = this.gl.unproject([e.clientX - box.left, e.clientY - box.top]);
    return { lon: at.lng, lat: at.lat };
  }

  private key(e: KeyboardEvent, index: number): void {
    const p = this.shape.points[index];
    if (!p) return;
    if (e.key === "Delete" || e.key === "Backspace") {
      e.preventDefault();
      this.hands.remove(index);
      return;
    }
    const step = e.shiftKey ? 10 : 1;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[e.key];
    if (!by) return;
    e.preventDefault();
    e.stopPropagation();
    const at = this.gl.project([p.lon, p.lat]);
    const to = this.gl.unproject([at.x + (by[0] ?? 0), at.y + (by[1] ?? 0)]);
    this.hands.move(index, { lon: to.lng, lat: to.lat }, true);
  }

  private place(): void {
    const { points, kind } = this.shape;
    if (!points.length && !this.pointer) return;
    const at = points.map((p) => this.gl.project([p.lon, p.lat]));
    const d = at.map((p, i) => `${i ? "L" : "M"}${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join("") + (kind === "area" && at.length > 2 ? "Z" : "");
    this.casing.setAttribute("d", d);
    this.line.setAttribute("d", d);
    this.line.classList.toggle("overlay-area", kind === "area" && at.length > 2);
    const last = at.at(-1);
    const to = this.pointer && this.dragging < 0 && last ? this.gl.project([this.pointer.lon, this.pointer.lat]) : null;
    this.rubber.setAttribute("d", to && last ? `M${last.x.toFixed(1)} ${last.y.toFixed(1)}L${to.x.toFixed(1)} ${to.y.toFixed(1)}` : "");
    [...this.handles.children].forEach((el, i) => {
      const p = at[i];
      if (p) (el as HTMLElement).style.transform = `translate(${(p.x - 12).toFixed(1)}px, ${(p.y - 12).toFixed(1)}px)`;
    });
  }
}

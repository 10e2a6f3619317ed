// On a phone the panels are one sheet with three heights. It follows the finger,
// and every height is also one press of a button.
import { h, reducedMotion } from "./dom";
import { t } from "./i18n";
import type { Sheet, Store } from "./state";

const heights: Sheet[] = ["low", "half", "full"];

/** Share of the window's height, or for the low one the pixels that stay. */
export function sheetPixels(sheet: Sheet, window: number): number {
  return sheet === "low" ? 118 : Math.round(window * (sheet === "half" ? 0.46 : 0.88));
}

export class SheetHandle {
  readonly element: HTMLButtonElement;
  private start: { y: number; height: number } | null = null;
  private moved = false;

  constructor(
    private readonly store: Store,
    private readonly root: HTMLElement,
  ) {
    this.element = h("button", { class: "sheet-handle" }, h("span", { class: "sheet-grip" }));
    this.element.addEventListener("click", () => !this.moved && this.next());
    this.element.addEventListener("keydown", (e) => this.key(e));
    this.element.addEventListener("pointerdown", (e) => this.grab(e));
    this.element.addEventListener("pointermove", (e) => this.drag(e));
    this.element.addEventListener("pointerup", (e) => this.drop(e));
    this.element.addEventListener("pointercancel", (e) => this.drop(e));
  }

  draw(): void {
    const { sheet } = this.store.get();
    const next = heights[(heights.indexOf(sheet) + 1) % 3] ?? "half";
    this.element.setAttribute("aria-label", t(`sheet.${next}`));
    this.root.dataset.sheet = sheet;
  }

  private next(): void {
    const { sheet } = this.store.get();
    this.store.set({ sheet: heights[(heights.indexOf(sheet) + 1) % 3] ?? "half" }, false);
  }

  private key(e: KeyboardEvent): void {
    const step = e.key === "ArrowUp" ? 1 : e.key === "ArrowDown" ? -1 : 0;
    if (!step) return;
    e.preventDefault();
    const at = heights.indexOf(this.store.get().sheet) + step;
    this.store.set({ sheet: heights[Math.min(2, Math.max(0, at))] ?? "half" }, false);
  }

  private grab(e: PointerEvent): void {
    this.element.setPointerCapture(e.pointerId);
    this.moved = false;
    this.start = { y: e.clientY, height: sheetPixels(this.store.get().sheet, innerHeight) };
  }

  private drag(e: PointerEvent): void {
    if (!this.start) return;
    const dy = this.start.y - e.clientY;
    if (Math.abs(dy) > 4) this.moved = true;
    if (!this.moved) return;
    this.root.classList.add("dragging");
    this.root.style.setProperty("--sheet", `${Math.min(innerHeight * 0.92, Math.max(90, this.start.height + dy))}px`);
  }

  private drop(e: PointerEvent): void {
    const start = this.start;
    this.start = null;
    this.root.classList.remove("dragging");
    this.root.style.removeProperty("--sheet");
    if (!start || !this.moved) return;
    const height = start.height + start.y - e.clientY;
    const near = [...heights].sort((a, b) => Math.abs(sheetPixels(a, innerHeight) - height) - Math.abs(sheetPixels(b, innerHeight) - height));
    this.store.set({ sheet: near[0] ?? "half" }, false);
    setTimeout(() => (this.moved = false), reducedMotion() ? 0 : 50);
  }
}

// Marks the middle of the visible map while the keyboard is on it: Enter asks, or
// measures, what is there.
import { h } from "../dom";
import type { MapView } from "../map";

export class Middle {
  private readonly mark = h("div", { class: "cross middle", "aria-hidden": "true", hidden: true });

  constructor(
    private readonly view: MapView,
    area: HTMLElement,
  ) {
    area.append(this.mark);
    const canvas = view.gl.getCanvas();
    canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && this.show());
    canvas.addEventListener("keydown", () => this.show());
    canvas.addEventListener("pointerdown", () => (this.mark.hidden = true));
    canvas.addEventListener("blur", () => (this.mark.hidden = true));
    view.gl.on("resize", () => !this.mark.hidden && this.show());
  }

  private show(): void {
    const { x, y } = this.view.gl.project(this.view.middle());
    this.mark.style.transform = `translate(${Math.round(x - 13)}px, ${Math.round(y - 13)}px)`;
    this.mark.hidden = false;
  }
}

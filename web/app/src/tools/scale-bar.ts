// The scale bar: a round length on the ground, true at the latitude of the map's middle.
import type { Map as GLMap } from "maplibre-gl";
import { h } from "../dom";
import { length, number } from "../format";
import { language, t } from "../i18n";
import { metresPerPixel } from "./geodesy";

/** The longest of 1, 2, 5 × 10ⁿ that is no longer. */
export function roundBelow(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres));
  return ([5, 2].find((n) => n * power <= metres) ?? 1) * power;
}

/** Dots to an inch that a browser counts for a pixel. */
const dotsPerMetre = 96 / 0.0254;

export class ScaleBar {
  readonly element = h("div", { class: "scale-bar", role: "img" });
  private readonly text = h("span", null);
  private gl: GLMap | null = null;
  private last = "";

  constructor(private readonly widest = 120) {
    this.element.append(this.text);
  }

  attach(gl: GLMap): void {
    this.gl = gl;
    gl.on("move", () => this.draw());
    this.draw();
  }

  /** Only what changed is written: this runs with every frame of a movement. */
  draw(): void {
    if (!this.gl) return;
    const metres = metresPerPixel(this.gl.getCenter().lat, this.gl.getZoom());
    const bar = roundBelow(metres * this.widest);
    const width = `${Math.round((bar / metres) * 10) / 10}px`;
    const words = length(bar, language());
    if (this.last === width + words) return;
    this.last = width + words;
    this.element.style.width = width;
    this.text.textContent = words;
    const ratio = Number((metres * dotsPerMetre).toPrecision(2));
    this.element.setAttribute("aria-label", t("tools.scaleBar", { length: words, ratio: number(ratio, language()) }));
    this.element.title = t("tools.scaleAbout", { ratio: number(ratio, language()) });
  }

  translate(): void {
    this.last = "";
    this.draw();
  }
}

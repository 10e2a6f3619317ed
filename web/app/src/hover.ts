// What is under the pointer, or in the middle while one moves the map by keys: its name and its layer, beside it.
import type { Map as GLMap, MapGeoJSONFeature, Point } from "maplibre-gl";
import { h } from "./dom";
import { t, term } from "./i18n";
import { layerOne } from "./layer-names";
import { dataLayer } from "./style";

/** What is under a point of the screen, topmost first, once each; only what has a name and a code. */
export function under(gl: GLMap, p: { x: number; y: number }, reach: number): MapGeoJSONFeature[] {
  const seen = new Set<string>();
  return gl.queryRenderedFeatures([[p.x - reach, p.y - reach], [p.x + reach, p.y + reach]]).filter((f) => {
    const key = `${dataLayer(f.layer)}/${String(f.properties.municipality)}/${String(f.properties.code)}`;
    if (!f.properties.code || f.layer.id.startsWith("kraj-") || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export const isProject = (f: MapGeoJSONFeature): boolean => ["projects", "projects_named"].includes(dataLayer(f.layer));

/** In words: the topmost project or place, its layer, and how much else is there. */
export function described(found: MapGeoJSONFeature[]): { name: string; kind: string } | null {
  const list = found.filter((f) => dataLayer(f.layer) !== "municipalities");
  const top = list.find(isProject) ?? list[0];
  if (!top) return null;
  const layer = dataLayer(top.layer);
  const status = isProject(top) ? term("status", String(top.properties.status ?? "unknown")) : "";
  const words = layer === "projects_named" ? t("hover.named") : "";
  const more = list.filter((f) => isProject(f) === isProject(top)).length - 1;
  return { name: String(top.properties.name ?? ""), kind: [layerOne(layer === "projects_named" ? "projects" : layer), status, words, more > 0 ? t("hover.more", { n: more }) : ""].filter(Boolean).join(" · ") };
}

/** The tooltip, at the pointer or in the middle that the keys move the map under. */
export class Hover {
  readonly tooltip = h("div", { class: "tooltip", hidden: true, "aria-hidden": "true" });
  private keys = false;

  constructor(private readonly gl: GLMap, private readonly middle: () => Point, private readonly say: (text: string) => void) {
    // Asked once a frame, and not while the map moves: then the frame is for drawing.
    gl.on("mousemove", (e) => {
      if (!this.frame) this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        if (!gl.isMoving() && this.last) this.at(this.last, 3);
      });
      this.last = e.point;
    });
    gl.on("mouseout", () => {
      this.last = null;
      this.tooltip.hidden = true;
    });
    gl.on("movestart", () => (this.tooltip.hidden = true));
    gl.on("idle", () => this.keyed());
    const canvas = gl.getCanvas();
    canvas.addEventListener("focus", () => (this.keys = canvas.matches(":focus-visible")));
    canvas.addEventListener("pointerdown", () => (this.keys = false));
    canvas.addEventListener("blur", () => {
      this.keys = false;
      this.tooltip.hidden = true;
    });
    canvas.addEventListener("keydown", (e) => {
      this.keys = true;
      if (e.key === "Escape") this.tooltip.hidden = true;
    });
  }

  private frame = 0;
  private last: Point | null = null;

  private spoken = "";

  /** After a move by keys: what is in the middle now, shown and said. */
  private keyed(): void {
    if (!this.keys) return;
    const text = this.at(this.middle(), 6);
    if (text && text !== this.spoken) this.say(text);
    this.spoken = text;
  }

  private at(p: { x: number; y: number }, reach: number): string {
    const found = under(this.gl, p, reach);
    this.gl.getCanvas().style.cursor = found.some(isProject) ? "pointer" : "";
    const what = described(found);
    this.tooltip.hidden = !what?.name;
    if (!what) return "";
    this.tooltip.replaceChildren(h("strong", null, what.name), h("span", null, what.kind));
    const right = p.x > this.gl.getContainer().clientWidth - 300;
    this.tooltip.style.transform = right ? `translate(calc(${Math.round(p.x - 14)}px - 100%), ${Math.round(p.y + 12)}px)` : `translate(${Math.round(p.x + 14)}px, ${Math.round(p.y + 12)}px)`;
    return `${what.name}, ${what.kind}`;
  }
}

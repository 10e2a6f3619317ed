// Coordinates of the map's middle, of the pointer and of a click, in D96/TM and
// WGS 84, to copy; and the way to typed ones.
import { Marker, type LngLat } from "maplibre-gl";
import { select, type App } from "../app";
import { h, redraw } from "../dom";
import { t, type Key } from "../i18n";
import type { MapView } from "../map";
import type { Tool } from "./bar";
import { inD96, type LonLat } from "./d96";
import { Typed } from "./goto";
import { copyButton, d96Plain, d96Words, degreesPlain, degreesWords } from "./say";

const plain = ({ lng, lat }: LngLat): LonLat => ({ lon: lng, lat });

export class CoordinatesTool implements Tool {
  readonly element = h("div", { class: "tool-body coordinates" });
  private readonly places = h("div", null);
  private readonly pointer = h("div", { class: "pointer-at", "aria-hidden": "true" });
  private readonly typed = new Typed("go-typed", { label: "tools.goLabel", button: "tools.go" }, (at) => this.go(at));
  private readonly cross: Marker;
  private clicked: LonLat | null = null;
  private active = false;

  constructor(
    private readonly app: App,
    private readonly view: MapView,
  ) {
    this.cross = new Marker({ element: h("div", { class: "cross" }) });
    this.element.append(this.typed.element, this.places, this.pointer);
    view.gl.on("moveend", () => this.active && this.draw());
    view.gl.on("mousemove", (e) => this.active && this.hover(plain(e.lngLat)));
    view.gl.on("mouseout", () => this.active && this.hover(null));
  }

  open(): void {
    this.active = true;
    this.view.gl.getContainer().classList.add("drawing");
    this.view.taking = (at) => (this.choose(plain(at)), true);
    this.hover(null);
  }

  close(): void {
    this.active = false;
    this.view.taking = null;
    this.view.gl.getContainer().classList.remove("drawing");
    this.cross.remove();
    this.clicked = null;
  }

  private choose(at: LonLat): void {
    this.clicked = at;
    this.cross.setLngLat([at.lon, at.lat]).addTo(this.view.gl);
    this.app.announce(`${t("tools.clicked")}: ${d96Words(at)}, ${degreesWords(at)}`);
    this.draw();
  }

  /** On a phone what is found opens where this card is. */
  private ask(): void {
    const at = this.clicked;
    if (this.app.narrow()) this.app.store.set({ tool: "" }, false);
    if (at) select(this.app, { kind: "at", ...at });
  }

  private go(at: LonLat): void {
    this.choose(at);
    this.view.reveal([at.lon - 0.004, at.lat - 0.003, at.lon + 0.004, at.lat + 0.003], true);
  }

  draw(): void {
    if (!this.active) return;
    this.typed.draw();
    redraw(this.places,
      this.clicked ? this.place("clicked", "tools.clicked", this.clicked) : null,
      this.place("middle", "tools.middle", plain(this.view.middle())),
      this.clicked ? h("button", { class: "button button-quiet", "data-key": "ask-here", onclick: () => this.ask() }, t("tools.askHere")) : h("p", { class: "hint" }, t("tools.clickHint")));
  }

  private place(key: string, name: Key, at: LonLat): HTMLElement {
    const row = (system: string, words: string, copy: string) =>
      h("div", { class: "reading" }, h("span", { class: "reading-name" }, system), h("span", { class: "reading-value" }, words), copyButton(this.app, `copy/${key}/${system}`, t("tools.copyValue", { what: `${t(name)}, ${system}` }), () => copy));
    return h("section", { class: "place-at" }, h("h3", null, t(name)),
      inD96(at) ? row("D96/TM", d96Words(at), d96Plain(at)) : h("p", { class: "hint" }, t("tools.noD96")),
      row("WGS 84", degreesWords(at), degreesPlain(at)));
  }

  private hover(at: LonLat | null): void {
    this.pointer.replaceChildren(h("span", { class: "reading-name" }, t("tools.pointer")), h("span", null, at ? `${inD96(at) ? d96Words(at, 0) : ""}` : "–"), h("span", null, at ? degreesWords(at, 5) : ""));
  }
}

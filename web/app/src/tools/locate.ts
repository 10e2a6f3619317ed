// Where the reader stands, once asked; the place stays in the browser.
import { Marker } from "maplibre-gl";
import type { App } from "../app";
import { h } from "../dom";
import { length } from "../format";
import { language, t, type Key } from "../i18n";
import type { MapView } from "../map";

const refusals: Record<number, Key> = { 1: "tools.locateRefused", 2: "tools.locateUnknown", 3: "tools.locateSlow" };

export class Locate {
  on = false;
  private mark: Marker | null = null;
  private timer = 0;
  private readonly note = h("p", { class: "toast card", hidden: true });

  constructor(
    private readonly app: App,
    private readonly view: () => MapView | null,
  ) {}

  /** Asks for the place and shows it; pressed again, it goes away. */
  start(): void {
    if (this.on) return this.stop();
    if (!("geolocation" in navigator)) return this.say(t("tools.locateUnknown"));
    this.say(t("tools.locating"));
    navigator.geolocation.getCurrentPosition((p) => this.found(p.coords), (err) => this.say(t(refusals[err.code] ?? "tools.locateUnknown")), { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 });
  }

  private found({ longitude, latitude, accuracy }: GeolocationCoordinates): void {
    const view = this.view();
    if (!view) return;
    this.on = true;
    this.mark ??= new Marker({ element: h("div", { class: "me", role: "img", "aria-label": t("tools.here") }) });
    this.mark.setLngLat([longitude, latitude]).addTo(view.gl);
    const c = this.app.data.current()?.bbox;
    const inside = !c || (longitude > c[0] && longitude < c[2] && latitude > c[1] && latitude < c[3]);
    this.say(t(inside ? "tools.located" : "tools.locatedOutside", { accuracy: length(Math.ceil(accuracy), language()) }));
    const d = Math.max(accuracy, 300) / 111_320;
    view.reveal([longitude - d * 1.4, latitude - d, longitude + d * 1.4, latitude + d], true);
    this.app.store.set({ selection: { kind: "at", lon: longitude, lat: latitude } });
  }

  private stop(): void {
    this.on = false;
    this.mark?.remove();
    this.note.hidden = true;
    this.app.store.set({ selection: null });
  }

  /** Shown for a while where it was asked, and read aloud. */
  private say(text: string): void {
    const area = document.querySelector(".map-area");
    if (area && !this.note.isConnected) area.append(this.note);
    this.note.textContent = text;
    this.note.hidden = false;
    this.app.announce(text);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => (this.note.hidden = true), 9000);
  }
}

// The details of what is chosen: a project, a place, or a point of the map. They
// open beside the map on a wide screen and in the sheet on a phone.
import * as api from "./api";
import { ApiError } from "./api";
import { select, type App } from "./app";
import { atView } from "./detail-at";
import { historyList } from "./change-words";
import { opens, section } from "./detail-parts";
import { placeView } from "./detail-place";
import { projectView } from "./detail-project";
import { h, redraw } from "./dom";
import { icon } from "./icons";
import { t } from "./i18n";
import { encodeSelection, type Selection } from "./state";
import type { At, BBox, PlaceDetail, ProjectDetail, Told } from "./types";

type Loaded = { kind: "project"; data: ProjectDetail } | { kind: "place"; data: PlaceDetail } | { kind: "at"; data: At };

export class Details {
  readonly element = h("aside", { class: "details card", hidden: true, tabindex: "-1" });
  private readonly body = h("div", { class: "details-body" });
  private loaded: Loaded | null = null;
  private error = "";
  private shownFor = "";
  private request: AbortController | null = null;
  private before: HTMLElement | null = null;

  constructor(private readonly app: App) {
    this.element.append(this.body);
    this.element.addEventListener("keydown", (e) => e.key === "Escape" && this.close());
    app.connection.onBack(() => this.error && this.update(true));
  }

  /** Follows the selection. */
  update(again = false): void {
    const { selection } = this.app.store.get();
    this.element.hidden = !selection;
    this.element.setAttribute("aria-label", t("details.label"));
    if (!selection) {
      this.shownFor = "";
      this.loaded = null;
      return;
    }
    const key = encodeSelection(selection);
    if (key === this.shownFor && !again) {
      this.draw();
      return;
    }
    const active = document.activeElement;
    if (active instanceof HTMLElement && !this.element.contains(active)) this.before = active;
    this.shownFor = key;
    void this.load(selection, key);
  }

  /** What was done to the chosen thing; read after it is shown. */
  private history: Told[] = [];

  private async past(selection: Selection, key: string): Promise<void> {
    this.history = [];
    if (selection.kind === "at") return;
    const layer = selection.kind === "project" ? "projects" : selection.layer;
    try {
      const { items } = await api.history({ municipality: selection.municipality, layer, code: selection.code, limit: 20, items: 1 });
      if (key !== this.shownFor) return;
      this.history = items;
      this.draw();
    } catch (err) {
      this.app.connection.words(err); // the rest is shown; a server that is away is told by the banner
    }
  }

  private async load(selection: Selection, key: string): Promise<void> {
    this.request?.abort();
    const request = (this.request = new AbortController());
    const slow = setTimeout(() => {
      this.loaded = null;
      this.draw();
    }, 250);
    try {
      this.loaded = await fetchFor(selection, this.reach(selection), request.signal);
      this.error = "";
    } catch (err) {
      if (request.signal.aborted) return;
      this.loaded = null;
      this.error = err instanceof ApiError && err.status === 404 ? t("details.gone") : this.app.connection.words(err);
    } finally {
      clearTimeout(slow);
    }
    if (key !== this.shownFor) return;
    this.draw();
    this.body.scrollTop = 0;
    this.body.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
    this.reveal();
    if (this.loaded) void this.past(selection, key);
  }

  /** About ten pixels of the map, in metres, but at least what a finger needs. */
  private reach(selection: Selection): number {
    const { view } = this.app.store.get();
    if (selection.kind !== "at" || !view) return 250;
    const metresPerPixel = (78_271.5 * Math.cos((selection.lat * Math.PI) / 180)) / 2 ** view.zoom;
    return Math.min(2000, Math.max(60, metresPerPixel * 18));
  }

  private reveal(): void {
    const box = this.box();
    if (box) this.app.map?.reveal(box);
  }

  private box(): BBox | null {
    const l = this.loaded;
    if (!l) return null;
    if (l.kind === "at") return [l.data.point[0], l.data.point[1], l.data.point[0], l.data.point[1]];
    if (l.data.bbox) return l.data.bbox;
    const c = l.kind === "place" ? l.data.centroid : null;
    return c ? [c[0], c[1], c[0], c[1]] : null;
  }

  draw(): void {
    if (!this.shownFor) return;
    redraw(this.body, this.head(), ...this.content());
  }

  private content(): (HTMLElement | null)[] {
    const l = this.loaded;
    if (!l) return [h("p", { class: "message" }, this.error || t("app.loading"))];
    if (l.kind === "at") return atView(this.app, l.data);
    const view = l.kind === "project" ? projectView(this.app, l.data) : placeView(this.app, l.data);
    return [...view, section(t("details.history"), historyList(this.history))];
  }

  private head(): HTMLElement {
    const { selection } = this.app.store.get();
    const { here } = this.app;
    const stack = here && selection && selection.kind !== "at" ? h("button", { class: "button stack-back", "data-key": "stack", onclick: () => select(this.app, here, true) }, icon("back"), h("span", null, t("details.stack"))) : null;
    const box = this.box();
    const zoom = box && this.loaded?.kind !== "at" ? h("button", { class: "icon-button", "data-key": "zoom", title: t("details.zoom"), "aria-label": t("details.zoom"), onclick: () => this.app.map?.reveal(box, true) }, icon("target")) : null;
    const copy = h("button", { class: "icon-button", "data-key": "copy", title: t("details.share"), "aria-label": t("details.share"), onclick: () => void this.copy() }, icon("link"));
    const own = selection && selection.kind !== "at" && this.loaded ? h("a", { class: "icon-button", "data-key": "page", target: "_blank", href: opens(this.app, selection).href, title: t("details.page"), "aria-label": t("details.page") }, icon("print")) : null;
    const close = h("button", { class: "icon-button", "data-key": "close", title: t("app.close"), "aria-label": t("app.close"), onclick: () => this.close() }, icon("close"));
    return h("div", { class: "details-top" }, stack, h("div", { class: "details-tools" }, zoom, copy, own, close));
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
      this.app.announce(t("details.copied"));
    } catch {
      prompt(t("details.share"), location.href);
    }
  }

  private close(): void {
    select(this.app, null);
    if (this.before?.isConnected) this.before.focus({ preventScroll: true });
  }
}

async function fetchFor(s: Selection, radius: number, signal: AbortSignal): Promise<Loaded> {
  switch (s.kind) {
    case "project":
      return { kind: "project", data: await api.project(s.municipality, s.code, signal) };
    case "place":
      return { kind: "place", data: await api.place(s.layer, s.municipality, s.code, signal) };
    case "at":
      return { kind: "at", data: await api.at(s.lon, s.lat, radius, signal) };
  }
}

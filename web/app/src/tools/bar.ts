// The buttons beside the map, and the card of the tool that is open. The tools
// themselves are fetched when the first of them is used.
import type { App } from "../app";
import { h, redraw } from "../dom";
import { icon, type IconName } from "../icons";
import { t, type Key } from "../i18n";
import { Lazy } from "../lazy";
import type { MapView } from "../map";
import type { ToolName } from "../state";
import { basemaps } from "./basemaps";
import { FullScreen } from "./fullscreen";
import { Locate } from "./locate";
import { Middle } from "./middle";
import { ScaleBar } from "./scale-bar";

/** A tool: what its card holds, told when it is opened and left. */
export interface Tool {
  readonly element: HTMLElement;
  /** Draws everything anew, in the present language and appearance. */
  draw(): void;
  open(): void;
  close(): void;
}

const icons: Record<ToolName, IconName> = { measure: "ruler", coordinates: "crosshair", view: "list", basemap: "basemap", print: "print" };
const names = Object.keys(icons) as ToolName[];

export class Toolbar {
  readonly element = h("div", { class: "map-controls" });
  readonly card = h("section", { class: "tool card", hidden: true });
  readonly scale = new ScaleBar();
  private readonly kit: Lazy<typeof import("./kit")>;
  private readonly locate: Locate;
  private readonly full: FullScreen;
  private tools: Partial<Record<ToolName, Tool>> = {};
  private view: MapView | null = null;
  private shown: ToolName | "" = "";

  constructor(
    private readonly app: App,
    private readonly area: HTMLElement,
  ) {
    this.kit = new Lazy(app, () => import("./kit"));
    this.locate = new Locate(app, () => this.view);
    this.full = new FullScreen(() => this.draw());
    this.card.addEventListener("keydown", (e) => e.key === "Escape" && !e.defaultPrevented && this.leave());
    this.element.addEventListener("keydown", (e) => e.key === "Escape" && app.store.get().tool && this.leave());
    app.connection.onBack(() => void this.follow());
    app.store.subscribe((_, changed) => {
      if (changed.has("tool") || changed.has("drawn") || changed.has("base") || changed.has("strength")) void this.follow();
    });
  }

  /** The map is there: what the address asks for is opened. */
  attach(view: MapView): void {
    this.view = view;
    this.area.append(this.scale.element);
    this.scale.attach(view.gl);
    new Middle(view, this.area);
    this.arrive(view);
    void this.follow();
  }

  /** The legend follows what is drawn: until that is there it stays unseen, so that nothing grows under the reader's eyes. */
  private arrive(view: MapView): void {
    this.area.classList.add("coming");
    const come = () => {
      if (!view.gl.getStyle()?.layers.length) return;
      view.gl.off("idle", come);
      this.area.classList.remove("coming");
    };
    view.gl.on("idle", come);
  }

  draw(): void {
    const { tool } = this.app.store.get();
    const direct = names.filter((name) => name !== "basemap" || basemaps.length);
    redraw(
      this.element,
      h("div", { class: "control-group", role: "group", "aria-label": t("tools.move") },
        this.button("zoomIn", "plus", "map.zoomIn", () => this.view?.zoomBy(1)),
        this.button("zoomOut", "minus", "map.zoomOut", () => this.view?.zoomBy(-1)),
        this.button("home", "home", "map.home", () => this.view?.home()),
        this.button("locate", "locate", "tools.locate", () => this.locate.start(), { "aria-pressed": String(this.locate.on) }),
        this.full.possible ? this.button("full", "full", this.full.on ? "tools.leaveFull" : "tools.full", () => void this.full.toggle(), { "aria-pressed": String(this.full.on) }) : null),
      h("div", { class: "control-group", role: "group", "aria-label": t("tools.label") },
        ...direct.map((name) => this.button(`tool/${name}`, icons[name], `tools.${name}`, () => this.toggle(name), { "aria-expanded": String(tool === name), "aria-controls": "tool" }))),
    );
    this.scale.translate();
    this.drawCard();
  }

  private button(key: string, image: IconName, words: Key, act: () => void, more: Record<string, unknown> = {}): HTMLButtonElement {
    return h("button", { class: "icon-button card", "data-key": key, title: t(words), "aria-label": t(words), onclick: act, ...more }, icon(image));
  }

  private toggle(name: ToolName): void {
    const open = this.app.store.get().tool === name;
    this.app.store.set({ tool: open ? "" : name }, false);
  }

  /** Closes the card; who opened it has the focus again. */
  private leave(): void {
    const was = this.app.store.get().tool;
    this.app.store.set({ tool: "" }, false);
    this.element.querySelector<HTMLElement>(`[data-key="tool/${was}"]`)?.focus();
  }

  /** What the state asks for: a card, something measured, a background. */
  private async follow(): Promise<void> {
    const { tool, drawn, base } = this.app.store.get();
    if (!this.view || !(tool || drawn || base || this.kit.part)) return;
    const kit = await this.kit.need();
    if (!kit) return;
    if (!this.tools.measure) this.tools = kit.make(this.app, this.view, () => this.leave());
    const now = this.app.store.get().tool;
    const opened = now !== this.shown;
    if (opened) {
      if (this.shown) this.tools[this.shown]?.close();
      this.shown = now;
      if (now) this.tools[now]?.open();
    }
    for (const each of Object.values(this.tools)) each.draw();
    this.drawCard();
    if (opened && now) this.card.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  }

  private drawCard(): void {
    const { tool } = this.app.store.get();
    const part = tool ? this.tools[tool] : undefined;
    this.card.id = "tool";
    this.card.hidden = !tool || tool === "print"; // that one fills the window
    this.area.classList.toggle("with-tool", !this.card.hidden);
    if (!tool || this.card.hidden) return;
    this.card.dataset.tool = tool;
    this.card.setAttribute("aria-label", t(`tools.${tool}`));
    for (const each of Object.values(this.tools)) each.draw();
    const close = h("button", { class: "icon-button", "data-key": "close-tool", title: t("app.close"), "aria-label": t("app.close"), onclick: () => this.leave() }, icon("close"));
    const head = h("div", { class: "tool-head" }, h("h2", { tabindex: -1, "data-key": "tool-title" }, t(`tools.${tool}`)), close);
    if (this.card.children[1] === part?.element && part) {
      const focus = (document.activeElement as HTMLElement | null)?.dataset.key;
      this.card.children[0]?.replaceWith(head);
      if (focus === "close-tool" || focus === "tool-title") head.querySelector<HTMLElement>(`[data-key="${focus}"]`)?.focus();
      return;
    }
    this.card.replaceChildren(head, part?.element ?? h("p", { class: "message" }, t("app.loading")));
  }
}

// What the map shows, as text: every feature in the part that no panel covers, by layer
// with counts. It follows the view; choosing one does what a click on the map does.
import type { MapGeoJSONFeature } from "maplibre-gl";
import { select, themeColor, type App } from "../app";
import { debounce, h, redraw } from "../dom";
import { byCode, byName, number } from "../format";
import { icon } from "../icons";
import { language, t, term } from "../i18n";
import type { MapView } from "../map";
import type { Selection } from "../state";
import { dataLayer } from "../style";
import { symbolSVG } from "../symbols";
import type { Tool } from "./bar";

interface Item {
  layer: string;
  municipality: string;
  code: string;
  name: string;
  status: string;
  theme: string;
  strategic: boolean;
}

/** What is listed of a layer at first; all of it on demand. */
const first = 12;
const atMost = 500;

/** In the order of the questions. */
const order = ["projects", "projects_named", "cycling_routes", "business_zones", "degraded_areas", "agglomerations", "settlements", "local_communities", "municipalities"];

export class InView implements Tool {
  readonly element = h("div", { class: "tool-body in-view" });
  private active = false;
  private groups = new Map<string, Item[]>();
  private readonly whole = new Set<string>();
  private readonly soon = debounce(250, () => void this.look());
  private said = "";

  constructor(
    private readonly app: App,
    private readonly view: MapView,
  ) {
    view.gl.on("idle", () => this.active && this.soon());
  }

  open(): void {
    this.active = true;
    void this.look();
  }

  close(): void {
    this.active = false;
    this.said = "";
  }

  /** The reading that counts; one that began before it gives up. */
  private turn = 0;

  /**
   * Reads what is drawn, piece by piece with a pause after each, because a whole country in one go would hold the page up; the list and the
   * sentence are only written when they changed.
   */
  private async look(): Promise<void> {
    const turn = ++this.turn;
    const found = new Found();
    for (const read of this.view.visible()) {
      if (!this.active || turn !== this.turn) return;
      found.add(read());
      await new Promise((resume) => setTimeout(resume));
    }
    if (!this.active || turn !== this.turn) return;
    this.groups = found.sorted();
    const words = this.summary();
    if (words !== this.said) {
      this.said = words;
      this.app.announce(words);
    }
    this.draw();
  }

  private summary(): string {
    const parts = this.ids().map((id) => `${term("layer", id)} ${number(this.groups.get(id)?.length ?? 0, language())}`);
    return parts.length ? `${t("tools.view")}: ${parts.join(", ")}` : t("tools.nothingInView");
  }

  private ids(): string[] {
    const rest = [...this.groups.keys()].filter((id) => !order.includes(id));
    return [...order.filter((id) => this.groups.has(id)), ...rest];
  }

  draw(): void {
    if (!this.active) return;
    const ids = this.ids();
    redraw(this.element, ...(ids.length ? ids.map((id) => this.group(id)) : [h("p", { class: "hint" }, t("tools.nothingInView"))]), h("p", { class: "hint" }, t("tools.viewHint")));
  }

  private group(id: string): HTMLElement {
    const items = this.groups.get(id) ?? [];
    const shown = items.slice(0, this.whole.has(id) ? atMost : first);
    const more = items.length - shown.length;
    const rows = shown.map((item) => h("li", null, this.row(item)));
    const button = !this.whole.has(id) && more
      ? h("button", { class: "link", "data-key": `more/${id}`, onclick: () => (this.whole.add(id), this.draw()) }, t("tools.showMore", { n: Math.min(more, atMost - first) }))
      : null;
    return h("section", null, h("h3", null, term("layer", id), " ", h("span", { class: "count" }, number(items.length, language()))), h("ul", null, ...rows), button,
      !button && more ? h("p", { class: "hint" }, t("tools.zoomForMore", { n: more })) : null);
  }

  private row(item: Item): HTMLElement {
    const chosen = same(this.app.store.get().selection, item);
    const project = item.layer === "projects" || item.layer === "projects_named";
    return h("button", { class: "row view-row", "data-key": `view/${item.layer}/${item.municipality}/${item.code}`, "aria-pressed": String(chosen), onclick: () => this.choose(item, project) },
      project ? symbolSVG(themeColor(this.app, item.municipality, item.theme), item.status, item.strategic, this.app.mode()) : icon("place"),
      h("span", { class: "row-text" }, h("span", { class: "row-title" }, item.name || item.code),
        project ? h("span", { class: "row-facts" }, [item.code, item.status && term("status", item.status)].filter(Boolean).join(" · ")) : null));
  }

  private choose(item: Item, project: boolean): void {
    const { municipality, code, layer } = item;
    if (this.app.narrow()) this.app.store.set({ tool: "" }, false); // what is chosen opens where the list was
    select(this.app, project ? { kind: "project", municipality, code } : { kind: "place", layer, municipality, code });
  }
}

function same(selection: Selection | null, item: Item): boolean {
  return selection !== null && selection.kind !== "at" && selection.code === item.code && selection.municipality === item.municipality;
}

/** Features by layer, once each: a shape is cut by tiles and drawn by several style layers. */
export class Found {
  private readonly seen = new Set<string>();
  private readonly groups = new Map<string, Item[]>();

  add(features: MapGeoJSONFeature[]): void {
    for (const f of features) {
      const layer = dataLayer(f.layer);
      const { code, municipality, name, title, status, theme, strategic } = f.properties as Record<string, unknown>;
      if (!layer || f.layer.id.startsWith("kraj-") || code === undefined || code === null) continue;
      const key = `${layer}/${String(municipality)}/${String(code)}`;
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      const item = { layer, municipality: String(municipality ?? ""), code: String(code), name: String(name ?? title ?? ""), status: String(status ?? ""), theme: String(theme ?? ""), strategic: strategic === true };
      const group = this.groups.get(layer);
      if (group) group.push(item);
      else this.groups.set(layer, [item]);
    }
  }

  sorted(): Map<string, Item[]> {
    for (const [id, items] of this.groups) items.sort((a, b) => (id.startsWith("projects") ? byCode(a.code, b.code) : byName(a.name, b.name)));
    return this.groups;
  }
}

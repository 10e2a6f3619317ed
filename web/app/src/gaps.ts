// What is missing: the gaps of the municipality with their numbers, and the rows of
// the one that is open. Choosing a row shows it on the map like any other place.
import * as api from "./api";
import { select, type App } from "./app";
import { h, redraw } from "./dom";
import { number } from "./format";
import { pick, t } from "./i18n";
import { icon } from "./icons";
import type { Gap, GapRow } from "./types";

export class GapsPanel {
  readonly element = h("div", { class: "gaps" });
  private gaps: Gap[] = [];
  private rows: GapRow[] = [];
  private total = 0;
  private asked = "";
  private shown = "";
  private picked = -1;
  private failed = "";
  private request: AbortController | null = null;

  constructor(private readonly app: App) {}

  /** Asks only while its tab is shown, and only when the question is another. */
  update(again = false): void {
    const { tab, municipality, gap } = this.app.store.get();
    const question = `${municipality} ${gap}`;
    if (again) this.asked = "";
    if (tab === "gaps" && municipality && question !== this.asked) void this.load(municipality, gap, question);
    this.draw();
  }

  private async load(municipality: string, gap: string, question: string): Promise<void> {
    this.request?.abort();
    const request = (this.request = new AbortController());
    this.asked = question;
    this.failed = "";
    if (gap !== this.shown) [this.rows, this.picked] = [[], -1];
    this.shown = gap;
    try {
      const [gaps, rows] = await Promise.all([api.gaps(municipality, request.signal), gap ? api.gapRows(gap, municipality, request.signal) : null]);
      if (request.signal.aborted) return;
      this.gaps = gaps.items;
      this.rows = rows?.items ?? [];
      this.total = rows?.total ?? 0;
    } catch (err) {
      if (request.signal.aborted) return;
      this.failed = err instanceof api.ApiError && err.detail ? err.detail : t("error.away");
      this.asked = "";
    }
    this.draw();
  }

  private draw(): void {
    const { gap, lang } = this.app.store.get();
    const items = this.gaps.flatMap((g) => {
      const open = g.name === gap;
      const button = h("button", { class: "row gap-head", "data-key": `gap/${g.name}`, "aria-expanded": String(open), onclick: () => this.app.store.set({ gap: open ? "" : g.name }) },
        icon("chevron"),
        h("span", { class: "row-text" }, h("span", { class: "row-title" }, pick(g.title)), g.unknown ? h("span", { class: "row-facts" }, t("gaps.unknown", { n: g.unknown })) : null),
        h("span", { class: "gap-count" }, number(g.gaps ?? 0, lang)));
      return [h("li", null, button, open ? this.opened(g) : null)];
    });
    redraw(this.element, h("h2", { class: "panel-title" }, t("gaps.heading")), this.failed ? h("p", { class: "message" }, this.failed) : null, h("ul", { class: "rows" }, ...items));
  }

  private opened(g: Gap): HTMLElement {
    const more = this.total - this.rows.length;
    return h("div", null, h("p", { class: "note" }, pick(g.about)), h("ul", { class: "rows" }, ...this.rows.map((r, i) => this.row(r, i))),
      more > 0 ? h("p", { class: "note" }, t("gaps.more", { n: more })) : null);
  }

  private row(r: GapRow, i: number): HTMLElement {
    const title = r.layer === "projects" ? [h("span", { class: "code" }, r.code), " ", r.name] : [r.name];
    const people = r.people === null ? null : h("span", { class: "row-facts" }, t("gaps.people", { n: r.people }));
    const text = h("span", { class: "row-text" }, h("span", { class: "row-title" }, ...title), people, h("span", { class: "row-facts" }, pick(r.reason)));
    const picked = this.rows[this.picked];
    const current = this.chosen(r) && (i === this.picked || !picked || !this.chosen(picked));
    return h("li", null, h("button", { class: "row gap-row", "data-key": `gap-row/${i}`, ...(current ? { "aria-current": "true" } : {}), onclick: () => this.choose(r, i) }, text));
  }

  /** Whether a row is about what is selected; several may be, such as the two ends of a route. */
  private chosen(r: GapRow): boolean {
    const { selection: s } = this.app.store.get();
    return s !== null && s.kind !== "at" && s.code === r.code && s.municipality === r.municipality && (s.kind === "project" ? "projects" : s.layer) === r.layer;
  }

  private choose(r: GapRow, i: number): void {
    this.picked = i;
    const { municipality, code, layer } = r;
    select(this.app, layer === "projects" ? { kind: "project", municipality, code } : { kind: "place", layer, municipality, code });
    this.app.map?.mark(r.geometry, r.bbox);
    this.draw();
    if (r.bbox) this.app.map?.reveal(r.bbox, true);
  }
}

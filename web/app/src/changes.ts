// What was done: the last revisions in words, the newest first; the one that is opened shows on the map where. What arrives while one looks
// appears on top, is announced, and can be paused.
import * as api from "./api";
import type { App } from "./app";
import { changeItem, counted, headline, who } from "./change-words";
import { h, redraw } from "./dom";
import { date, dateTime } from "./format";
import { icon } from "./icons";
import { language, t } from "./i18n";
import type { Live } from "./live";
import type { BBox, Told } from "./types";

export class ChangesPanel {
  readonly element = h("div", { class: "changes" });
  /** What has just arrived, for whoever looks at something else. */
  readonly notice = h("div", { class: "notice card", hidden: true });
  private list: Told[] = [];
  private next: string | null = null;
  private asked = "";
  private failed = "";
  private loading = false;
  private readonly fresh = new Set<number>();
  private alone: Told | null = null;
  private revealed = "";
  private request: AbortController | null = null;

  constructor(private readonly app: App, private readonly news: Live) {
    news.watch(() => this.draw());
    app.connection.onBack(() => this.update(true));
  }

  /** Asks only while its tab is shown; shows on the map where the opened revision changed something. */
  update(again = false): void {
    const { tab, municipality, rev } = this.app.store.get();
    if (again) this.asked = "";
    if (tab === "changes" && municipality && municipality !== this.asked) void this.load(municipality);
    if (tab === "changes" && rev && municipality) void this.fetchOpened(rev, municipality);
    this.show();
    this.draw();
  }

  private async load(municipality: string): Promise<void> {
    this.request?.abort();
    const request = (this.request = new AbortController());
    if (this.asked !== municipality && !this.sameMunicipality(municipality)) this.list = [];
    this.asked = municipality;
    this.loading = true;
    this.failed = "";
    try {
      const page = await api.history({ municipality }, null, request.signal);
      if (request.signal.aborted) return;
      this.forMunicipality = municipality;
      const oldest = page.items[page.items.length - 1]?.revision ?? 0;
      const older = this.list.filter((x) => x.revision < oldest);
      this.list = [...page.items, ...older];
      if (!older.length) this.next = page.next ?? null;
    } catch (err) {
      if (request.signal.aborted) return;
      this.failed = this.app.connection.words(err);
      this.asked = "";
    }
    this.loading = false;
    this.show();
    this.draw();
  }

  private forMunicipality = "";

  private sameMunicipality(municipality: string): boolean {
    return this.forMunicipality === municipality;
  }

  /** The opened revision with all it names, also when it is older than what is listed. */
  private async fetchOpened(rev: string, municipality: string): Promise<void> {
    const known = this.opened();
    if (known && known.items.length >= Math.min(known.total, 500)) return;
    try {
      const page = await api.history({ municipality, revision: rev, items: 500 });
      if (this.app.store.get().rev !== rev) return;
      this.alone = page.items[0] ?? null;
    } catch (err) {
      this.failed = this.app.connection.words(err);
    }
    this.show();
    this.draw();
  }

  private async older(): Promise<void> {
    if (!this.next) return;
    try {
      const page = await api.history({}, this.next);
      this.list.push(...page.items);
      this.next = page.next ?? null;
      this.draw();
      this.element.querySelector<HTMLElement>(`[data-key="change/${page.items[0]?.revision ?? 0}"]`)?.focus();
    } catch (err) {
      this.failed = this.app.connection.words(err);
      this.draw();
    }
  }

  /** What has just been committed: read, put on top, said aloud. */
  async arrive(revisions: number[]): Promise<void> {
    const { municipality, tab } = this.app.store.get();
    if (!municipality) return;
    let page;
    try {
      page = await api.history({ municipality, limit: 50 });
    } catch {
      return; // the connection's banner says so
    }
    const come = page.items.filter((x) => revisions.includes(x.revision));
    for (const x of come) this.fresh.add(x.revision);
    if (this.sameMunicipality(municipality)) {
      const had = new Set(page.items.map((x) => x.revision));
      this.list = [...page.items, ...this.list.filter((x) => !had.has(x.revision))].sort((a, b) => b.revision - a.revision);
    }
    this.draw();
    const newest = come[0];
    if (!newest) return;
    const words = come.length === 1 ? `${t("changes.arrived", { n: 1 })}: ${headline(newest)}` : t("changes.arrived", { n: come.length });
    this.app.announce(words);
    if (tab !== "changes") this.tell(words, newest);
  }

  private tell(words: string, newest: Told): void {
    const open = () => {
      this.notice.hidden = true;
      this.app.store.set({ tab: "changes", panel: true, rev: String(newest.revision), sheet: "half" });
    };
    this.notice.hidden = false;
    this.notice.replaceChildren(h("span", null, words), h("button", { class: "button", onclick: open }, t("changes.show")),
      h("button", { class: "icon-button", title: t("app.close"), "aria-label": t("app.close"), onclick: () => (this.notice.hidden = true) }, icon("close")));
  }

  private opened(): Told | null {
    const { rev } = this.app.store.get();
    if (this.alone && String(this.alone.revision) === rev) return this.alone;
    return this.list.find((x) => String(x.revision) === rev) ?? null;
  }

  /** On the map: the areas of the opened revision that concern this municipality. */
  private show(): void {
    const { tab, rev, municipality } = this.app.store.get();
    const opened = tab === "changes" && rev ? this.opened() : null;
    const home = this.app.data.current()?.bbox;
    const boxes = opened ? boxesOf(opened, home ?? null) : [];
    this.app.map?.areas(boxes);
    const key = opened ? `${municipality}/${rev}` : "";
    if (key && key !== this.revealed && this.app.map) {
      const all = around(boxes);
      if (all) this.app.map.reveal(all);
      this.revealed = key;
    }
    if (!key) this.revealed = "";
  }

  draw(): void {
    if (this.app.store.get().tab !== "changes") return;
    const { list } = this;
    const opened = this.opened();
    const shown = opened && !list.some((x) => x.revision === opened.revision) ? [...list, opened].sort((a, b) => b.revision - a.revision) : list;
    const days = byDay(shown);
    redraw(this.element,
      h("h2", { class: "panel-title" }, t("changes.heading")), this.controls(),
      this.failed ? h("p", { class: "message" }, this.failed) : null,
      !list.length ? h("p", { class: "message" }, this.loading ? t("app.loading") : t("changes.none")) : null,
      ...days.flatMap(([day, items]) => [h("h3", { class: "change-day" }, day), h("ul", { class: "rows" }, ...items.map((x) => this.entry(x)))]),
      this.next ? h("div", { class: "change-more" }, h("button", { class: "button", "data-key": "older", onclick: () => void this.older() }, t("changes.older"))) : null);
  }

  private controls(): HTMLElement {
    const { paused, waiting } = this.news;
    const button = h("button", { class: "button", "data-key": "pause", "aria-pressed": String(paused), onclick: () => this.news.pause(!paused) }, icon(paused ? "play" : "pause"), h("span", null, t(paused ? "changes.resume" : "changes.pause")));
    return h("div", { class: "change-live" }, h("p", { class: "note" }, paused ? (waiting ? t("changes.waiting", { n: waiting }) : t("changes.paused")) : t("changes.live")), button);
  }

  private entry(x: Told): HTMLElement {
    const { rev } = this.app.store.get();
    const open = rev === String(x.revision);
    const toggle = () => this.app.store.set({ rev: open ? "" : String(x.revision) });
    const facts = [dateTime(x.at, language()), t(`change.${x.kind}`), who(x)].filter(Boolean).join(" · ");
    return h("li", { class: this.fresh.has(x.revision) ? "change fresh" : "change" },
      h("button", { class: "row change-head", "data-key": `change/${x.revision}`, "aria-expanded": String(open), onclick: toggle }, icon("chevron"),
        h("span", { class: "row-text" }, h("span", { class: "row-title" }, this.fresh.has(x.revision) ? h("span", { class: "tag tag-new" }, t("changes.fresh")) : null, headline(x)), h("span", { class: "row-facts" }, facts))),
      open ? this.body(this.opened() ?? x) : null);
  }

  private body(x: Told): HTMLElement {
    const boxes = boxesOf(x, this.app.data.current()?.bbox ?? null);
    const all = around(boxes);
    const more = x.total - x.items.length;
    return h("div", { class: "change-body" },
      x.message ? h("p", null, `»${x.message}«`) : null,
      h("ul", { class: "change-counts" }, ...x.counts.map((c) => h("li", null, counted(c)))),
      h("p", { class: "note" }, all ? t("changes.areas", { n: boxes.length }) : t("changes.noAreas")),
      all ? h("button", { class: "button", "data-key": "areas", onclick: () => this.app.map?.reveal(all, true) }, icon("target"), h("span", null, t("details.zoom"))) : null,
      x.items.length ? h("ul", { class: "plain change-items" }, ...x.items.map((item) => changeItem(this.app, item))) : null,
      more > 0 ? h("p", { class: "note" }, t("changes.more", { n: more })) : null);
  }
}

/** The boxes within the municipality; of a change of a whole country the others would hide it. */
function boxesOf(x: Told, home: BBox | null): BBox[] {
  const meets = (b: BBox) => !home || (b[0] <= home[2] && b[2] >= home[0] && b[1] <= home[3] && b[3] >= home[1]);
  const seen = new Set<string>();
  return x.areas.map((a) => a.bbox).filter((b) => meets(b) && !seen.has(String(b)) && seen.add(String(b)));
}

function around(boxes: BBox[]): BBox | null {
  if (!boxes.length) return null;
  const edge = (i: 0 | 1 | 2 | 3, f: (...n: number[]) => number) => f(...boxes.map((b) => b[i]));
  return [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
}

function byDay(list: Told[]): [string, Told[]][] {
  const days = new Map<string, Told[]>();
  for (const x of list) {
    const at = new Date(x.at);
    const day = date(`${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`, language());
    days.set(day, [...(days.get(day) ?? []), x]);
  }
  return [...days];
}

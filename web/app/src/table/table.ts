// The table that slides up from below: whatever is filtered, in any order, with the
// columns one chooses; chosen rows are chosen on the map and the other way round.
import { select, type App } from "../app";
import type { Query } from "../api";
import { h, redraw } from "../dom";
import { filterQuery } from "../filters";
import { money } from "../format";
import { icon } from "../icons";
import { language, t, type Key } from "../i18n";
import { tableHeights, type State } from "../state";
import type { Project } from "../types";
import { columnName, columns as allColumns, shownColumns, turned } from "./columns";
import { fileAddress, fileFormats } from "./files";
import { Grid } from "./grid";
import { Rows } from "./rows";

const step = 12;

export class TablePanel {
  readonly element = h("section", { class: "table", id: "table", hidden: true });
  private readonly handle = h("div", { class: "table-handle", role: "separator", "aria-orientation": "horizontal", tabindex: "0" }, h("span", { class: "sheet-grip" }));
  private readonly bar = h("div", { class: "table-bar" });
  private readonly note = h("p", { class: "message", role: "status", hidden: true });
  private readonly rows: Rows;
  private readonly grid: Grid;
  private shownAs = "";
  /** Chosen in the table itself: then it does not scroll to it. */
  private own = "";
  private menu: "" | "columns" | "files" = "";
  private wholeFile = false;
  private age = 0;
  private drag: { y: number; from: number } | null = null;

  constructor(private readonly app: App) {
    this.rows = new Rows(app.data, app.connection, () => this.arrived());
    this.grid = new Grid(app, this.rows, { choose: (p) => this.choose(p), sort: (key) => this.sort(key) });
    this.element.append(this.handle, this.bar, this.note, this.grid.element);
    this.listen();
    app.data.subscribe(() => this.draw());
    app.facets.subscribe(() => this.drawBar());
    app.connection.onBack(() => this.use(true));
  }

  private listen(): void {
    this.handle.addEventListener("keydown", (e) => {
      const { table } = this.app.store.get();
      const to = { ArrowUp: table + step, ArrowDown: table - step, Home: tableHeights.most, End: tableHeights.least }[e.key];
      if (to === undefined) return;
      e.preventDefault();
      this.resize(to);
    });
    this.handle.addEventListener("pointerdown", (e) => {
      this.handle.setPointerCapture(e.pointerId);
      this.drag = { y: e.clientY, from: this.element.getBoundingClientRect().height };
    });
    this.handle.addEventListener("pointermove", (e) => {
      if (this.drag) document.documentElement.style.setProperty("--table", `${Math.max(80, this.drag.from + this.drag.y - e.clientY)}px`);
    });
    for (const end of ["pointerup", "pointercancel"] as const) {
      this.handle.addEventListener(end, (e) => {
        const drag = this.drag;
        this.drag = null;
        if (!drag || Math.abs(drag.y - e.clientY) < 4) return;
        const share = ((drag.from + drag.y - e.clientY) / innerHeight) * 100;
        if (share < tableHeights.least - 6) this.close();
        else this.resize(share);
      });
    }
    this.element.addEventListener("keydown", (e) => {
      if (e.key !== "Escape") return;
      e.stopPropagation();
      if (this.menu) this.show("");
      else this.close();
    });
  }

  open(): void {
    const { table, sheet } = this.app.store.get();
    if (!table) this.app.store.set({ table: this.app.narrow() ? 70 : tableHeights.usual, sheet: this.app.narrow() ? "low" : sheet });
    this.grid.focus();
  }

  private close(): void {
    this.menu = "";
    this.app.store.set({ table: 0 });
    document.querySelector<HTMLElement>('[data-key="open-table"]')?.focus();
  }

  private resize(share: number): void {
    const table = Math.round(Math.min(tableHeights.most, Math.max(tableHeights.least, share)));
    this.app.store.set({ table }, false);
    this.draw(); // also when nothing changed: a drag may have to go back
  }

  /** Follows the state. */
  draw(): void {
    const state = this.app.store.get();
    const on = state.table > 0 && this.app.data.current() !== undefined;
    this.element.hidden = !on;
    document.documentElement.classList.toggle("with-table", on);
    if (!on) return;
    document.documentElement.style.setProperty("--table", `${state.table}vh`);
    this.element.setAttribute("aria-label", t("table.title"));
    this.handle.setAttribute("aria-label", t("table.height"));
    this.handle.setAttribute("aria-valuenow", String(state.table));
    this.handle.setAttribute("aria-valuemin", String(tableHeights.least));
    this.handle.setAttribute("aria-valuemax", String(tableHeights.most));
    const again = this.age !== this.app.data.age;
    this.age = this.app.data.age;
    this.use(again);
    this.drawGrid(state);
    this.drawBar();
    this.follow(state);
  }

  private query(state: State): Query {
    return { municipality: state.municipality, ...filterQuery(state), sort: state.sort || null };
  }

  private use(again: boolean): void {
    const state = this.app.store.get();
    if (!state.table || !this.app.data.current()) return;
    if (this.rows.use(this.query(state), again)) {
      this.shownAs = "";
      this.grid.element.scrollTop = 0;
      this.rows.want(0, 0);
      this.own = "";
    } else if (again) this.grid.arrived();
  }

  private drawGrid(state: State): void {
    const columns = shownColumns(state.cols, this.app.narrow());
    const as = JSON.stringify([columns.map((c) => c.key), state.sort, state.lang, this.app.mode(), this.app.narrow(), this.query(state)]);
    if (as === this.shownAs) return;
    this.shownAs = as;
    this.grid.draw(columns, state.sort, chosenKey(state));
  }

  private arrived(): void {
    this.note.textContent = this.rows.error || (this.rows.ready && !this.rows.total ? t("table.none") : "");
    this.note.hidden = !this.note.textContent;
    this.grid.arrived();
  }

  /** A selection from elsewhere: its row comes into view. */
  private follow(state: State): void {
    const chosen = chosenKey(state);
    this.grid.mark(chosen);
    if (!chosen || chosen === this.own || state.selection?.kind !== "project") {
      if (!chosen) this.own = "";
      return;
    }
    this.own = chosen;
    const { municipality, code } = state.selection;
    void this.rows.find(municipality, code).then((index) => {
      if (index === null || chosenKey(this.app.store.get()) !== chosen) return;
      this.grid.arrived();
      this.grid.goTo(index);
    });
  }

  private choose(p: Project): void {
    this.own = `${p.municipality}:${p.code}`;
    select(this.app, { kind: "project", municipality: p.municipality, code: p.code });
  }

  private sort(key: string): void {
    const sort = turned(this.app.store.get().sort, key);
    this.app.store.set({ sort });
    if (sort) this.app.announce(t(sort.startsWith("-") ? "table.sortedDown" : "table.sortedUp", { name: columnName(key) }));
  }

  private show(menu: "" | "columns" | "files"): void {
    const was = this.menu;
    this.menu = menu === was ? "" : menu;
    this.drawBar();
    if (!this.menu && was) this.bar.querySelector<HTMLElement>(`[data-key="table/${was}"]`)?.focus();
    else this.bar.querySelector<HTMLElement>(".table-menu input, .table-menu a")?.focus();
  }

  private drawBar(): void {
    const state = this.app.store.get();
    if (!state.table) return;
    const button = (key: string, name: "up" | "down" | "close", label: Key, press: () => void) =>
      h("button", { class: "icon-button", "data-key": key, title: t(label), "aria-label": t(label), onclick: press }, icon(name));
    const menu = (name: "columns" | "files", label: Key, content: () => HTMLElement) => h("div", { class: "table-choice" },
      h("button", { class: "button quiet", "aria-expanded": String(this.menu === name), "data-key": `table/${name}`, onclick: () => this.show(name) }, t(label), icon("chevron")),
      this.menu === name ? content() : null);
    redraw(this.bar,
      h("h2", { class: "table-title" }, t("table.title")), this.totals(),
      h("div", { class: "table-tools" },
        menu("columns", "table.columns", () => this.columnMenu(state)), menu("files", "table.download", () => this.fileMenu(state)),
        button("table/up", "up", "table.taller", () => this.resize(state.table + step)), button("table/down", "down", "table.lower", () => this.resize(state.table - step)),
        button("table/close", "close", "table.close", () => this.close())));
  }

  private totals(): HTMLElement {
    const a = this.app.facets.answer;
    if (!a) return h("p", { class: "table-totals" }, t("app.loading"));
    const sum = a.amount_cents === null ? t("table.noSum") : t("table.sum", { sum: money(a.amount_cents, language()) });
    const without = a.without_amount && a.amount_cents !== null ? t("table.without", { n: a.without_amount, total: a.projects }) : "";
    return h("p", { class: "table-totals", role: "status" }, h("strong", null, t("projects.count", { n: a.projects })), ...(a.projects ? [` · ${sum}`, without ? ` · ${without}` : ""] : []));
  }

  private columnMenu(state: State): HTMLElement {
    const shown = shownColumns(state.cols, this.app.narrow()).map((c) => c.key);
    const press = (key: string) => {
      const next = shown.includes(key) ? shown.filter((k) => k !== key) : [...shown, key];
      this.app.store.set({ cols: allColumns.map((c) => c.key).filter((k) => next.includes(k)) });
    };
    const boxes = allColumns.map((c) => h("li", null, h("label", { class: "filter-box" },
      h("input", { type: "checkbox", "data-key": `col/${c.key}`, checked: shown.includes(c.key), disabled: c.key === "code" || c.key === "title", onchange: () => press(c.key) }), h("span", null, columnName(c.key)))));
    return h("div", { class: "table-menu card", role: "group", "aria-label": t("table.columns") }, h("ul", { class: "table-columns" }, ...boxes),
      state.cols ? h("button", { class: "link", "data-key": "cols/usual", onclick: () => this.app.store.set({ cols: null }) }, t("table.usual")) : null);
  }

  private fileMenu(state: State): HTMLElement {
    const columns = this.wholeFile ? null : shownColumns(state.cols, this.app.narrow());
    const kind = (whole: boolean, label: Key) => h("label", { class: "filter-box" },
      h("input", { type: "radio", name: "file-columns", "data-key": `file/${whole ? "all" : "shown"}`, checked: this.wholeFile === whole, onchange: () => {
        this.wholeFile = whole;
        this.drawBar();
      } }), h("span", null, t(label)));
    return h("div", { class: "table-menu card", role: "group", "aria-label": t("table.download") },
      h("p", { class: "row-facts" }, t("table.downloadNote")),
      h("div", { role: "radiogroup", "aria-label": t("table.columns") }, kind(false, "table.shown"), kind(true, "table.all")),
      h("ul", { class: "table-files" }, ...fileFormats.map((f) => h("li", null, h("a", { href: fileAddress(f, this.query(state), columns, state.lang), download: "", "data-key": `file/${f}` }, t(`table.${f}` as Key))))));
  }
}

const chosenKey = (state: State): string => (state.selection?.kind === "project" ? `${state.selection.municipality}:${state.selection.code}` : "");

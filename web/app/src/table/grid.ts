// The grid itself: a head, and as many rows as fit, moved and filled anew while one
// scrolls. Keyboard and screen reader meet the pattern of a grid: one cell has the
// focus, arrows move it, the numbers of all rows are told though few exist.
import { h } from "../dom";
import { icon } from "../icons";
import { t } from "../i18n";
import type { App } from "../app";
import type { Project } from "../types";
import { columnName, type Column } from "./columns";
import type { Rows } from "./rows";

/** The tallest element that browsers lay out; beyond it a pixel of scrolling is more than a pixel of rows. */
const tallest = 8_000_000;
const ahead = 8;

export interface GridActions {
  choose(p: Project): void;
  sort(key: string): void;
}

export class Grid {
  readonly element = h("div", { class: "grid", role: "grid", tabindex: "-1" });
  private readonly head = h("div", { class: "grid-head", role: "row", "aria-rowindex": "1" });
  private readonly space = h("div", { class: "grid-space", role: "presentation" });
  private readonly rows = new Map<number, HTMLElement>();
  private columns: Column[] = [];
  private sort = "";
  private chosen = "";
  /** The cell with the focus; row −1 is the head. */
  private at = { row: -1, column: 0 };
  private frame = 0;
  private rest = 0;

  constructor(
    private readonly app: App,
    private readonly list: Rows,
    private readonly actions: GridActions,
  ) {
    this.element.append(this.head, h("div", { class: "grid-body", role: "rowgroup" }, this.space));
    this.element.addEventListener("scroll", () => this.soon(), { passive: true });
    this.element.addEventListener("keydown", (e) => this.key(e));
    this.element.addEventListener("click", (e) => this.click(e));
    new ResizeObserver(() => this.soon()).observe(this.element);
  }

  private get rowHeight(): number {
    return this.app.narrow() ? 44 : 34;
  }

  /** Draws everything anew: other columns, another order, another list. */
  draw(columns: Column[], sort: string, chosen: string): void {
    this.columns = columns;
    this.sort = sort;
    this.chosen = chosen;
    this.at.column = Math.min(this.at.column, columns.length - 1);
    const focused = this.element.contains(document.activeElement);
    this.element.setAttribute("aria-label", t("table.label"));
    this.element.setAttribute("aria-colcount", String(columns.length));
    const width = (c: Column) => Math.round(c.width * (this.app.narrow() ? 0.82 : 1));
    this.element.style.setProperty("--columns", columns.map((c) => (c.grows ? `minmax(${width(c)}px, 1fr)` : `${width(c)}px`)).join(" "));
    this.element.style.setProperty("--width", `${columns.reduce((n, c) => n + width(c), 0)}px`);
    this.drawHead();
    for (const row of this.rows.values()) row.remove();
    this.rows.clear();
    this.fill();
    if (focused) this.focus(false);
  }

  private drawHead(): void {
    const cells = this.columns.map((c, i) => {
      const up = this.sort === c.key;
      const down = this.sort === `-${c.key}`;
      return h("div", {
        role: "columnheader", class: c.number ? "cell number" : "cell", "aria-colindex": i + 1, "aria-sort": up ? "ascending" : down ? "descending" : "none", "data-column": i,
        tabindex: this.at.row === -1 && this.at.column === i ? "0" : "-1",
      }, h("span", { class: "cell-text" }, columnName(c.key)), up ? icon("up") : down ? icon("down") : null);
    });
    this.head.replaceChildren(...cells);
  }

  /** Something arrived: the rows in view are filled, the rest is measured anew. */
  arrived(): void {
    this.at.row = Math.min(this.at.row, Math.max(-1, this.list.total - 1));
    for (const [index, row] of this.rows) if (row.dataset.empty || row.dataset.code !== this.codeOf(index)) this.drop(index, row);
    this.fill();
  }

  private drop(index: number, row: HTMLElement): void {
    if (row.contains(document.activeElement)) this.head.querySelector<HTMLElement>("[data-column]")?.focus({ preventScroll: true }), (this.refocus = true);
    row.remove();
    this.rows.delete(index);
  }

  private refocus = false;

  private codeOf(index: number): string | undefined {
    const p = this.list.at(index);
    return p && `${p.municipality}:${p.code}`;
  }

  private soon(): void {
    if (!this.frame) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.fill();
      });
    }
  }

  private get full(): number {
    return this.list.total * this.rowHeight;
  }

  /** How many pixels of rows are above the view. */
  private get above(): number {
    const { scrollTop, clientHeight } = this.element;
    const height = Math.min(this.full, tallest);
    const room = clientHeight - this.rowHeight;
    return this.full <= tallest || height <= room ? scrollTop : (scrollTop / (height - room)) * (this.full - room);
  }

  /** Makes the rows that are in view, and takes away those that are not. */
  private fill(): void {
    const { list } = this;
    this.element.setAttribute("aria-rowcount", String(list.ready ? list.total + 1 : -1));
    this.space.style.setProperty("height", `${Math.min(this.full, tallest)}px`);
    const top = this.above;
    const shift = top - this.element.scrollTop;
    const first = Math.max(0, Math.floor(top / this.rowHeight) - ahead);
    const last = Math.min(list.total - 1, Math.ceil((top + this.element.clientHeight) / this.rowHeight) + ahead);
    for (const [index, row] of this.rows) {
      if ((index < first || index > last) && index !== this.at.row) this.drop(index, row);
    }
    for (let i = first; i <= last; i++) {
      const row = this.rows.get(i) ?? this.make(i);
      row.style.setProperty("transform", `translateY(${Math.round(i * this.rowHeight - shift)}px)`);
    }
    if (this.refocus) {
      this.refocus = false;
      this.focus(false);
    }
    clearTimeout(this.rest); // while one scrolls fast, nothing is asked that has passed before it comes
    this.rest = window.setTimeout(() => list.want(first, Math.max(first, last)), list.ready ? 60 : 0);
  }

  private make(index: number): HTMLElement {
    const p = this.list.at(index);
    const code = this.codeOf(index);
    const cells = this.columns.map((c, i) => h("div", {
      role: "gridcell", class: c.number ? "cell number" : "cell", "aria-colindex": i + 1, "data-column": i, tabindex: this.at.row === index && this.at.column === i ? "0" : "-1",
    }, p ? shown(c.cell(this.app, p)) : i === 0 ? "…" : ""));
    const row = h("div", { role: "row", class: index % 2 ? "grid-row odd" : "grid-row", "aria-rowindex": index + 2, "aria-selected": String(code !== undefined && code === this.chosen), "data-row": index, "data-code": code ?? null, "data-empty": p ? null : "1" }, ...cells);
    this.rows.set(index, row);
    const next = [...this.rows.keys()].filter((i) => i > index).sort((a, b) => a - b)[0]; // in the order in which they are read aloud
    this.space.insertBefore(row, next === undefined ? null : (this.rows.get(next) ?? null));
    return row;
  }

  /** Marks another project as chosen. */
  mark(chosen: string): void {
    this.chosen = chosen;
    for (const row of this.rows.values()) row.setAttribute("aria-selected", String(row.dataset.code === chosen && chosen !== ""));
  }

  /** Scrolls until a row is in view. */
  show(index: number): void {
    const { clientHeight } = this.element;
    const room = clientHeight - this.rowHeight; // below the head
    const top = index * this.rowHeight;
    const now = this.above;
    if (top >= now && top + this.rowHeight <= now + room) return;
    const wanted = Math.max(0, Math.min(this.full - room, top < now ? top - this.rowHeight : top - room + 2 * this.rowHeight));
    const height = Math.min(this.full, tallest);
    this.element.scrollTop = this.full <= tallest ? wanted : (wanted / (this.full - room)) * (height - room);
    this.fill();
  }

  /** Puts the keyboard to a row. */
  goTo(row: number): void {
    this.move(row, this.at.column, false);
  }

  focus(scroll = true): void {
    const cell = this.cell();
    if (scroll && this.at.row >= 0) this.show(this.at.row);
    (this.cell() ?? cell)?.focus({ preventScroll: this.at.row >= 0 });
  }

  private cell(): HTMLElement | null {
    const row = this.at.row < 0 ? this.head : this.rows.get(this.at.row);
    return row?.querySelector<HTMLElement>(`[data-column="${this.at.column}"]`) ?? null;
  }

  private move(row: number, column: number, focus = true): void {
    this.cell()?.setAttribute("tabindex", "-1");
    this.at = { row: Math.max(-1, Math.min(this.list.total - 1, row)), column: Math.max(0, Math.min(this.columns.length - 1, column)) };
    if (this.at.row >= 0) this.show(this.at.row);
    if (this.at.row >= 0 && !this.rows.has(this.at.row)) this.fill();
    const cell = this.cell();
    cell?.setAttribute("tabindex", "0");
    if (focus) cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private key(e: KeyboardEvent): void {
    const { row, column } = this.at;
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.rowHeight) - 2);
    const far = e.ctrlKey || e.metaKey;
    const steps: Record<string, [number, number]> = {
      ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1],
      PageDown: [row + page, column], PageUp: [Math.max(0, row - page), column], Home: [far ? 0 : row, 0], End: [far ? this.list.total - 1 : row, this.columns.length - 1],
    };
    const to = steps[e.key];
    if (to) {
      e.preventDefault();
      this.move(to[0], to[1]);
    } else if (e.key === "Enter" || e.key === " ") {
      e.preventDefault();
      this.act(row, column);
    }
  }

  private act(row: number, column: number): void {
    const c = this.columns[column];
    const p = this.list.at(row);
    if (row < 0 && c) this.actions.sort(c.key);
    else if (p) this.actions.choose(p);
  }

  private click(e: MouseEvent): void {
    const cell = (e.target as Element).closest<HTMLElement>("[data-column]");
    if (!cell) return;
    const row = cell.closest<HTMLElement>("[data-row]")?.dataset.row;
    this.move(row === undefined ? -1 : Number(row), Number(cell.dataset.column));
    this.act(this.at.row, this.at.column);
  }
}

/** Text in an element of its own, which can end in an ellipsis and says the whole when pointed at. */
const shown = (cell: string | HTMLElement): HTMLElement => {
  const el = typeof cell === "string" ? h("span", null, cell) : cell;
  if ((el.textContent?.length ?? 0) > 18) el.title = el.textContent ?? "";
  return el;
};

// The panel of projects: filters with counts, and the list as the tree it is:
// themes → measures → groups → projects. A branch reads its projects when it is
// opened, so that a country's list opens as fast as a village's.
import { select, themeColor, type App } from "./app";
import { h, redraw } from "./dom";
import { FilterPanel } from "./filter-panel";
import { active, cleared, filterQuery } from "./filters";
import { byCode, moneyShort, nbsp } from "./format";
import { icon } from "./icons";
import { language, pick, t, term, titled } from "./i18n";
import { ProjectLists, type Part } from "./project-lists";
import { symbolSVG } from "./symbols";
import type { Query } from "./api";
import type { Project, Theme } from "./types";

interface Node {
  project: Project;
  children: Node[];
}

/** Up to how many projects the list is shown opened. */
const few = 120;

/** Enough for the few and the groups above them. */
const whole = 500;

export class ProjectsPanel {
  readonly element = h("div", { class: "projects" });
  /** What the reader opened or closed, by key; the rest follows the filters. */
  private readonly opened = new Map<string, boolean>();
  private readonly filters: FilterPanel;
  private readonly lists: ProjectLists;
  private readonly body = h("div", { class: "project-body" });
  /** Says what is waited for, in a place of its own: what comes after it appears where it stays and moves nothing. */
  private readonly waiting = h("p", { class: "message" });

  constructor(private readonly app: App) {
    this.filters = new FilterPanel(app);
    this.lists = new ProjectLists(app.data, app.connection, () => this.drawList());
    this.element.append(this.waiting, this.filters.element, this.body);
    app.data.subscribe(() => this.draw());
    app.facets.subscribe(() => this.arrive());
  }

  draw(): void {
    if (!this.ready()) return;
    this.filters.draw();
    this.drawList();
  }

  /** What was counted: the filters follow it by themselves. */
  private arrive(): void {
    if (this.ready()) this.drawList();
  }

  /** Shows the filters and the list as soon as both have their numbers; whether they do. */
  private ready(): boolean {
    const { data, facets } = this.app;
    const chosen = Boolean(data.current()) && !data.loading;
    const ready = chosen && Boolean(facets.answer || facets.error);
    this.filters.element.hidden = this.body.hidden = !ready;
    this.waiting.textContent = data.error || (data.loading || chosen ? t("app.loading") : "");
    this.waiting.hidden = ready || !this.waiting.textContent;
    return ready;
  }

  private drawList(): void {
    const { facets, data } = this.app;
    const municipality = data.current();
    if (!municipality || !this.ready()) return;
    if (!facets.answer) redraw(this.body, h("p", { class: "message" }, facets.error));
    else redraw(this.body, this.summary(), this.list(municipality.themes));
  }

  private summary(): HTMLElement {
    const state = this.app.store.get();
    const { projects: n = 0, all_projects: total = 0, without_amount: without = 0 } = this.app.facets.answer ?? {};
    const text = active(state) ? t("projects.ofTotal", { n, total }) : t("projects.count", { n: total });
    const clear = active(state) ? h("button", { class: "link", "data-key": "clear", onclick: () => this.app.store.set(cleared) }, t("projects.clear")) : null;
    const table = state.table ? null : h("button", { class: "link", "data-key": "open-table", onclick: () => this.app.openTable() }, t("table.open"));
    return h("div", { class: "summary" },
      h("p", { role: "status" }, h("strong", null, text), without ? `${nbsp}· ${t("projects.without", { n: without })}` : ""),
      h("span", { class: "summary-actions" }, table, clear));
  }

  private list(themes: Theme[]): HTMLElement {
    const state = this.app.store.get();
    const n = this.app.facets.answer?.projects ?? 0;
    if (!n) return h("p", { class: "message" }, this.app.facets.answer?.all_projects ? t("projects.none") : t("projects.empty"));
    const all = n <= few && active(state) ? this.lists.get(this.query({}), whole) : null;
    const known = new Set(themes.map((x) => x.code));
    const none: Theme = { code: "none", name: { sl: t("projects.noTheme"), en: t("projects.noTheme") }, kind: "theme", color: null, measures: [] };
    const parts = [...themes, ...(known.has("none") ? [] : [none])].map((x) => this.theme(x, all));
    return h("ul", { class: "tree", id: "project-list", "aria-label": t("projects.heading"), "aria-busy": all?.loading ? "true" : null }, ...parts);
  }

  /** The question of a branch, under the filters in effect. */
  private query(own: { theme?: string; measure?: string }): Query {
    const state = this.app.store.get();
    const chosen = { theme: own.theme ? [own.theme] : state.theme, measure: own.measure ? [own.measure] : state.measure };
    return { municipality: state.municipality, ...filterQuery({ ...state, ...chosen }) };
  }

  /** The measures of a theme that the filters let through, with their counts. */
  private measures(theme: Theme): { code: string; n: number }[] {
    const { measure, theme: chosen } = this.app.store.get();
    const { facets } = this.app;
    const list = theme.measures.map((m) => ({ code: m.code, n: facets.count("measure", m.code) })).filter((m) => m.n && (!measure.length || measure.includes(m.code)));
    const rest = facets.count("theme", theme.code) - theme.measures.reduce((sum, m) => sum + facets.count("measure", m.code), 0);
    if (rest > 0 && (!measure.length || measure.includes("none"))) list.push({ code: "none", n: rest });
    return !chosen.length || chosen.includes(theme.code) ? list : [];
  }

  private theme(theme: Theme, all: Part | null): HTMLElement | null {
    const measures = this.measures(theme);
    const n = measures.reduce((sum, m) => sum + m.n, 0);
    if (!n) return null;
    const color = themeColor(this.app, this.app.store.get().municipality, theme.code);
    const content = () =>
      measures.map(({ code, n: count }) => {
        const listed = () => (all ? this.nodes(tree(all.items.filter((p) => (p.theme ?? "none") === theme.code && (p.measure ?? "none") === code))) : this.pages(theme.code, code));
        const inner = () => [this.only(code), ...listed()];
        if (code === "none" && measures.length === 1) return h("li", null, h("ul", null, ...inner()));
        const name = code === "none" ? t("projects.noMeasure") : pick(theme.measures.find((m) => m.code === code)?.name);
        return this.branch(`m/${theme.code}/${code}`, "measure", [code === "none" ? null : h("span", { class: "code" }, code), h("span", { class: "name" }, name)], count, all !== null, inner);
      });
    const bar = h("span", { class: "theme-bar", style: { "background-color": color } });
    return this.branch(`t/${theme.code}`, "theme", [bar, theme.code === "none" ? null : h("span", { class: "code" }, theme.code), h("span", { class: "name" }, pick(theme.name))], n, all !== null, content);
  }

  /** Opening a measure lists its projects; the map shows it alone only when one asks for that. */
  private only(measure: string): HTMLElement | null {
    const { store } = this.app;
    const now = store.get();
    if (measure === "none" || (now.measure.length === 1 && now.measure[0] === measure && !now.theme.length)) return null;
    return h("li", { class: "tree-only" }, h("button", { class: "link", "data-key": `only/${measure}`, onclick: () => store.set({ theme: [], measure: [measure] }) }, t("projects.onlyMeasure")));
  }

  /** What was read of a branch, and a way to more. */
  private pages(theme: string, measure: string): (HTMLElement | null)[] {
    const query = this.query({ theme, measure });
    const part = this.lists.get(query);
    const left = part.total - part.items.length;
    return [
      ...this.nodes(tree(part.items)),
      part.error ? h("li", { class: "message" }, part.error) : null,
      part.loading && !part.items.length ? h("li", { class: "message" }, t("app.loading")) : null,
      left > 0 ? h("li", { class: "tree-more" }, h("button", { class: "link", "data-key": `more/${theme}/${measure}`, onclick: () => this.lists.more(query) }, t("projects.more", { n: left }))) : null,
    ];
  }

  /** A row that opens: a button, and below it a list that is made when it is open. */
  private branch(key: string, kind: string, head: (Element | null)[], count: number, open: boolean, content: () => (HTMLElement | null)[]): HTMLElement {
    const now = this.opened.get(key) ?? open;
    const toggle = () => {
      this.opened.set(key, !now);
      this.drawList();
    };
    return h(
      "li",
      { class: `branch ${kind}` },
      h("button", { class: "branch-head", "aria-expanded": String(now), "data-key": key, onclick: toggle }, icon("chevron"), ...head, h("span", { class: "count" }, count)),
      now ? h("ul", null, ...content()) : null,
    );
  }

  private nodes(nodes: Node[]): (HTMLElement | null)[] {
    return nodes.map(({ project, children }) => {
      if (!children.length) return project.is_group ? null : this.row(project);
      const head = [h("span", { class: "code" }, project.code), h("span", { class: "name" }, titled(project))];
      return this.branch(`g/${project.code}`, "group", head, leaves(children), active(this.app.store.get()), () => this.nodes(children));
    });
  }

  private row(p: Project): HTMLElement {
    const { selection } = this.app.store.get();
    const chosen = selection?.kind === "project" && selection.code === p.code && selection.municipality === p.municipality;
    const horizon = p.horizon && p.horizon !== "none" ? term("horizon", p.horizon) : "";
    const scope = p.scope === "municipality" ? t("scope.municipality") : p.scope === "unplaced" ? t("scope.unplaced") : p.located ? "" : t("projects.notOnMap");
    const facts = [term("status", p.status), horizon, scope, p.amount_cents !== null ? moneyShort(p.amount_cents, language()) : ""];
    return h(
      "li",
      null,
      h(
        "button",
        { class: "row", "aria-current": chosen ? "true" : null, "data-key": `p/${p.code}`, onclick: () => this.choose(p) },
        symbolSVG(themeColor(this.app, p.municipality, p.theme), p.status, p.strategic, this.app.mode()),
        h("span", { class: "row-text" },
          h("span", { class: "row-title" }, h("span", { class: "code" }, p.code), " ", titled(p)),
          h("span", { class: "row-facts" }, facts.filter(Boolean).join(" · "))),
      ),
    );
  }

  private choose(p: Project): void {
    select(this.app, { kind: "project", municipality: p.municipality, code: p.code });
  }
}

/** How many projects are below; a group that nothing of is listed counts nothing. */
const leaves = (nodes: Node[]): number => nodes.reduce((n, x) => n + (x.children.length ? leaves(x.children) : x.project.is_group ? 0 : 1), 0);

/** Projects by what `parent` holds: a code or an id. */
function index(projects: Project[]): (parent: Project["parent"]) => Project | undefined {
  const by = new Map<string | number, Project>();
  for (const p of projects) by.set(p.code, p).set(p.id, p);
  return (parent) => (parent === null || parent === undefined ? undefined : by.get(parent));
}

/** The tree of a list, each level by code. */
export function tree(projects: Project[]): Node[] {
  const nodes = new Map(projects.map((p) => [p, { project: p, children: [] as Node[] }]));
  const parents = index(projects);
  const roots: Node[] = [];
  for (const node of nodes.values()) {
    const up = parents(node.project.parent);
    (up && up !== node.project ? (nodes.get(up)?.children ?? roots) : roots).push(node);
  }
  const sort = (list: Node[]): Node[] => {
    list.sort((a, b) => byCode(a.project.code, b.project.code));
    list.forEach((n) => sort(n.children));
    return list;
  };
  return sort(roots);
}

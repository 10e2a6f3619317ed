// The panel of projects: filters with counts, and the list as the tree it is:
// themes → measures → groups → projects.
import { select, themeColor, type App } from "./app";
import { h, redraw } from "./dom";
import { active, cleared, counts, passes, toggled } from "./filters";
import { byCode, moneyShort, nbsp } from "./format";
import { icon } from "./icons";
import { language, pick, t, term, titled } from "./i18n";
import type { FilterKey } from "./state";
import { statuses, symbolSVG } from "./symbols";
import type { Project, Theme } from "./types";

const horizons = ["2030", "2035", "2030+2035", "none"];

interface Node {
  project: Project;
  children: Node[];
}

export class ProjectsPanel {
  readonly element = h("div", { class: "projects" });
  /** What the reader opened or closed, by key; the rest follows the filters. */
  private readonly opened = new Map<string, boolean>();

  /** Few enough to be shown opened. */
  private few = false;
  private filtersOpen: boolean | null = null;

  constructor(private readonly app: App) {
    app.data.subscribe(() => this.draw());
  }

  draw(): void {
    const { data } = this.app;
    const municipality = data.current();
    if (!municipality || (data.error && !data.projects.length)) {
      redraw(this.element, data.error ? h("p", { class: "message" }, data.error) : null);
      return;
    }
    if (data.loading && !data.projects.length) {
      redraw(this.element, h("p", { class: "message" }, t("app.loading")));
      return;
    }
    redraw(this.element, this.filters(municipality.themes), this.summary(), this.list(municipality.themes));
  }

  private filters(themes: Theme[]): HTMLElement {
    const state = this.app.store.get();
    const colored = (code: string, status: string) => symbolSVG(themeColor(this.app, state.municipality, code), status, false, this.app.mode());
    const theme = this.chips("theme", t("projects.theme"), themes.map((x) => x.code), (code) => ({
      mark: colored(code, "realised"), label: code, title: pick(themes.find((x) => x.code === code)?.name),
    }));
    const status = this.chips("status", t("projects.status"), [...statuses], (v) => ({ mark: colored("", v), label: term("status", v), title: "" }));
    const horizon = this.chips("horizon", t("projects.horizon"), horizons, (v) => ({ mark: null, label: term("horizon", v), title: "" }), this.strategic());
    const open = this.filtersOpen ?? !this.app.narrow();
    return h("details", { class: "filters", open, ontoggle: (e: Event) => (this.filtersOpen = (e.target as HTMLDetailsElement).open) },
      h("summary", { "data-key": "filters" }, t("projects.filters")), theme, status, horizon);
  }

  private chips(
    key: FilterKey, name: string, values: string[],
    look: (v: string) => { mark: Element | null; label: string; title: string }, extra: HTMLElement | null = null,
  ): HTMLElement | null {
    const state = this.app.store.get();
    const n = counts(this.app.data.projects, state, key);
    const shown = values.filter((v) => n.has(v) || state[key].includes(v));
    if (!shown.length) return null;
    const id = `filter-${key}`;
    const chips = shown.map((v) => {
      const { mark, label, title } = look(v);
      const on = state[key].includes(v);
      const count = n.get(v) ?? 0;
      return h(
        "button",
        {
          class: "chip", "aria-pressed": String(on), "data-key": `${key}/${v}`, title: title || null,
          "aria-label": title ? `${label} ${title}, ${t("projects.count", { n: count })}` : null,
          onclick: () => this.app.store.set({ [key]: toggled(state[key], v) }),
        },
        mark, h("span", null, label), h("span", { class: "count" }, count),
      );
    });
    return h("div", { class: "filter", role: "group", "aria-labelledby": id }, h("div", { class: "filter-name", id }, name), h("div", { class: "chips" }, ...chips, extra));
  }

  private strategic(): HTMLElement | null {
    const state = this.app.store.get();
    const n = this.app.data.projects.filter((p) => p.strategic && !p.is_group && passes(p, state, "strategic")).length;
    if (!n && !state.strategic) return null;
    const mark = symbolSVG(themeColor(this.app, "", null), "realised", true, this.app.mode());
    return h(
      "button",
      { class: "chip", "aria-pressed": String(state.strategic), "data-key": "strategic", onclick: () => this.app.store.set({ strategic: !state.strategic }) },
      mark, h("span", null, t("projects.strategic")), h("span", { class: "count" }, n),
    );
  }

  private summary(): HTMLElement {
    const state = this.app.store.get();
    const all = this.app.data.projects.filter((p) => !p.is_group);
    const shown = all.filter((p) => passes(p, state));
    const without = shown.filter((p) => p.amount_cents === null).length;
    const text = active(state) ? t("projects.ofTotal", { n: shown.length, total: all.length }) : t("projects.count", { n: all.length });
    const clear = active(state) ? h("button", { class: "link", "data-key": "clear", onclick: () => this.app.store.set(cleared) }, t("projects.clear")) : null;
    return h(
      "div",
      { class: "summary" },
      h("p", { role: "status" }, h("strong", null, text), without ? `${nbsp}· ${t("projects.without", { n: without })}` : ""),
      clear,
    );
  }

  private list(themes: Theme[]): HTMLElement {
    const state = this.app.store.get();
    const kept = keepWithAncestors(this.app.data.projects, (p) => passes(p, state) && !p.is_group, !active(state));
    this.few = leaves(kept) <= 120;
    if (!kept.length) return h("p", { class: "message" }, this.app.data.projects.length ? t("projects.none") : t("projects.empty"));
    const known = new Set(themes.map((x) => x.code));
    const parts = themes.map((x) => this.theme(x, kept.filter((p) => p.theme === x.code)));
    const rest = kept.filter((p) => !p.theme || !known.has(p.theme));
    const none: Theme = { code: "", name: { sl: t("projects.noTheme"), en: t("projects.noTheme") }, kind: "theme", color: null, measures: [] };
    return h("ul", { class: "tree", id: "project-list", "aria-label": t("projects.heading") }, ...parts, rest.length ? this.theme(none, rest) : null);
  }

  private theme(theme: Theme, projects: Project[]): HTMLElement | null {
    if (!projects.length) return null;
    const { municipality } = this.app.store.get();
    const color = themeColor(this.app, municipality, theme.code);
    const codes = [...new Set(projects.map((p) => p.measure ?? ""))].sort(byCode);
    const content = () =>
      codes.map((code) => {
        const here = projects.filter((p) => (p.measure ?? "") === code);
        const measure = theme.measures.find((m) => m.code === code);
        if (!measure && codes.length === 1) return h("li", null, h("ul", null, ...this.nodes(tree(here))));
        const name = measure ? pick(measure.name) : t("projects.noMeasure");
        return this.branch(`m/${theme.code}/${code}`, "measure", [h("span", { class: "code" }, code), h("span", { class: "name" }, name)], leaves(here), () => this.nodes(tree(here)));
      });
    const bar = h("span", { class: "theme-bar", style: { "background-color": color } });
    return this.branch(`t/${theme.code}`, "theme", [bar, h("span", { class: "code" }, theme.code), h("span", { class: "name" }, pick(theme.name))], leaves(projects), content);
  }

  /** A row that opens: a button, and below it a list that is made when it is open. */
  private branch(key: string, kind: string, head: Element[], count: number, content: () => (HTMLElement | null)[]): HTMLElement {
    const filtered = active(this.app.store.get());
    const open = this.opened.get(key) ?? (filtered && this.few);
    const toggle = () => {
      this.opened.set(key, !open);
      this.draw();
    };
    return h(
      "li",
      { class: `branch ${kind}` },
      h("button", { class: "branch-head", "aria-expanded": String(open), "data-key": key, onclick: toggle }, icon("chevron"), ...head, h("span", { class: "count" }, count)),
      open ? h("ul", null, ...content()) : null,
    );
  }

  private nodes(nodes: Node[]): (HTMLElement | null)[] {
    return nodes.map(({ project, children }) => {
      if (!children.length) return this.row(project);
      const head = [h("span", { class: "code" }, project.code), h("span", { class: "name" }, titled(project))];
      return this.branch(`g/${project.code}`, "group", head, leaves(flatten(children)), () => this.nodes(children));
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
    if (p.bbox) this.app.map?.reveal(p.bbox);
  }
}

const leaves = (projects: Project[]) => projects.filter((p) => !p.is_group).length;
const flatten = (nodes: Node[]): Project[] => nodes.flatMap((n) => [n.project, ...flatten(n.children)]);

/** Those that pass and the groups above them; with everything, groups without children as well. */
function keepWithAncestors(projects: Project[], pass: (p: Project) => boolean, all: boolean): Project[] {
  if (all) return projects;
  const kept = new Set(projects.filter(pass));
  const parents = index(projects);
  for (const p of [...kept]) {
    for (let up = parents(p.parent); up && !kept.has(up); up = parents(up.parent)) kept.add(up);
  }
  return projects.filter((p) => kept.has(p));
}

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

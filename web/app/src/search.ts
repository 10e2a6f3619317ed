// The search box: a combobox over /api/v1/search, results grouped and reachable by keyboard.
import * as api from "./api";
import { select, themeColor, type App } from "./app";
import { nowhere } from "./detail-parts";
import { debounce, h } from "./dom";
import { cleared } from "./filters";
import { icon } from "./icons";
import { pick, t, term, type Key } from "./i18n";
import { marked } from "./search-marks";
import { symbolSVG } from "./symbols";
import type { Hit, Hits } from "./types";

type GroupName = "places" | "projects" | "measures" | "documents" | "others";

/** An entry of the list: something found, or all projects with the words. */
type Option = { hit: Hit } | { q: string };

export class Search {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private options: Option[] = [];
  private asked = "";
  private active = -1;
  private request: AbortController | null = null;

  constructor(private readonly app: App) {
    this.list = h("div", { id: "search-list", class: "search-list", role: "listbox", hidden: true });
    this.input = h("input", {
      type: "search", class: "search-input", role: "combobox", autocomplete: "off", spellcheck: "false", enterkeyhint: "search",
      "aria-controls": "search-list", "aria-expanded": "false", "aria-autocomplete": "list",
    });
    const soon = debounce(160, () => void this.ask());
    this.input.addEventListener("input", soon);
    this.input.addEventListener("focus", () => this.options.length && this.open(true));
    this.input.addEventListener("keydown", (e) => this.key(e));
    this.element = h("div", { class: "search", role: "search" }, icon("search"), this.input, this.list);
    this.element.addEventListener("focusout", (e) => !this.element.contains(e.relatedTarget as Node | null) && this.open(false));
    this.translate();
  }

  translate(): void {
    this.input.setAttribute("aria-label", t("search.label"));
    this.input.placeholder = t("search.placeholder");
    this.list.setAttribute("aria-label", t("search.label"));
    if (this.options.length) this.show();
  }

  private async ask(): Promise<void> {
    const q = this.input.value.trim();
    this.request?.abort();
    if (!q) {
      this.options = [];
      this.open(false);
      return;
    }
    const request = (this.request = new AbortController());
    try {
      const found = await api.search(q, this.app.store.get().municipality, request.signal);
      this.options = listed(found, q);
      this.asked = q;
      this.active = this.options.length ? 0 : -1;
      this.show();
      this.app.announce(found.total ? t("search.found", { n: found.total }) : t("search.none", { q }));
    } catch (err) {
      if (request.signal.aborted) return;
      this.list.replaceChildren(h("p", { class: "search-none" }, this.app.connection.words(err)));
      this.open(true);
    }
  }

  private show(): void {
    this.list.replaceChildren();
    this.list.dataset.asked = this.asked; // which words it answers: more may have been typed since
    if (!this.options.length) this.list.append(h("p", { class: "search-none" }, t("search.none", { q: this.input.value.trim() })));
    let group = "";
    let box: HTMLElement = this.list;
    this.options.forEach((option, i) => {
      const name = "hit" in option ? groupOf(option.hit) : "projects";
      if (name !== group) {
        group = name;
        const id = `search-${name}`;
        box = h("div", { role: "group", "aria-labelledby": id }, h("div", { class: "search-group", id, role: "presentation" }, t(`kind.${name}` as Key)));
        this.list.append(box);
      }
      box.append(this.option(option, i));
    });
    this.open(true);
    this.mark();
  }

  private option(option: Option, i: number): HTMLElement {
    const attrs = {
      role: "option", id: `search-${i}`, "aria-selected": "false",
      onmousedown: (e: Event) => e.preventDefault(), onclick: () => this.choose(option),
    };
    if (!("hit" in option)) return h("div", { ...attrs, class: "search-option search-all" }, h("span", { class: "search-mark" }, icon("list")), h("span", null, t("search.filterBy", { q: option.q })));
    const { hit } = option;
    const inflected = hit.match.how === "inflected" || hit.match.how === "alike";
    const coded = groupOf(hit) === "projects" || groupOf(hit) === "measures" || hit.kind === "mechanism";
    return h("div", { ...attrs, class: "search-option" },
      h("span", { class: "search-mark" }, this.markOf(hit)),
      h("span", { class: "search-name" }, coded && hit.code !== hit.name ? h("span", { class: "code" }, ...marked(hit.code, this.asked, false), " ") : null, ...marked(hit.name, this.asked, inflected)),
      h("span", { class: "search-context" }, this.context(hit)));
  }

  /** Where a hit belongs. */
  private context(hit: Hit): string {
    const place = hit.place?.name ?? "";
    const municipality = this.app.data.find(hit.municipality ?? "")?.name ?? "";
    switch (hit.kind) {
      case "holder": return [t("search.holder"), t("search.projectsOf", { n: hit.projects ?? 0 })].join(" · ");
      case "mechanism": return t("search.mechanism");
      case "document": return hit.layer ? [t("search.ordinance"), place].join(" · ") : t("search.documentOf", { code: hit.code });
      case "name": return [...new Set([t("search.name"), place, municipality])].filter(Boolean).join(" · ");
      case "project": case "measure": case "theme": return pick(hit.context);
      default: return [term("layerOne", hit.layer ?? hit.kind), hit.layer === "municipalities" ? "" : municipality].filter(Boolean).join(" · ");
    }
  }

  private markOf(hit: Hit): Element {
    const group = groupOf(hit);
    if (group === "projects") return symbolSVG(themeColor(this.app, hit.municipality ?? "", hit.theme), hit.status ?? "unknown", hit.strategic ?? false, this.app.mode());
    return icon(group === "places" ? "place" : group === "documents" ? "link" : "measure");
  }

  private open(on: boolean): void {
    this.list.hidden = !on;
    this.input.setAttribute("aria-expanded", String(on));
    if (!on) this.input.removeAttribute("aria-activedescendant");
  }

  private mark(): void {
    this.list.querySelectorAll("[role=option]").forEach((el) => {
      const on = el.id === `search-${this.active}`;
      el.setAttribute("aria-selected", String(on));
      if (on) el.scrollIntoView({ block: "nearest" });
    });
    if (this.active >= 0) this.input.setAttribute("aria-activedescendant", `search-${this.active}`);
  }

  private key(e: KeyboardEvent): void {
    const n = this.options.length;
    if (e.key === "Escape") {
      if (this.list.hidden) this.input.value = "";
      this.open(false);
    } else if (e.key === "Enter") {
      const option = this.options[this.active];
      if (option && !this.list.hidden) this.choose(option);
    } else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && n) {
      e.preventDefault();
      const closed = this.list.hidden;
      this.open(true);
      if (!closed) this.active = (this.active + (e.key === "ArrowDown" ? 1 : n - 1)) % n;
      this.mark();
    }
  }

  private choose(option: Option): void {
    this.open(false);
    const { store } = this.app;
    if (!("hit" in option)) {
      this.input.value = "";
      store.set({ ...cleared, q: option.q, tab: "projects", panel: true });
      return;
    }
    const { hit } = option;
    this.input.value = hit.name;
    const owner = hit.municipality ?? nowhere;
    const patch = hit.municipality && hit.municipality !== store.get().municipality ? { municipality: hit.municipality, ...cleared } : {};
    const filter = { theme: "theme", measure: "measure", holder: "holder", mechanism: "mechanism" }[hit.kind];
    if (filter) {
      store.set({ ...patch, ...(filter === "measure" ? { theme: [] } : filter === "theme" ? { measure: [] } : {}), [filter]: [hit.code], tab: "projects", panel: true });
      return;
    }
    store.set(patch, false);
    if (hit.kind === "project" || (hit.kind === "document" && !hit.layer)) select(this.app, { kind: "project", municipality: owner, code: hit.code });
    else if (hit.place) select(this.app, { kind: "place", layer: hit.place.layer, municipality: owner, code: hit.place.code });
    else if (hit.kind === "name") {
      const [w, s, e, n] = hit.bbox ?? [];
      if (w !== undefined && s !== undefined && e !== undefined && n !== undefined) select(this.app, { kind: "at", lon: (w + e) / 2, lat: (s + n) / 2 });
    } else select(this.app, { kind: "place", layer: placeLayer(hit), municipality: owner, code: hit.code });
    if (hit.bbox) this.app.map?.reveal(hit.bbox);
  }
}

function groupOf(hit: Hit): GroupName {
  if (hit.kind === "project") return "projects";
  if (hit.kind === "document") return "documents";
  if (hit.kind === "holder" || hit.kind === "mechanism") return "others";
  return hit.kind === "measure" || hit.kind === "theme" ? "measures" : "places";
}

const placeLayer = (hit: Hit) => hit.layer ?? (hit.kind.endsWith("s") ? hit.kind : `${hit.kind}s`);

/** Best group first, groups kept together, the server's order within; below the projects the way to all that have the words. */
function listed(found: Hits, q: string): Option[] {
  const groups = [...new Set(found.items.map(groupOf))];
  const projects = found.kinds.find((k) => k.kind === "project")?.count ?? 0;
  return groups.flatMap((g) => {
    const hits: Option[] = found.items.filter((hit) => groupOf(hit) === g).map((hit) => ({ hit }));
    const literal = found.items.some((hit) => hit.kind === "project" && ["same", "begins", "word", "contains"].includes(hit.match.how));
    return g === "projects" && literal && projects > hits.length ? [...hits, { q }] : hits;
  });
}

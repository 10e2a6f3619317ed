// The search box: a combobox over /api/v1/search, results grouped and reachable by keyboard.
import * as api from "./api";
import { select, themeColor, type App } from "./app";
import { nowhere } from "./detail-parts";
import { debounce, h } from "./dom";
import { icon } from "./icons";
import { pick, t, term, type Key } from "./i18n";
import { symbolSVG } from "./symbols";
import type { Hit } from "./types";

type GroupName = "places" | "projects" | "measures";

export class Search {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private hits: Hit[] = [];
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
    this.input.addEventListener("focus", () => this.hits.length && this.open(true));
    this.input.addEventListener("keydown", (e) => this.key(e));
    this.element = h("div", { class: "search", role: "search" }, icon("search"), this.input, this.list);
    this.element.addEventListener("focusout", (e) => !this.element.contains(e.relatedTarget as Node | null) && this.open(false));
    this.translate();
  }

  translate(): void {
    this.input.setAttribute("aria-label", t("search.label"));
    this.input.placeholder = t("search.placeholder");
    this.list.setAttribute("aria-label", t("search.label"));
    if (this.hits.length) this.show();
  }

  private async ask(): Promise<void> {
    const q = this.input.value.trim();
    this.request?.abort();
    if (!q) {
      this.hits = [];
      this.open(false);
      return;
    }
    const request = (this.request = new AbortController());
    try {
      const found = await api.search(q, this.app.store.get().municipality, request.signal);
      this.hits = ordered(found.items);
      this.active = this.hits.length ? 0 : -1;
      this.show();
      this.app.announce(this.hits.length ? t("search.found", { n: this.hits.length }) : t("search.none", { q }));
    } catch (err) {
      if (request.signal.aborted) return;
      this.list.replaceChildren(h("p", { class: "search-none" }, this.app.connection.words(err)));
      this.open(true);
    }
  }

  private show(): void {
    this.list.replaceChildren();
    if (!this.hits.length) this.list.append(h("p", { class: "search-none" }, t("search.none", { q: this.input.value.trim() })));
    let group = "";
    let box: HTMLElement = this.list;
    this.hits.forEach((hit, i) => {
      const name = groupOf(hit);
      if (name !== group) {
        group = name;
        const id = `search-${name}`;
        box = h("div", { role: "group", "aria-labelledby": id }, h("div", { class: "search-group", id, role: "presentation" }, t(`kind.${name}` as Key)));
        this.list.append(box);
      }
      box.append(this.option(hit, i));
    });
    this.open(true);
    this.mark();
  }

  private option(hit: Hit, i: number): HTMLElement {
    const context = [hit.kind === "project" || groupOf(hit) === "measures" ? hit.code : term("layerOne", hit.layer ?? hit.kind), pick(hit.context)];
    return h(
      "div",
      { role: "option", id: `search-${i}`, class: "search-option", "aria-selected": "false", onmousedown: (e: Event) => e.preventDefault(), onclick: () => this.choose(hit) },
      h("span", { class: "search-mark" }, this.markOf(hit)),
      h("span", { class: "search-name" }, hit.name),
      h("span", { class: "search-context" }, [...new Set(context.filter((c) => c && c !== hit.name))].join(" · ")),
    );
  }

  private markOf(hit: Hit): Element {
    if (groupOf(hit) !== "projects") return icon(groupOf(hit) === "places" ? "place" : "measure");
    const project = this.app.data.projects.find((p) => p.code === hit.code && p.municipality === hit.municipality);
    return symbolSVG(themeColor(this.app, hit.municipality ?? "", project?.theme), project?.status ?? "unknown", false, this.app.mode());
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
    const n = this.hits.length;
    if (e.key === "Escape") {
      if (this.list.hidden) this.input.value = "";
      this.open(false);
    } else if (e.key === "Enter") {
      const hit = this.hits[this.active];
      if (hit && !this.list.hidden) this.choose(hit);
    } else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && n) {
      e.preventDefault();
      this.open(true);
      this.active = (this.active + (e.key === "ArrowDown" ? 1 : n - 1)) % n;
      this.mark();
    }
  }

  private choose(hit: Hit): void {
    this.open(false);
    this.input.value = hit.name;
    const { store } = this.app;
    const owner = hit.municipality ?? nowhere;
    const patch = hit.municipality && hit.municipality !== store.get().municipality ? { municipality: hit.municipality } : {};
    switch (groupOf(hit)) {
      case "measures":
        store.set({ ...patch, [hit.kind === "theme" ? "theme" : "measure"]: [hit.code], tab: "projects", panel: true });
        return;
      case "projects":
        store.set(patch, false);
        select(this.app, { kind: "project", municipality: owner, code: hit.code });
        break;
      default:
        store.set(patch, false);
        select(this.app, { kind: "place", layer: placeLayer(hit), municipality: owner, code: hit.code });
    }
    if (hit.bbox) this.app.map?.reveal(hit.bbox);
  }
}

function groupOf(hit: Hit): GroupName {
  if (hit.kind === "project") return "projects";
  return hit.kind === "measure" || hit.kind === "theme" ? "measures" : "places";
}

const placeLayer = (hit: Hit) => hit.layer ?? (hit.kind.endsWith("s") ? hit.kind : `${hit.kind}s`);

/** Best group first, groups kept together, the server's order within. */
function ordered(hits: Hit[]): Hit[] {
  const groups = [...new Set(hits.map(groupOf))];
  return groups.flatMap((g) => hits.filter((hit) => groupOf(hit) === g));
}

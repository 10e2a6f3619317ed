// The bar on top: the municipality, the search, the filters in effect, language and appearance.
import { address } from "./api";
import type { App } from "./app";
import { h, redraw } from "./dom";
import { active, cleared, toggled } from "./filters";
import { byName } from "./format";
import { icon } from "./icons";
import { languages, pick, t, term } from "./i18n";
import type { Search } from "./search";
import { filterKeys, type FilterKey } from "./state";

export class Header {
  readonly element: HTMLElement;
  private readonly place = h("div", { class: "place" });
  private readonly chips = h("div", { class: "chips in-effect" });
  private readonly tools = h("div", { class: "tools" });

  constructor(
    private readonly app: App,
    private readonly search: Search,
  ) {
    this.element = h("header", { class: "header" }, h("h1", { class: "brand" }, h("span", null, "kraj")), this.place, search.element, this.chips, this.tools);
    app.data.subscribe(() => this.draw());
  }

  draw(): void {
    this.search.translate();
    redraw(this.place, this.municipality());
    redraw(this.chips, ...this.inEffect());
    redraw(this.tools, ...this.buttons());
  }

  private municipality(): HTMLElement | null {
    const { data, store } = this.app;
    const now = data.current();
    if (data.municipalities.length < 2) return now ? h("span", { class: "place-name" }, now.name) : null;
    const list = [...data.municipalities].sort((a, b) => byName(a.name, b.name));
    return h(
      "select",
      { class: "select place-name", "aria-label": t("app.choose"), "data-key": "municipality", onchange: (e: Event) => this.change((e.target as HTMLSelectElement).value) },
      now ? null : h("option", { value: "", selected: true }, t("app.chooseFirst")),
      ...list.map((m) => h("option", { value: m.slug, selected: m.slug === store.get().municipality }, m.name)),
    );
  }

  private change(slug: string): void {
    this.app.store.set({ municipality: slug, selection: null, open: "", scheme: "", ...cleared });
  }

  private inEffect(): HTMLElement[] {
    const state = this.app.store.get();
    if (!active(state)) return [];
    const chip = (key: string, name: string, remove: () => void) =>
      h("button", { class: "chip removable", "data-key": key, "aria-label": t("projects.remove", { name }), onclick: remove }, h("span", null, name), icon("close"));
    const chips = filterKeys.flatMap((key) => state[key].map((v) => chip(`${key}/${v}`, this.name(key, v), () => this.app.store.set({ [key]: toggled(state[key], v) }))));
    if (state.strategic) chips.push(chip("strategic", t("projects.strategic"), () => this.app.store.set({ strategic: false })));
    return chips;
  }

  private name(key: FilterKey, v: string): string {
    const { data, store } = this.app;
    if (key === "status" || key === "horizon") return term(key, v);
    const themes = data.find(store.get().municipality)?.themes ?? [];
    const list = key === "theme" ? themes : themes.flatMap((x) => x.measures);
    return [v, pick(list.find((x) => x.code === v)?.name)].filter(Boolean).join(" ");
  }

  private buttons(): HTMLElement[] {
    const { store } = this.app;
    const state = store.get();
    const dark = this.app.mode() === "dark";
    const lang = h("div", { class: "languages", role: "group", "aria-label": t("app.language") },
      ...languages.map((l) => h("button", { class: "language", lang: l, "data-key": `lang/${l}`, "aria-pressed": String(l === state.lang), "aria-label": l === "sl" ? "Slovenščina" : "English", onclick: () => store.set({ lang: l }) }, l.toUpperCase())));
    const words = t(dark ? "app.toLight" : "app.toDark");
    const mode = h("button", { class: "icon-button", "data-key": "mode", title: words, "aria-label": words, onclick: () => store.set({ appearance: dark ? "light" : "dark" }, false) }, icon(dark ? "sun" : "moon"));
    const login = h("a", { class: "sign-in", href: address("login") }, t("app.signIn"));
    return [lang, mode, login];
  }
}

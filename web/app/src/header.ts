// The bar on top: the municipality, the search, the filters in effect, language and appearance.
import { address } from "./api";
import type { App } from "./app";
import { h, redraw } from "./dom";
import { active, cleared, toggled } from "./filters";
import { amountWords, valueName } from "./filter-words";
import { byName } from "./format";
import { icon } from "./icons";
import { languages, t } from "./i18n";
import type { Search } from "./search";
import { filterKeys, type State } from "./state";

export class Header {
  readonly element: HTMLElement;
  private readonly place = h("div", { class: "place" });
  private readonly chips = h("div", { class: "chips in-effect", role: "group" });
  private readonly tools = h("div", { class: "tools" });

  constructor(
    private readonly app: App,
    private readonly search: Search,
  ) {
    this.element = h("header", { class: "header" }, h("h1", { class: "brand" }, h("span", null, "kraj")), this.place, search.element, this.chips, this.tools);
    app.data.subscribe(() => this.draw());
    app.facets.subscribe(() => redraw(this.chips, ...this.inEffect()));
  }

  draw(): void {
    this.search.translate();
    redraw(this.place, this.municipality());
    this.chips.setAttribute("aria-label", t("filter.inEffect"));
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

  /** The filters in effect: each goes away by a press, all by the last. */
  private inEffect(): HTMLElement[] {
    const { store } = this.app;
    const state = store.get();
    if (!active(state)) return [];
    const chip = (key: string, name: string, patch: Partial<State>) =>
      h("button", { class: "chip removable", "data-key": key, title: name, "aria-label": t("projects.remove", { name }), onclick: () => this.remove(patch) }, h("span", null, name), icon("close"));
    const chips = filterKeys.flatMap((key) => state[key].map((v) => chip(`${key}/${v}`, valueName(this.app, key, v), { [key]: toggled(state[key], v) })));
    if (state.strategic) chips.push(chip("strategic", t("projects.strategic"), { strategic: false }));
    const amount = amountWords(state);
    if (amount) chips.push(chip("amount", amount, { min_amount: null, max_amount: null }));
    if (state.q) chips.push(chip("q", t("filter.quoted", { q: state.q }), { q: "" }));
    const clear = h("button", { class: "link clear-all", "data-key": "clear-all", onclick: () => this.remove(cleared) }, t("projects.clear"));
    return [...chips, clear];
  }

  /** Takes a filter away; the keyboard goes on with the chip that came into its place. */
  private remove(patch: Partial<State>): void {
    const buttons = [...this.chips.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    this.app.store.set(patch);
    if (at < 0) return;
    const now = [...this.chips.querySelectorAll("button")];
    (now[Math.min(at, now.length - 1)] ?? this.search.element.querySelector("input"))?.focus();
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

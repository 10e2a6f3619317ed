// The filters of the panel: the most asked-for as chips, the others folded away,
// every value with the number of projects there would be.
import { themeColor, type App } from "./app";
import { debounce, h, redraw } from "./dom";
import { active, toggled } from "./filters";
import { pressMeasure, pressTheme, stateOf } from "./filter-tree";
import { amountWords, valueName } from "./filter-words";
import { fold, number } from "./format";
import { icon } from "./icons";
import { language, pick, t, type Key } from "./i18n";
import { filterKeys, type FilterKey, type State } from "./state";
import { statuses, symbolSVG } from "./symbols";
import type { FacetValue, Theme } from "./types";

/** Folded filters, in the order of the questions: where, whose, how much, when. */
const folded: FilterKey[] = ["class", "scope", "settlement", "local_community", "holder", "source", "mechanism", "eligible", "year"];

/** From how many values on a list can be searched. */
const searchable = 12;

export class FilterPanel {
  readonly element = h("details", { class: "filters" });
  /** What the reader opened or closed; the rest follows from what is chosen. */
  private readonly opened = new Map<string, boolean>();
  private readonly sought = new Map<FilterKey, string>();
  /** Long lists, read whole when they are opened, for the filters they were counted under. */
  private readonly whole = new Map<FilterKey, { under: string; values: FacetValue[] }>();
  private readonly words = h("input", { type: "search", class: "input", "data-key": "filter-q", autocomplete: "off", maxlength: "200" });
  private readonly least = h("input", { type: "text", inputmode: "decimal", class: "input", "data-key": "filter-min", autocomplete: "off" });
  private readonly most = h("input", { type: "text", inputmode: "decimal", class: "input", "data-key": "filter-max", autocomplete: "off" });

  constructor(private readonly app: App) {
    this.words.addEventListener("input", debounce(350, () => this.app.store.set({ q: this.words.value.trim() }, !this.app.store.get().q)));
    this.least.addEventListener("change", () => this.limit("min_amount", this.least));
    this.most.addEventListener("change", () => this.limit("max_amount", this.most));
    this.element.addEventListener("toggle", () => this.opened.set("all", this.element.open));
    app.facets.subscribe(() => this.draw());
  }

  draw(): void {
    const state = this.app.store.get();
    this.element.open = this.opened.get("all") ?? !this.app.narrow();
    if (document.activeElement !== this.words) this.words.value = state.q;
    if (document.activeElement !== this.least) this.least.value = shownAmount(state.min_amount);
    if (document.activeElement !== this.most) this.most.value = shownAmount(state.max_amount);
    redraw(this.element,
      h("summary", { "data-key": "filters" }, t("projects.filters")),
      this.themes(state), this.chips("status", state, [...statuses]), this.chips("horizon", state, ["2030", "2035", "2030+2035", "none"], this.strategic(state)),
      this.more(state));
  }

  private themes(state: State): HTMLElement {
    const themes = this.app.data.current()?.themes ?? [];
    const chips = themes.map((x) => {
      const chosen = stateOf(x, state);
      const n = this.app.facets.count("theme", x.code);
      return h("button", {
        class: "chip", "aria-pressed": chosen === "some" ? "mixed" : String(chosen === "all"), "data-key": `theme/${x.code}`, title: pick(x.name),
        "aria-label": `${x.code} ${pick(x.name)}, ${t("projects.count", { n })}`, onclick: () => this.app.store.set(pressTheme(themes, state, x.code)),
      }, symbolSVG(themeColor(this.app, state.municipality, x.code), "realised", false, this.app.mode()), h("span", null, x.code), counted(n));
    });
    const tree = this.fold("tree", t("filter.measures"), state.measure.length ? t("filter.chosen", { n: state.measure.length }) : "", state.measure.length > 0, () => this.tree(themes, state));
    return h("div", { class: "filter", role: "group", "aria-labelledby": "filter-theme" }, h("div", { class: "filter-name", id: "filter-theme" }, t("projects.theme")), h("div", { class: "chips" }, ...chips), tree);
  }

  private tree(themes: Theme[], state: State): HTMLElement {
    return h("ul", { class: "filter-tree", "data-scroll": "tree" }, ...themes.filter((x) => x.measures.length).map((x) => {
      const boxes = x.measures.map((m) => h("li", null, this.box(`measure/${m.code}`, h("span", null, h("span", { class: "code" }, m.code), " ", pick(m.name)), this.app.facets.count("measure", m.code),
        state.measure.includes(m.code) || state.theme.includes(x.code), () => this.app.store.set(pressMeasure(themes, state, m.code)))));
      return h("li", null,
        h("div", { class: "filter-branch" }, h("span", { class: "theme-bar", style: { "background-color": themeColor(this.app, state.municipality, x.code) } }), h("span", { class: "code" }, x.code), " ", pick(x.name)),
        h("ul", { "aria-label": `${x.code} ${pick(x.name)}` }, ...boxes));
    }));
  }

  private chips(key: "status" | "horizon", state: State, values: string[], extra: HTMLElement | null = null): HTMLElement | null {
    const shown = values.filter((v) => this.app.facets.count(key, v) || state[key].includes(v));
    if (!shown.length && !extra) return null;
    const buttons = shown.map((v) => {
      const mark = key === "status" ? symbolSVG(themeColor(this.app, "", null), v, false, this.app.mode()) : null;
      return h("button", { class: "chip", "aria-pressed": String(state[key].includes(v)), "data-key": `${key}/${v}`, onclick: () => this.app.store.set({ [key]: toggled(state[key], v) }) },
        mark, h("span", null, valueName(this.app, key, v)), counted(this.app.facets.count(key, v)));
    });
    const id = `filter-${key}`;
    return h("div", { class: "filter", role: "group", "aria-labelledby": id }, h("div", { class: "filter-name", id }, t(`projects.${key}`)), h("div", { class: "chips" }, ...buttons, extra));
  }

  private strategic(state: State): HTMLElement | null {
    const n = this.app.facets.count("strategic", "true");
    if (!n && !state.strategic) return null;
    return h("button", { class: "chip", "aria-pressed": String(state.strategic), "data-key": "strategic", onclick: () => this.app.store.set({ strategic: !state.strategic }) },
      symbolSVG(themeColor(this.app, "", null), "realised", true, this.app.mode()), h("span", null, t("projects.strategic")), counted(n));
  }

  /** The filters that are folded away: open as soon as one of them is in effect. */
  private more(state: State): HTMLElement {
    const used = folded.some((key) => state[key].length) || state.min_amount !== null || state.max_amount !== null || state.q !== "";
    return this.fold("more", t("filter.more"), "", used, () => h("div", { class: "filter-more" },
      h("label", { class: "filter-words" }, h("span", null, t("filter.words")), this.words),
      ...folded.map((key) => this.list(key, state)), this.amount(state)));
  }

  private list(key: FilterKey, state: State): HTMLElement | null {
    const values = this.valuesOf(key);
    const later = !this.app.facets.counted(key); // counted when it is opened
    if (!later && !values.some((v) => v.key !== "none" && v.key !== "not_stated") && !state[key].length) return null; // a filter with nothing to choose
    const chosen = state[key];
    const says = chosen.length > 1 ? t("filter.chosen", { n: chosen.length }) : chosen[0] === undefined ? "" : valueName(this.app, key, chosen[0]);
    return this.fold(key, t(`filter.${key}` as Key), says, false, () => {
      void this.complete(key);
      const list = h("ul", { class: "filter-list", "data-scroll": key });
      const fill = () => {
        const words = fold(this.sought.get(key) ?? "");
        const fitting = values.filter((v) => v.projects || chosen.includes(v.key)).filter((v) => !words || fold(valueName(this.app, key, v.key, v)).includes(words));
        list.replaceChildren(...fitting.slice(0, 200).map((v) => h("li", null, this.box(`${key}/${v.key}`, valueName(this.app, key, v.key, v), v.projects, chosen.includes(v.key),
          () => this.app.store.set({ [key]: toggled(this.app.store.get()[key], v.key) })))));
        if (!fitting.length) list.append(h("li", { class: "note" }, t("filter.noValue")));
      };
      fill();
      return h("div", null, values.length >= searchable ? this.seek(key, fill) : null, list);
    });
  }

  private seek(key: FilterKey, fill: () => void): HTMLElement {
    const input = h("input", { type: "search", class: "input", "data-key": `seek/${key}`, value: this.sought.get(key) ?? "", "aria-label": t("filter.seek", { name: t(`filter.${key}` as Key) }), placeholder: t("filter.seekShort"), autocomplete: "off" });
    input.addEventListener("input", () => {
      this.sought.set(key, input.value);
      fill();
    });
    return input;
  }

  private valuesOf(key: FilterKey): FacetValue[] {
    const whole = this.whole.get(key);
    return whole?.under === this.under() ? whole.values : this.app.facets.values(key);
  }

  /** Under which filters something was counted. */
  private under(): string {
    const state = this.app.store.get();
    return JSON.stringify([state.municipality, state.strategic, state.min_amount, state.max_amount, state.q, this.app.data.age, ...filterKeys.map((key) => state[key])]);
  }

  /** Reads a list whole that is longer than what is counted at first. */
  private async complete(key: FilterKey): Promise<void> {
    const under = this.under();
    if ((this.app.facets.counted(key) && this.app.facets.total(key) <= this.app.facets.values(key).length) || this.whole.get(key)?.under === under) return;
    this.whole.set(key, { under, values: this.app.facets.values(key) });
    try {
      this.whole.set(key, { under, values: await this.app.facets.all(key) });
    } catch (err) {
      this.app.connection.words(err);
      return;
    }
    if (this.under() === under) this.draw();
  }

  private amount(state: State): HTMLElement {
    const answer = this.app.facets.answer;
    const known = answer?.most_cents !== null && answer?.most_cents !== undefined;
    if (!known && state.min_amount === null && state.max_amount === null) return h("p", { class: "note" }, t("filter.noAmounts"));
    return this.fold("amount", t("filter.amount"), amountWords(state), false, () => h("div", { class: "filter-amount", role: "group", "aria-label": t("filter.amount") },
      h("label", null, h("span", null, t("filter.from")), this.least), h("label", null, h("span", null, t("filter.to")), this.most), h("span", null, "€"),
      known ? h("p", { class: "row-facts" }, t("filter.span", { from: euros(answer.least_cents ?? 0), to: euros(answer.most_cents ?? 0) })) : null,
      h("p", { class: "row-facts" }, t("filter.amountNote"))));
  }

  private limit(key: "min_amount" | "max_amount", input: HTMLInputElement): void {
    const value = readAmount(input.value);
    input.setAttribute("aria-invalid", String(value === undefined));
    if (value !== undefined) this.app.store.set({ [key]: value });
  }

  /** A part that opens: what is in it is made when it is open. */
  private fold(key: string, name: string, says: string, open: boolean, content: () => HTMLElement): HTMLElement {
    const now = this.opened.get(key) ?? open;
    const toggle = () => {
      this.opened.set(key, !now);
      this.draw();
    };
    return h("div", { class: "filter-fold" },
      h("button", { class: "fold-head", "aria-expanded": String(now), "data-key": `fold/${key}`, onclick: toggle }, icon("chevron"), h("span", { class: "fold-name" }, name), says ? h("span", { class: "fold-says" }, says) : null),
      now ? content() : null);
  }

  private box(key: string, name: string | HTMLElement, n: number, on: boolean, press: () => void): HTMLElement {
    return h("label", { class: "filter-box" }, h("input", { type: "checkbox", "data-key": key, checked: on, onchange: press }), h("span", { class: "filter-value" }, name), counted(n));
  }

  /** Whether anything is filtered at all. */
  get used(): boolean {
    return active(this.app.store.get());
  }
}

const counted = (n: number) => h("span", { class: "count" }, number(n, language()));
const euros = (cents: number) => `${number(cents / 100, language(), 2)}\u00a0€`;
const shownAmount = (n: number | null) => (n === null ? "" : number(n, language(), 2));

/** An amount as people write it: 1.500.000, 1.500.000,50, 1500000.5, 1,5 mio; null for nothing, undefined for what is none. */
export function readAmount(text: string): number | null | undefined {
  const bare = text.trim().toLowerCase().replace(/[\s€]|eur$/g, "");
  if (!bare) return null;
  const m = /^([\d.,]+)(mio|m|tis|k)?\.?$/.exec(bare);
  if (!m) return undefined;
  let digits = m[1] ?? "";
  const last = Math.max(digits.lastIndexOf(","), digits.lastIndexOf("."));
  const mark = digits[last] ?? "";
  const grouped = last >= 0 && (digits.split(mark).length > 2 || (digits.length - last === 4 && !m[2]));
  digits = last < 0 || grouped ? digits.replace(/[.,]/g, "") : `${digits.slice(0, last).replace(/[.,]/g, "")}.${digits.slice(last + 1)}`;
  const n = Number(digits) * (m[2] ? (m[2].startsWith("m") ? 1e6 : 1e3) : 1);
  return Number.isFinite(n) ? Math.round(n * 100) / 100 : undefined;
}

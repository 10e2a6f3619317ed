// The panel of the balance: the picture, its sentence and figures, the same by
// theme, the rule it was computed by and the difference from another one, and the
// projects behind every figure.
import * as api from "./api";
import type { App } from "./app";
import { Behind, noAmount } from "./balance-behind";
import { differenceBox, sensitivityBox, shiftWords } from "./balance-difference";
import { downloads } from "./balance-downloads";
import { byChooser, groupSheet, groupTable, multiples } from "./balance-groups";
import { bars, over, picture, placed, swatch, unplaced, words, type Bar } from "./balance-picture";
import { choices, decodeRule, encodeRule, ruleOf, ruleQuery, ruleWords, sameRule, schemeName, shifts, type Rule } from "./balance-rule";
import { perThousand, quotient, table } from "./balance-table";
import { yearsChart } from "./balance-years";
import { Choropleth } from "./choropleth";
import { h, redraw } from "./dom";
import { active, filterQuery } from "./filters";
import { date, moneyShort, money, number, percent } from "./format";
import { icon } from "./icons";
import { language, pick, t, term, type Key } from "./i18n";
import type { State } from "./state";
import type { Balance, BalanceRange } from "./types";

export class BalancePanel {
  readonly element = h("div", { class: "balance" });
  /** Settlements coloured on the map; it is switched on here. */
  readonly choropleth: Choropleth;
  private readonly behind: Behind;
  private balance: Balance | null = null;
  private before: Balance | null = null;
  private error = "";
  private asking = false;
  private asked = "";
  private askedBefore = "";
  private request: AbortController | null = null;
  private rulesOpen = false;
  private allGroups = false;

  constructor(private readonly app: App) {
    this.choropleth = new Choropleth(app);
    this.behind = new Behind(app);
    app.data.subscribe(() => this.update(this.error !== ""));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  /** Asks anew when what it depends on has changed, or when told to, and only while it is looked at. */
  update(again = false): void {
    const state = this.app.store.get();
    document.querySelector("#panel")?.classList.toggle("wide", state.tab === "balance" && state.wide === "1");
    if (!this.app.data.current()) return;
    this.choropleth.update(this.query(state, null), again);
    if (state.tab !== "balance") return;
    const query = this.query(state, null);
    const key = api.address("", query);
    const failed = this.error !== "" && !this.asking; // the server was away: whoever comes back to the tab asks again
    if (key !== this.asked || again || failed) void this.ask(key, query);
    else this.draw();
    this.updateBefore(state, again);
  }

  private updateBefore(state: State, again: boolean): void {
    const rule = decodeRule(state.versus);
    if (!rule) {
      this.before = null;
      this.askedBefore = "";
      return;
    }
    const query = this.query(state, rule);
    const key = api.address("", query);
    if (key !== this.askedBefore || again) void this.askBefore(key, query);
  }

  private query(state: State, rule: Rule | null): api.Query {
    const own = { method: state.method, spread: state.spread, money: state.money, ...(state.scheme ? { scheme: state.scheme } : {}) };
    return { municipality: state.municipality, by: state.by, ...filterQuery(state), ...(rule ? ruleQuery(rule) : own) };
  }

  private async ask(key: string, query: api.Query): Promise<void> {
    if (key !== this.asked) this.allGroups = false;
    this.asked = key;
    this.asking = true;
    this.request?.abort();
    const request = (this.request = new AbortController());
    try {
      this.balance = await api.balance(query, request.signal);
      this.error = "";
      this.app.announce([this.difference(), pick(this.balance.summary)].filter(Boolean).join(" "));
    } catch (err) {
      if (request.signal.aborted) return;
      this.error = this.app.connection.words(err);
    }
    this.asking = false;
    this.draw();
  }

  private async askBefore(key: string, query: api.Query): Promise<void> {
    this.askedBefore = key;
    try {
      const found = await api.balance(query);
      if (this.askedBefore !== key) return;
      this.before = found;
      this.app.announce(this.difference());
    } catch (err) {
      if (this.askedBefore !== key) return;
      this.before = null;
      this.error = this.app.connection.words(err);
    }
    this.draw();
  }

  /** The difference from the other rule in words; empty without one. */
  private difference(): string {
    return this.balance && this.before ? shifts(this.balance, this.before).map(shiftWords).join(" ") : "";
  }

  /** Where the reader was when a figure was opened; the way back leads there. */
  private left = 0;
  private inside = false;

  draw(): void {
    const state = this.app.store.get();
    if (state.tab !== "balance") return;
    const b = this.balance;
    if (!b) {
      redraw(this.element, h("p", { class: "message" }, this.error || t("app.loading")));
      return;
    }
    if (state.open) {
      if (!this.inside) this.left = this.element.scrollTop;
      this.behind.show(state.open, this.query(state, null), b);
      redraw(this.element, this.behind.element);
      if (!this.inside) this.element.scrollTop = 0;
      this.inside = true;
      return;
    }
    redraw(
      this.element,
      this.heading(state),
      this.rules(b, state),
      this.error ? h("p", { class: "message", role: "alert" }, this.error) : null,
      h("div", { class: "balance-columns" },
        h("div", { class: "balance-main" }, this.main(b), this.versus(b, state), this.sentence(b), this.figures(b), this.aside(b),
          sensitivityBox(b, this.schemes(), (r) => this.use({ ...r, money: state.money }))),
        h("div", { class: "balance-more" }, this.groups(b, state), this.choropleth.element)),
      h("div", { class: "balance-tables" }, table(b, (name) => this.open("", name)), groupTable(b)),
      this.sources(b, state),
    );
    if (this.inside) this.element.scrollTop = this.left;
    this.inside = false;
  }

  private schemes() {
    return this.app.data.current()?.schemes ?? [];
  }

  private heading(state: State): HTMLElement {
    const wide = state.wide === "1";
    const enlarge = h("button", { class: "icon-button enlarge", "data-key": "wide", "aria-pressed": String(wide), title: t(wide ? "balance.narrow" : "balance.wide"), "aria-label": t("balance.wide"), onclick: () => this.app.store.set({ wide: wide ? "" : "1" }, false) }, icon("full"));
    const paper = h("a", { class: "button council", "data-key": "council", href: this.council(state), target: "_blank", rel: "noopener", title: t("balance.councilHint") }, icon("print"), h("span", null, t("balance.council")));
    return h("div", { class: "balance-head" }, h("h2", { class: "panel-title" }, t("balance.heading")), paper, enlarge);
  }

  /** The council paper of exactly this. */
  private council(state: State): string {
    return api.address("gradivo", { ...this.query(state, null), lang: language() });
  }

  private width(): number {
    const whole = this.element.clientWidth - 36;
    return Math.max(220, this.isWide() ? Math.min(whole * 0.54, 760) : Math.min(whole, 640));
  }

  private isWide(): boolean {
    return this.element.clientWidth > 760;
  }

  private main(b: Balance): HTMLElement {
    const all = bars(b.total, b.total);
    const used = new Set(all.flatMap((bar) => [...bar.parts, ...bar.rest].map((p) => p.name)));
    const legend = [...placed, ...unplaced].filter((name) => used.has(name)).map((name) =>
      h("li", null, h("button", { class: "link", "data-key": `class/${name}`, "aria-label": t("balance.open", { name: term("class", name) }), onclick: () => this.open("", name) }, swatch(name, this.app.mode()), h("span", null, term("class", name)))));
    const counted = b.total.amount_cents === null || !all.some((bar) => bar.key === "euros");
    const keys = [all.some((x) => x.key === "people") ? t("balance.drop") : "", this.range(b, "projects") ? t("balance.bracket") : "", this.before ? t("balance.ghost") : ""];
    return h("div", { class: "picture-box" }, this.picture(b, this.width(), this.app.mode(), this.isWide() ? 1.25 : 1), h("ul", { class: "class-legend" }, ...legend),
      h("p", { class: "picture-key" }, keys.filter(Boolean).join(" ")),
      b.total.without_amount ? h("p", { class: "missing" }, t("balance.missing", { n: b.total.without_amount, total: b.total.projects }), counted ? ` ${t("balance.noEuros")}` : "") : null,
      b.population?.total || all.some((bar) => bar.key === "people") ? null : h("p", { class: "missing" }, t("balance.noPeople")),
      all.some((bar) => bar.key !== "people" && bar.parts.length) ? null : h("p", { class: "missing" }, t("balance.noClassed")),
      downloads(this.app, b, "Total", (width) => this.picture(b, width, "light", 1)));
  }

  private picture(b: Balance, width: number, mode: "light" | "dark", scale: number): SVGSVGElement {
    const all = bars(b.total, b.total);
    const lang = language();
    const caption = (bar: Bar): string => {
      if (bar.key === "people") return b.population?.total ? number(b.population.total, lang) : "";
      const points = over(all, bar);
      const diff = points === null ? "" : `${term("class", "rural")} ${points > 0 ? "+" : ""}${t("balance.points", { n: Math.round(points) })} · `;
      return diff + (bar.key === "projects" ? number(b.total.projects, lang) : moneyShort(b.total.amount_cents ?? 0, lang));
    };
    const note = (bar: Bar) => `${t("balance.classified")} ${percent(bar.classed, lang)} · ${words(bar.rest).replaceAll(", ", " · ")}`;
    return picture(all, { width, mode, scale, caption, note, open: (name) => this.open("", name), ghost: this.before ? bars(this.before.total, this.before.total) : undefined, range: (bar) => this.range(b, bar.key) });
  }

  private range(b: Balance, key: Bar["key"]): BalanceRange | null {
    const s = b.total.sensitivity;
    return (key === "euros" ? s?.rural_share : key === "projects" ? s?.rural_share_projects : null) ?? null;
  }

  private versus(b: Balance, state: State): HTMLElement | null {
    const before = decodeRule(state.versus);
    if (!before || !this.before) return null;
    const now = ruleOf(state, b.scheme);
    return differenceBox(b, this.before, { now, before }, this.schemes(), {
      back: () => this.app.store.set({ ...before, versus: encodeRule(now) }),
      drop: () => this.app.store.set({ versus: "" }),
    });
  }

  /** Takes another rule; the present one stays beside it. */
  private use(rule: Rule): void {
    const now = ruleOf(this.app.store.get(), this.balance?.scheme ?? "");
    if (!sameRule(now, rule)) this.app.store.set({ ...rule, versus: encodeRule(now) });
  }

  private sentence(b: Balance): HTMLElement | null {
    const words = pick(b.summary);
    return words ? h("p", { class: "sentence" }, words) : null;
  }

  /** Per head by class, how the countryside stands to the city and to its people; projects where there are no euros. */
  private figures(b: Balance): HTMLElement {
    const lang = language();
    const row = (name: string) => b.total.rows.find((r) => r.class === name);
    const euros = b.total.rows.some((r) => r.per_head_cents !== null);
    const figure = (value: string | null, words: string) => h("div", { class: "figure" }, h("dt", null, words), h("dd", { class: value === null ? "none" : "" }, value ?? t("app.noData")));
    const show = (v: number | null | undefined, f: (n: number) => string) => (v == null ? null : f(v));
    const each = (name: string) => euros ? figure(show(row(name)?.per_head_cents, (n) => money(n, lang, true)), t("balance.perHead", { class: term("class", name) }))
      : figure(show(perThousand(row(name)), (n) => number(n, lang, 2, 2)), t("balance.perThousand", { class: term("class", name) }));
    const rural = row("rural");
    const parity = euros ? b.indicators?.parity : b.indicators_projects?.parity;
    const gap = rural?.gap_cents;
    return h("dl", { class: "figures" }, each("urban"), ...(row("suburban")?.people_share != null ? [each("suburban")] : []), each("rural"),
      figure(show(parity, (n) => number(n, lang, 2, 2)), t("balance.parity")),
      figure(show(euros ? rural?.location_quotient : quotient(rural), (n) => number(n, lang, 2, 2)), `${t(euros ? "balance.quotient" : "balance.quotientProjects")}, ${term("class", "rural")}`),
      gap != null ? figure(moneyShort(Math.abs(gap), lang), t(gap > 0 ? "balance.deficit" : "balance.surplus")) : null);
  }

  /** What the comparison leaves out, with its zeros: it is part of the answer. */
  private aside(b: Balance): HTMLElement {
    const lang = language();
    const line = (name: string, words: string, projects: number, cents: number | null) => {
      const said = [t("projects.count", { n: projects }), ...(cents !== null && b.total.amount_cents !== null ? [money(cents, lang)] : [])].join(" · ");
      return h("li", null, h("button", { class: "aside-row", "data-key": `aside/${name}`, "aria-label": `${t("balance.open", { name: words })}. ${said}`, disabled: projects === 0, onclick: () => this.open("", name) },
        name === noAmount ? h("span", { class: "no-mark", "aria-hidden": "true" }, "?") : swatch(name, this.app.mode()), h("span", null, words), h("span", { class: "aside-value" }, said)));
    };
    const rows = ["municipality_wide", "unplaced", "outside", "unclassified"].map((name) => {
      const r = b.total.rows.find((x) => x.class === name);
      return line(name, term("class", name), r?.projects ?? 0, r?.amount_cents ?? null);
    });
    return h("section", { class: "aside" }, h("h3", null, t("balance.aside")), h("ul", null, ...rows, line(noAmount, t("balance.withoutAmount"), b.total.without_amount, null)));
  }

  private groups(b: Balance, state: State): HTMLElement {
    const width = Math.max(90, this.isWide() ? Math.min(this.element.clientWidth * 0.16, 260) : Math.min(this.width() * 0.36, 260));
    const inside = this.isWide() ? this.element.clientWidth * 0.38 : this.width();
    const series = state.by === "year" && b.by === "year" ? yearsChart(b, inside, this.app.mode(), (year) => this.open(year, "")) : null;
    const files = state.by === "year" ? downloads(this.app, b, "Years", series ? (w) => yearsChart(b, w, "light", () => {}) : null) : downloads(this.app, b, "Groups", (w) => groupSheet(b, w));
    return h("section", { class: "multiples" }, h("div", { class: "multiples-head" }, h("h3", null, t("balance.by")), byChooser(this.app)),
      state.by === "year" ? h("div", { class: "years-box" }, series, h("p", { class: "picture-key" }, series ? t("balance.yearsRural") : t("balance.yearsNone"))) : null,
      multiples(b, { app: this.app, width, before: this.before, all: this.allGroups, showAll: () => this.showAll(), open: (group) => this.open(group, "") }), files);
  }

  private showAll(): void {
    this.allGroups = true;
    this.draw();
  }

  private rules(b: Balance, state: State): HTMLElement {
    const schemes = this.schemes();
    const now = ruleOf(state, b.scheme);
    const field = (key: "method" | "spread" | "money", label: Key) => chooser(key, t(label), choices[key].map((v) => ({ value: v, text: term(key, v) })), state[key], (v) => this.use({ ...now, [key]: v }));
    return h("details", { class: "rules", open: this.rulesOpen || this.isWide(), ontoggle: (e: Event) => (this.rulesOpen = this.isWide() ? this.rulesOpen : (e.target as HTMLDetailsElement).open) },
      h("summary", { "data-key": "rules" }, h("span", { class: "rules-name" }, t("balance.rules")), h("span", { class: "rules-now" }, ruleWords(now, schemes))),
      h("div", { class: "rules-fields" },
        chooser("scheme", t("balance.scheme"), schemes.map((x) => ({ value: x.code, text: schemeName(x.code, schemes) })), b.scheme, (v) => this.use({ ...now, scheme: v })),
        field("method", "balance.method"), field("spread", "balance.spread"), field("money", "balance.money")));
  }

  private sources(b: Balance, state: State): HTMLElement {
    const p = b.population;
    const lang = language();
    const text = p?.total ? t("balance.source", { total: p.total, source: [p.source, p.set].filter(Boolean).join(", "), date: p.date ? date(p.date, lang) : t("app.noData") }) : t("balance.noPeople");
    return h("p", { class: "note" }, icon("info"), h("span", null, text, active(state) ? ` ${t("balance.filtered")}` : ""));
  }

  private open(group: string, cls: string): void {
    this.app.store.set({ open: `${group}|${cls}` });
    this.update();
    this.element.querySelector<HTMLElement>(".back")?.focus();
  }
}

function chooser(key: string, label: string, options: { value: string; text: string }[], value: string, choose: (v: string) => void): HTMLElement | null {
  if (!options.length) return null;
  const select = h("select", { class: "select", "data-key": `rule/${key}`, onchange: (e: Event) => choose((e.target as HTMLSelectElement).value) }, ...options.map((o) => h("option", { value: o.value, selected: o.value === value }, o.text)));
  return h("label", { class: "field" }, h("span", null, label), select);
}


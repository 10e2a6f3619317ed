// The panel of the balance: the picture, its sentence and figures, the same by
// theme, the rules it was computed by, and the projects behind every figure.
import * as api from "./api";
import { select, themeColor, type App } from "./app";
import { bars, over, picture, placed, small, swatch, unplaced, words, type Bar } from "./balance-picture";
import { table } from "./balance-table";
import { h, redraw } from "./dom";
import { active, filterQuery } from "./filters";
import { byName, date, moneyShort, money, number, percent } from "./format";
import { icon } from "./icons";
import { language, pick, t, term, titled, type Key } from "./i18n";
import type { State } from "./state";
import { symbolSVG } from "./symbols";
import type { Balance, BalanceGroup, BalanceProject } from "./types";

/** How the server names the group without a key. */
const noGroup = "none";

const choices = {
  method: ["extent", "population", "equal", "served"],
  spread: ["none", "population"],
  money: ["total", "own", "eu", "state", "private"],
  by: ["theme", "measure", "status", "horizon", "settlement"],
} as const;

export class BalancePanel {
  readonly element = h("div", { class: "balance" });
  private balance: Balance | null = null;
  private behind: BalanceProject[] | null = null;
  private error = "";
  private asked = "";
  private askedBehind = "";
  private request: AbortController | null = null;

  constructor(private readonly app: App) {
    app.data.subscribe(() => this.update(true));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  /** Asks anew when what it depends on has changed, and only while it is looked at. */
  update(again = false): void {
    const state = this.app.store.get();
    if (state.tab !== "balance" || !this.app.data.current()) return;
    const query = this.query(state);
    const key = api.address("", query);
    if (key !== this.asked || (again && this.error)) void this.ask(key, query);
    else this.draw();
    const open = `${key}/${state.open}`;
    if (state.open && open !== this.askedBehind) void this.askBehind(open, query, state.open);
  }

  private query(state: State): api.Query {
    const q: api.Query = { municipality: state.municipality, by: state.by, method: state.method, spread: state.spread, money: state.money, ...filterQuery(state) };
    if (state.scheme) q.scheme = state.scheme;
    return q;
  }

  private async ask(key: string, query: api.Query): Promise<void> {
    this.asked = key;
    this.request?.abort();
    const request = (this.request = new AbortController());
    try {
      this.balance = await api.balance(query, request.signal);
      this.error = "";
      this.app.announce(pick(this.balance.summary));
    } catch (err) {
      if (request.signal.aborted) return;
      this.error = this.app.connection.words(err);
    }
    this.draw();
  }

  private async askBehind(key: string, query: api.Query, open: string): Promise<void> {
    this.askedBehind = key;
    this.behind = null;
    const [group = "", cls = ""] = open.split("|");
    try {
      const found = await api.balanceProjects({ ...query, limit: 1000, group: group || null, class: cls || null });
      if (this.askedBehind === key) this.behind = found.items;
    } catch (err) {
      this.behind = [];
      this.error = this.app.connection.words(err);
    }
    this.draw();
  }

  draw(): void {
    const state = this.app.store.get();
    if (state.tab !== "balance") return;
    if (!this.balance) {
      redraw(this.element, h("p", { class: "message" }, this.error || t("app.loading")));
      return;
    }
    if (state.open) {
      redraw(this.element, ...this.behindView(state.open));
      return;
    }
    const b = this.balance;
    redraw(
      this.element,
      h("h2", { class: "panel-title" }, t("balance.heading")),
      this.rules(state),
      this.error ? h("p", { class: "message" }, this.error) : null,
      this.main(b),
      this.sentence(b),
      this.figures(b),
      this.groups(b, state),
      table(b, (name) => this.open("", name)),
      this.sources(b, state),
    );
  }

  private width(): number {
    return Math.max(220, Math.min(this.element.clientWidth - 36, 640));
  }

  private main(b: Balance): HTMLElement {
    const all = bars(b.total, b.total);
    const lang = language();
    const caption = (bar: Bar): string => {
      if (bar.key === "people") return b.population?.total ? number(b.population.total, lang) : "";
      const points = over(all, bar);
      const diff = points === null ? "" : `${term("class", "rural")} ${points > 0 ? "+" : ""}${t("balance.points", { n: Math.round(points) })} · `;
      return diff + (bar.key === "projects" ? number(b.total.projects, lang) : moneyShort(b.total.amount_cents ?? 0, lang));
    };
    const note = (bar: Bar) => `${t("balance.classified")} ${percent(bar.classed, lang)} · ${words(bar.rest).replaceAll(", ", " · ")}`;
    const chart = picture(all, { width: this.width(), mode: this.app.mode(), caption, note, open: (name) => this.open("", name) });
    const used = new Set(all.flatMap((bar) => [...bar.parts, ...bar.rest].map((p) => p.name)));
    const legend = [...placed, ...unplaced].filter((name) => used.has(name)).map((name) =>
      h("li", null, h("button", { class: "link", "data-key": `class/${name}`, "aria-label": t("balance.open", { name: term("class", name) }), onclick: () => this.open("", name) }, swatch(name, this.app.mode()), h("span", null, term("class", name)))));
    const all0 = b.total.amount_cents === null || !all.some((bar) => bar.key === "euros");
    return h("div", { class: "picture-box" }, chart, h("ul", { class: "class-legend" }, ...legend),
      b.total.without_amount ? h("p", { class: "missing" }, t("balance.missing", { n: b.total.without_amount, total: b.total.projects }), all0 ? ` ${t("balance.noEuros")}` : "") : null,
      b.population?.total || all.some((bar) => bar.key === "people") ? null : h("p", { class: "missing" }, t("balance.noPeople")),
      all.some((bar) => bar.key !== "people" && bar.parts.length) ? null : h("p", { class: "missing" }, t("balance.noClassed")));
  }

  private sentence(b: Balance): HTMLElement | null {
    const words = pick(b.summary);
    return words ? h("p", { class: "sentence" }, words) : null;
  }

  /** Four figures; euros where there are any, else projects per thousand people. */
  private figures(b: Balance): HTMLElement {
    const lang = language();
    const row = (name: string) => b.total.rows.find((r) => r.class === name);
    const euros = b.total.rows.some((r) => r.per_head_cents !== null);
    const figure = (value: string | null, words: string) => h("div", { class: "figure" }, h("dt", null, words), h("dd", { class: value === null ? "none" : "" }, value ?? t("app.noData")));
    const each = (name: string) => {
      const r = row(name);
      if (euros) return figure(r?.per_head_cents == null ? null : money(r.per_head_cents, lang, true), t("balance.perHead", { class: term("class", name) }));
      return figure(perThousand(b, name), t("balance.perThousand", { class: term("class", name) }));
    };
    const parity = euros ? b.indicators?.parity : b.indicators_projects?.parity;
    return h("dl", { class: "figures" }, each("urban"), each("rural"),
      figure(parity == null ? null : number(parity, lang, 2, 2), t("balance.parity")), gap(b) ?? figure(number(b.total.without_amount, lang), t("balance.noAmount")));
  }

  private groups(b: Balance, state: State): HTMLElement {
    const by = h("select", { class: "select", "data-key": "by", "aria-label": t("balance.by"), onchange: (e: Event) => this.app.store.set({ by: (e.target as HTMLSelectElement).value }) },
      ...choices.by.map((v) => h("option", { value: v, selected: v === state.by }, t(`by.${v}` as Key))));
    const width = Math.max(90, Math.min(this.width() * 0.36, 260));
    return h("section", { class: "multiples" }, h("div", { class: "multiples-head" }, h("h3", null, t("balance.by")), by),
      h("ul", null, ...inOrder(b).map((g) => this.multiple(g, b, width))));
  }

  private multiple(g: BalanceGroup, b: Balance, width: number): HTMLElement {
    const mode = this.app.mode();
    const all = bars(g, b.total);
    const key = g.key ?? noGroup;
    const name = pick(g.name) || (b.by === "status" || b.by === "horizon" ? term(b.by, key) : key);
    const value = g.amount_cents !== null ? moneyShort(g.amount_cents, language()) : t("projects.count", { n: g.projects });
    const mark = b.by === "theme" ? symbolSVG(themeColor(this.app, b.municipality, key), "realised", false, mode)
      : b.by === "status" ? symbolSVG(themeColor(this.app, "", null), key, false, mode) : null;
    const code = b.by === "theme" || b.by === "measure" ? (g.key ?? "") : "";
    const label = `${t("balance.open", { name: [code, name].filter(Boolean).join(" ") })}. ${all.map((x) => `${t(`balance.${x.key}`)}: ${words(x.parts)}`).join(". ")}`;
    return h("li", null,
      h("button", { class: "multiple", "data-key": `group/${key}`, "aria-label": label, onclick: () => this.open(key, "") },
        h("span", { class: "multiple-name" }, mark, h("span", null, code ? h("span", { class: "code" }, code, " ") : null, name)),
        small(all, width, mode), h("span", { class: "multiple-value" }, value)));
  }

  private rules(state: State): HTMLElement {
    const schemes = this.app.data.current()?.schemes ?? [];
    const scheme = this.balance?.scheme ?? state.scheme;
    const schemeName = pick(schemes.find((x) => x.code === scheme)?.name) || term("scheme", scheme);
    const picked = [schemeName, term("method", state.method), ...(state.spread === "none" ? [] : [term("spread", state.spread)]), ...(state.money === "total" ? [] : [term("money", state.money)])];
    const field = (key: "method" | "spread" | "money", label: Key) => chooser(t(label), choices[key].map((v) => ({ value: v, text: term(key, v) })), state[key], (v) => this.app.store.set({ [key]: v }));
    return h("details", { class: "rules", open: this.rulesOpen, ontoggle: (e: Event) => (this.rulesOpen = (e.target as HTMLDetailsElement).open) },
      h("summary", { "data-key": "rules" }, h("span", { class: "rules-name" }, t("balance.rules")), h("span", { class: "rules-now" }, picked.join(" · "))),
      h("div", { class: "rules-fields" },
        chooser(t("balance.scheme"), schemes.map((x) => ({ value: x.code, text: pick(x.name) || term("scheme", x.code) })), scheme, (v) => this.app.store.set({ scheme: v })),
        field("method", "balance.method"), field("spread", "balance.spread"), field("money", "balance.money")));
  }

  private rulesOpen = false;

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

  private behindView(open: string): (HTMLElement | null)[] {
    const [group = "", cls = ""] = open.split("|");
    const g = this.balance?.groups.find((x) => (x.key ?? noGroup) === group);
    const code = this.balance?.by === "theme" || this.balance?.by === "measure" ? g?.key : "";
    const names = [group && [code, g ? pick(g.name) : ""].filter(Boolean).join(" "), cls && term("class", cls)].filter(Boolean);
    return [
      h("button", { class: "back link", "data-key": "back", onclick: () => this.app.store.set({ open: "" }) }, icon("back"), t("tab.balance")),
      h("h2", { class: "panel-title" }, names.join(" · ") || t("balance.all")),
      h("p", { class: "subtitle" }, t("balance.behind")),
      this.behind === null ? h("p", { class: "message" }, t("app.loading"))
        : this.behind.length ? h("ul", { class: "behind" }, ...this.behind.map((p) => this.behindRow(p)))
          : h("p", { class: "message" }, this.error || t("balance.behindNone")),
    ];
  }

  private behindRow(p: BalanceProject): HTMLElement {
    const { municipality } = this.app.store.get();
    const known = this.app.data.projects.find((x) => x.code === p.code);
    const lang = language();
    const facts = [p.share !== null && p.share < 0.9995 ? t("balance.shareOf", { share: percent(p.share, lang, 1) }) : "", p.amount_cents !== null ? money(p.amount_cents, lang) : "", pick(p.reason)];
    return h("li", null, h("button", { class: "row", "data-key": `b/${p.code}`, onclick: () => {
      select(this.app, { kind: "project", municipality, code: p.code });
      if (known?.bbox) this.app.map?.reveal(known.bbox);
    } },
      symbolSVG(themeColor(this.app, municipality, p.theme ?? known?.theme), p.status ?? known?.status ?? "unknown", known?.strategic ?? false, this.app.mode()),
      h("span", { class: "row-text" }, h("span", { class: "row-title" }, h("span", { class: "code" }, p.code), " ", known ? titled(known) : p.title), h("span", { class: "row-facts" }, facts.filter(Boolean).join(" · ")))));
  }
}

function perThousand(b: Balance, name: string): string | null {
  const r = b.total.rows.find((x) => x.class === name);
  const people = r?.people ?? (r?.people_share != null && b.population?.total ? r.people_share * b.population.total : null);
  return r && people && r.weight !== null ? number((r.weight / people) * 1000, language(), 2, 2) : null;
}

/** What the countryside is short of, or has over, its share of people. */
function gap(b: Balance): HTMLElement | null {
  const cents = b.total.rows.find((r) => r.class === "rural")?.gap_cents;
  if (cents == null) return null;
  const words = t(cents > 0 ? "balance.deficit" : "balance.surplus");
  return h("div", { class: "figure" }, h("dt", null, words), h("dd", null, moneyShort(Math.abs(cents), language())));
}

/** Settlements by name as Slovenes sort them; other groups in the server's order of codes. */
function inOrder(b: Balance): BalanceGroup[] {
  if (b.by !== "settlement") return b.groups;
  return [...b.groups].sort((x, y) => Number(x.key === null) - Number(y.key === null) || byName(pick(x.name), pick(y.name)));
}

function chooser(label: string, options: { value: string; text: string }[], value: string, choose: (v: string) => void): HTMLElement | null {
  if (!options.length) return null;
  const select = h("select", { class: "select", onchange: (e: Event) => choose((e.target as HTMLSelectElement).value) }, ...options.map((o) => h("option", { value: o.value, selected: o.value === value }, o.text)));
  return h("label", { class: "field" }, h("span", null, label), select);
}

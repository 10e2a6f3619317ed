// Settlements coloured by what they get for each of their people: euros per head,
// or projects per thousand people where no amount is known. It follows filters and
// rule, is the same whatever the scheme, and says where people are unknown or few.
import type { ExpressionSpecification, FilterSpecification, StyleSpecification } from "maplibre-gl";
import * as api from "./api";
import { select, type App } from "./app";
import { downloads } from "./balance-downloads";
import { breaks, byMoney, classOf, fewPeople, places, type Place } from "./choropleth-classes";
import { h, redraw, s } from "./dom";
import { byName, date, money, number } from "./format";
import { icon } from "./icons";
import { language, t, term } from "./i18n";
import type { MapView } from "./map";
import { ground, lines, type Mode } from "./palette";
import { dataLayer } from "./style";
import type { Balance } from "./types";

/** Nothing, then from little to much: one hue, steps of lightness, so that it reads without colour. */
export const shades: Record<Mode, string[]> = {
  light: ["#f7f2e6", "#f2dfb8", "#e3b877", "#cb9048", "#a8672e", "#7a4019"],
  dark: ["#22211f", "#3d3020", "#684a22", "#9a6d2a", "#cf9c46", "#f5d58e"],
};

export class Choropleth {
  /** The switch and the table, for the panel. */
  readonly element = h("section", { class: "shade" });
  /** The legend on the map. */
  readonly legend = h("section", { class: "shade-legend card", hidden: true });
  private view: MapView | null = null;
  private balance: Balance | null = null;
  private places: Place[] = [];
  private bounds: number[] = [];
  private asked = "";
  private error = "";
  private request: AbortController | null = null;

  constructor(private readonly app: App) {}

  attach(view: MapView): void {
    this.view = view;
    view.dressings.push((style, mode) => this.dress(style, mode));
    view.restyle();
  }

  private on(): boolean {
    return this.app.store.get().shade === "1";
  }

  /** Asks when it is on and what it depends on has changed. */
  update(query: api.Query, again = false): void {
    if (!this.on()) {
      if (this.asked) {
        this.asked = "";
        this.request?.abort();
        this.balance = null;
        this.places = [];
        this.view?.restyle();
      }
    } else {
      const wanted = { ...query, by: "settlement" };
      const key = api.address("", wanted);
      if (key !== this.asked || again) void this.ask(key, wanted);
    }
    this.draw();
  }

  private async ask(key: string, query: api.Query): Promise<void> {
    this.asked = key;
    this.request?.abort();
    const request = (this.request = new AbortController());
    try {
      const b = await api.balance(query, request.signal);
      this.balance = b;
      this.places = places(b);
      this.bounds = breaks(this.places.map((p) => p.value ?? 0));
      this.error = "";
    } catch (err) {
      if (request.signal.aborted) return;
      this.error = this.app.connection.words(err);
    }
    this.view?.restyle();
    this.draw();
  }

  /** The fills, above the settlements' own and below everything else. */
  private dress(style: StyleSpecification, mode: Mode): StyleSpecification {
    const source = Object.entries(style.sources).find(([, x]) => x.type === "vector")?.[0];
    if (!this.on() || !this.places.length || !source) return style;
    const codes = (want: (p: Place) => boolean) => this.places.filter(want).map((p) => p.code);
    const here = (list: string[]): FilterSpecification => ["all", ["==", ["get", "municipality"], this.balance?.municipality ?? ""], ["in", ["get", "code"], ["literal", list]]];
    const colors: (string | string[])[] = [];
    this.colors(mode).forEach((color, i) => {
      const list = codes((p) => p.value !== null && classOf(p.value, this.bounds) === i);
      if (list.length) colors.push(list, color);
    });
    const common = { source, "source-layer": "settlements" };
    const known = codes((p) => p.value !== null);
    const drawn: StyleSpecification["layers"] = [
      { id: "kraj-shade-none", type: "fill", ...common, filter: here(codes((p) => p.value === null)), paint: { "fill-pattern": "hatch-unknown" } },
      { id: "kraj-shade-few", type: "line", ...common, filter: here(codes((p) => p.value !== null && (p.people ?? 0) < fewPeople)), layout: { "line-join": "round" },
        paint: { "line-color": lines[mode].ink, "line-width": 1.6, "line-dasharray": [1, 2], "line-offset": 2.5 } },
    ];
    if (known.length) {
      drawn.unshift({ id: "kraj-shade", type: "fill", ...common, filter: here(known), paint: { "fill-color": ["match", ["get", "code"], ...colors, ground[mode].paper] as unknown as ExpressionSpecification } });
    }
    const layers = [...style.layers];
    const last = layers.findLastIndex((l) => l.type === "fill" && dataLayer(l) === "settlements");
    layers.splice(last + 1, 0, ...drawn);
    return { ...style, layers };
  }

  /** As many steps as there are classes, from both ends of the ramp. */
  private colors(mode: Mode): string[] {
    const ramp = shades[mode];
    const n = this.bounds.length + 1;
    const step = (i: number) => ramp[1 + Math.round(n === 1 ? 2 : (i * (ramp.length - 2)) / (n - 1))] ?? "";
    return [ramp[0] ?? "", ...Array.from({ length: n }, (_, i) => step(i))];
  }

  private what(): string {
    return t(this.balance && byMoney(this.balance) ? "shade.perHead" : "shade.perThousand");
  }

  private value(v: number): string {
    return this.balance && byMoney(this.balance) ? money(v, language(), true) : number(v, language(), 2);
  }

  /** Rows of the legend, those that occur; for the printed sheet as well. */
  printed(mode: Mode): { swatch: SVGSVGElement | null; text: string }[] {
    if (!this.on() || !this.places.length) return [];
    return [{ swatch: null, text: t("shade.legend", { what: this.what() }) }, ...this.rows(mode)];
  }

  private rows(mode: Mode): { swatch: SVGSVGElement; text: string }[] {
    const used = new Set(this.places.filter((p) => p.value !== null).map((p) => classOf(p.value ?? 0, this.bounds)));
    const rows = this.colors(mode).map((color, i) => ({ i, swatch: patch(mode, color), text: this.bound(i) })).filter((r) => used.has(r.i)).map(({ swatch, text }) => ({ swatch, text }));
    if (this.places.some((p) => p.value === null)) rows.push({ swatch: patch(mode, null), text: t("shade.none") });
    if (this.places.some((p) => p.value !== null && (p.people ?? 0) < fewPeople)) rows.push({ swatch: patch(mode, ground[mode].paper, true), text: t("shade.few", { n: fewPeople }) });
    return rows;
  }

  private bound(i: number): string {
    if (i === 0) return t("shade.zero");
    const [from, to] = [this.bounds[i - 2], this.bounds[i - 1]];
    if (from === undefined) return to === undefined ? t("shade.over", { from: this.value(0) }) : t("shade.upTo", { to: this.value(to) });
    return to === undefined ? t("shade.over", { from: this.value(from) }) : t("shade.between", { from: this.value(from).replace(/[\s ]€$/, ""), to: this.value(to) });
  }

  draw(): void {
    const on = this.on();
    const box = h("input", { type: "checkbox", id: "shade-on", "data-key": "shade", checked: on, onchange: () => this.app.store.set({ shade: on ? "" : "1" }) });
    const ready = on && this.balance;
    redraw(this.element, h("h3", null, t("shade.title")),
      h("label", { class: "shade-switch", for: "shade-on" }, box, h("span", { class: "switch", "aria-hidden": "true" }), h("span", null, t("shade.on"))),
      on && this.error ? h("p", { class: "message", role: "alert" }, `${t("shade.failed")} ${this.error}`) : null,
      on && !this.balance && !this.error ? h("p", { class: "note" }, t("app.loading")) : null,
      ready ? this.note() : null, ready ? this.table() : null);
    this.drawLegend();
  }

  private drawLegend(): void {
    const on = this.on() && this.places.length > 0;
    this.legend.hidden = !on;
    if (!on) return;
    const mode = this.app.mode();
    this.legend.setAttribute("aria-label", t("shade.title"));
    redraw(this.legend, h("details", { open: this.legendOpen ?? !this.app.narrow(), ontoggle: (e: Event) => (this.legendOpen = (e.target as HTMLDetailsElement).open) },
      h("summary", { "data-key": "shade-legend" }, h("h2", null, t("shade.legend", { what: this.what() }))),
      h("ul", { class: "legend-rows" }, ...this.rows(mode).map((r) => h("li", null, h("span", { class: "swatch" }, r.swatch), h("span", null, r.text))))));
  }

  /** As the reader left it; null: open where there is room. */
  private legendOpen: boolean | null = null;

  private note(): HTMLElement {
    const b = this.balance;
    const set = b?.population_by_settlement;
    const lang = language();
    const source = set ? t("shade.people", { source: [set.source, set.set].filter(Boolean).join(", "), date: date(set.date ?? "", lang), rule: b ? [term("method", b.method), term("spread", b.spread)].join(", ") : "" }) : t("balance.noPeople");
    const nothing = !this.places.some((p) => (p.value ?? 0) > 0);
    return h("p", { class: "note" }, icon("info"), h("span", null, source, b?.spread === "none" ? ` ${t("shade.spread")}` : "", nothing ? ` ${t("shade.nothing")}` : ""));
  }

  /** The same as a table: the map is not the only way to it. */
  private table(): HTMLElement {
    const lang = language();
    const b = this.balance;
    const euros = b !== null && byMoney(b);
    const cell = (v: string | null) => h("td", { class: v === null ? "none" : "" }, v ?? t("app.noData"));
    const sorted = [...this.places].sort((a, z) => (z.value ?? -1) - (a.value ?? -1) || byName(a.name, z.name));
    const line = (p: Place) => h("tr", null,
      h("th", { scope: "row" }, h("button", { class: "link", "data-key": `shade/${p.code}`, onclick: () => this.choose(p) }, p.name)),
      cell(p.value === null ? null : euros ? money(p.value, lang) : number(p.value, lang, 2, 2)), cell(p.people === null ? null : number(p.people, lang)),
      cell(number(p.projects, lang)), cell(number(p.weight, lang, 2, 2)), ...(euros ? [cell(p.projects === 0 ? money(0, lang) : p.cents === null ? null : money(p.cents, lang))] : []));
    const heads = [term("layerOne", "settlements"), this.what(), t("balance.people"), t("balance.count"), t("balance.weight"), ...(euros ? [t("balance.euros")] : [])];
    return h("details", { class: "fold", open: this.folded, ontoggle: (e: Event) => (this.folded = (e.target as HTMLDetailsElement).open) },
      h("summary", { "data-key": "shade-table" }, t("shade.table")),
      h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": t("shade.table") },
        h("table", { class: "numbers" }, h("thead", null, h("tr", null, ...heads.map((text) => h("th", { scope: "col" }, text)))), h("tbody", null, ...sorted.map(line)))),
      b ? downloads(this.app, b, "Places", null) : null);
  }

  private folded = false;

  private choose(p: Place): void {
    const { municipality } = this.app.store.get();
    select(this.app, { kind: "place", layer: "settlements", municipality, code: p.code });
  }
}

/** A swatch: a fill, or the hatch of what is not known; dotted where few people live. */
function patch(mode: Mode, fill: string | null, dotted = false): SVGSVGElement {
  const svg = s("svg", { viewBox: "0 0 26 16", width: 26, height: 16, "aria-hidden": "true" });
  svg.append(s("rect", { x: 1, y: 1, width: 24, height: 14, fill: fill ?? ground[mode].paper, stroke: lines[mode].municipality }));
  if (fill === null) for (const x of [-6, 0, 6, 12, 18]) svg.append(s("line", { x1: Math.max(1, x), y1: x < 1 ? 16 + x - 2 : 15, x2: Math.min(25, x + 14), y2: x + 14 > 25 ? x + 14 - 24 : 1, stroke: lines[mode].grey, "stroke-width": 1.2 }));
  if (dotted) svg.append(s("rect", { x: 3.5, y: 3.5, width: 19, height: 9, fill: "none", stroke: lines[mode].ink, "stroke-width": 1.5, "stroke-dasharray": "1.5 2.5" }));
  return svg;
}

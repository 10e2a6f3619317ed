// The panel of layers and the legend on the map: both show the very symbols the map draws.
import type { StyleSpecification } from "maplibre-gl";
import { themeColor, type App } from "./app";
import { h, redraw, s } from "./dom";
import { icon } from "./icons";
import { pick, t, term, type Key } from "./i18n";
import { ground, lines, noTheme, type Mode } from "./palette";
import { dataLayers, visibleLayers } from "./style";
import { namedSVG, statuses, symbolSVG } from "./symbols";

interface LegendRow {
  swatch: Element;
  text: string;
}

/** In the order of the questions: what is planned, on what, within what. */
const order = ["projects", "projects_named", "cycling_routes", "business_zones", "degraded_areas", "agglomerations", "settlements", "local_communities", "municipalities"];

export class LayersPanel {
  readonly element = h("div", { class: "layers" });
  readonly legend = h("section", { class: "legend card" });
  private style: StyleSpecification | null = null;
  private failed = false;

  constructor(private readonly app: App, private readonly reload: () => void) {
    app.data.subscribe(() => this.draw());
  }

  /** The style that the map draws, or null when it could not be loaded. */
  use(style: StyleSpecification | null): void {
    this.style = style ?? this.style;
    this.failed = !style;
    this.draw();
  }

  draw(): void {
    this.drawLegend();
    if (!this.style) {
      const retry = h("button", { class: "button", onclick: this.reload }, t("app.retry"));
      redraw(this.element, h("p", { class: "message" }, this.failed ? t("error.style") : t("app.loading")), this.failed ? retry : null);
      return;
    }
    const on = new Set(visibleLayers(this.style, this.app.store.get()));
    const items = this.ids().map((id) => this.item(id, on));
    redraw(this.element, h("h2", { class: "panel-title" }, t("layers.heading")), h("ul", { class: "layer-list" }, ...items), h("p", { class: "note" }, icon("info"), t("layers.approximate")));
  }

  private ids(): string[] {
    const known = this.style ? [...dataLayers(this.style).keys()] : [];
    const rest = known.filter((id) => !order.includes(id));
    return [...order.filter((id) => known.includes(id)), ...rest];
  }

  private item(id: string, on: Set<string>): HTMLElement {
    const name = term("layer", id);
    const box = h("input", {
      type: "checkbox", id: `layer-${id}`, "data-key": `layer/${id}`, checked: on.has(id),
      onchange: () => this.toggle(id, on),
    });
    const rows = on.has(id) ? this.rows(id) : [];
    return h(
      "li",
      { class: "layer" },
      h("label", { class: "layer-name", for: `layer-${id}` }, box, h("span", { class: "switch", "aria-hidden": "true" }), h("span", null, name)),
      rows.length ? h("ul", { class: "legend-rows" }, ...rows.map(legendRow)) : null,
      id === "projects" && on.has(id) ? this.themes() : null,
    );
  }

  private toggle(id: string, on: Set<string>): void {
    const next = new Set(on);
    if (!next.delete(id)) next.add(id);
    this.app.store.set({ layers: this.ids().filter((x) => next.has(x)) });
  }

  private themeRows(mode: Mode): { swatch: SVGSVGElement; text: string }[] {
    const current = this.app.data.current();
    return (current?.themes ?? []).map((theme) => ({
      swatch: symbolSVG(themeColor(this.app, current?.slug ?? "", theme.code, mode), "realised", false, mode),
      text: `${theme.code}  ${pick(theme.name)}`,
    }));
  }

  private themes(): HTMLElement {
    const rows = this.themeRows(this.app.mode());
    return h("div", null, h("p", { class: "legend-title" }, t("legend.byTheme")), h("ul", { class: "legend-rows" }, ...rows.map(legendRow)));
  }

  /** The legend of what is visible, for the printed sheet: projects by theme as well, because paper has no list beside it. */
  printed(mode: Mode): { swatch: SVGSVGElement | null; text: string }[] {
    const on = this.style ? visibleLayers(this.style, this.app.store.get()) : [];
    return this.ids().filter((id) => on.includes(id)).flatMap((id) => {
      const rows = this.rows(id, mode).map((row) => ({ swatch: row.swatch as SVGSVGElement, text: row.text }));
      const heading = { swatch: null, text: t("legend.byTheme") };
      return id === "projects" ? [...rows, heading, ...this.themeRows(mode)] : rows;
    });
  }

  private rows(id: string, mode = this.app.mode()): LegendRow[] {
    return id === "projects" ? projectRows(mode, this.used()) : rowsOf(id, mode, this.classes());
  }

  /** Only statuses that occur, so that the legend says no more than the map. */
  private used(): Set<string> {
    return new Set(this.app.data.projects.filter((p) => !p.is_group).map((p) => p.status));
  }

  private classes(): string[] {
    const scheme = this.app.data.current()?.schemes.find((x) => x.code === "municipal");
    if (!scheme) return ["unclassified"];
    return scheme.classes.includes("suburban") ? ["urban", "suburban", "rural"] : ["urban", "rural"];
  }

  private drawLegend(): void {
    const state = this.app.store.get();
    const legend = state.legend === "auto" ? !this.app.narrow() : state.legend === "open";
    this.legend.setAttribute("aria-label", t("layers.legend"));
    const toggle = h(
      "button",
      { class: "legend-toggle", "data-key": "legend", "aria-expanded": String(legend), title: t(legend ? "layers.hideLegend" : "layers.showLegend"), onclick: () => this.app.store.set({ legend: legend ? "closed" : "open" }, false) },
      icon("legend"), h("span", null, t("layers.legend")), icon("chevron"),
    );
    const on = this.style ? visibleLayers(this.style, this.app.store.get()) : [];
    const ids = this.ids().filter((id) => on.includes(id) && id !== "municipalities");
    const rows = legend ? ids.flatMap((id) => this.rows(id)) : [];
    this.legend.hidden = !ids.length;
    redraw(this.legend, toggle, rows.length ? h("ul", { class: "legend-rows" }, ...rows.map(legendRow)) : null);
  }
}

const legendRow = (row: LegendRow) => h("li", null, h("span", { class: "swatch" }, row.swatch), h("span", null, row.text));

function projectRows(mode: Mode, used: Set<string>): LegendRow[] {
  const rows: LegendRow[] = statuses.filter((status) => used.has(status)).map((status) => ({ swatch: symbolSVG(noTheme[mode], status, false, mode), text: term("status", status) }));
  rows.push({ swatch: symbolSVG(noTheme[mode], "realised", true, mode), text: t("legend.strategic") });
  return rows;
}

function rowsOf(id: string, mode: Mode, classes: string[]): LegendRow[] {
  const c = lines[mode];
  const row = (swatch: Element, key: Key): LegendRow => ({ swatch, text: t(key) });
  switch (id) {
    case "projects_named":
      return [row(namedSVG(noTheme[mode], true), "legend.namedConfirmed"), row(namedSVG(noTheme[mode], false), "legend.namedProposed")];
    case "settlements":
      return classes.map((name) => ({ swatch: area({ fill: ground[mode][name as "urban"], stroke: c.municipality, dots: name !== "rural" }, mode), text: term("classOf", name) }));
    case "business_zones":
      return [row(area({ fill: c.zone, opacity: 0.18, stroke: c.zone }, mode), "legend.zone")];
    case "degraded_areas":
      return [row(area({ hatch: c.degraded, stroke: c.degraded }, mode), "legend.degraded")];
    case "agglomerations":
      return [
        row(area({ fill: c.agglomeration, opacity: 0.06, stroke: c.agglomeration, width: 2, dash: "4 2.5" }, mode), "legend.large"),
        row(area({ fill: c.agglomeration, opacity: 0.06, stroke: c.agglomeration, dash: "4 2.5" }, mode), "legend.small"),
      ];
    case "cycling_routes":
      return [row(line(c.cycling, 2.6), "legend.existing"), row(line(c.cycling, 2.6, "5 3"), "legend.planned")].map((r, i) => ({ ...r, text: `${t("layerOne.cycling_routes")}, ${t(i ? "legend.planned" : "legend.existing")}` }));
    case "local_communities":
      return [row(line(c.community, 1.4, "2 2"), "legend.community")];
    case "municipalities":
      return [row(line(c.municipality, 2), "legend.municipality")];
  }
  return [];
}

interface Look {
  fill?: string;
  opacity?: number;
  stroke: string;
  width?: number;
  dash?: string;
  hatch?: string;
  dots?: boolean;
}

function area(look: Look, mode: Mode): SVGSVGElement {
  const svg = s("svg", { viewBox: "0 0 26 16", width: 26, height: 16, "aria-hidden": "true" });
  svg.append(s("rect", { x: 1, y: 1, width: 24, height: 14, fill: ground[mode].paper }));
  svg.append(s("rect", { x: 1, y: 1, width: 24, height: 14, fill: look.fill ?? "none", "fill-opacity": look.opacity ?? 1, stroke: look.stroke, "stroke-width": look.width ?? 1, "stroke-dasharray": look.dash }));
  if (look.hatch) for (let x = -8; x < 24; x += 5.6) svg.append(s("line", { x1: Math.max(1, x), y1: x < 1 ? 15 + x - 1 : 15, x2: Math.min(25, x + 14), y2: x + 14 > 25 ? 1 + (x + 14 - 25) : 1, stroke: look.hatch, "stroke-width": 1.4 }));
  if (look.dots) for (let i = 0; i < 10; i++) svg.append(s("circle", { cx: 4 + (i % 5) * 4.5, cy: i < 5 ? 5.5 : 10.5, r: 0.7, fill: mode === "light" ? "#7f95a5" : "#7d95a8" }));
  return svg;
}

function line(color: string, width: number, dash?: string): SVGSVGElement {
  return s("svg", { viewBox: "0 0 26 16", width: 26, height: 16, "aria-hidden": "true" }, s("line", { x1: 1, x2: 25, y1: 8, y2: 8, stroke: color, "stroke-width": width, "stroke-dasharray": dash }));
}

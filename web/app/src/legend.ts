// What the legend says: for each layer its kinds, each with a swatch that is the style itself.
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import { themeColor, type App } from "./app";
import { kindsOf, type Kind, type Kinds, type Known } from "./classes";
import { evaluate } from "./evaluate";
import { layerName, register } from "./layer-names";
import { ground, noTheme, shown, type Mode } from "./palette";
import { dataLayer } from "./style";
import { drawingOrder } from "./style-layers";
import { swatch } from "./swatch";
import { image } from "./symbols";
import type { Text } from "./types";

interface Registered {
  id: string;
  title: Text;
  geometry: string;
  own: boolean;
}

export interface LegendRow {
  key: string;
  swatch: SVGSVGElement;
  text: string;
}

/** Sharp on paper too. */
const density = 4;

export class Legend {
  constructor(private readonly app: App, readonly style: StyleSpecification, private readonly mode: Mode) {
    register((style.metadata as Record<string, unknown> | undefined)?.["kraj:layers"]);
  }

  /** Data layers from the topmost down, as they are drawn. */
  layers(): string[] {
    const order = drawingOrder(this.style.layers, dataLayer);
    if (!order.includes("projects") || !order.includes("projects_named")) return order;
    // What only words place follows what was surveyed: both are symbols, which are on top anyway.
    const rest = order.filter((id) => id !== "projects" && id !== "projects_named");
    const at = Math.min(order.indexOf("projects"), order.indexOf("projects_named"));
    return [...rest.slice(0, at), "projects", "projects_named", ...rest.slice(at)];
  }

  private registered(id: string): Registered | undefined {
    const list = (this.style.metadata as Record<string, unknown> | undefined)?.["kraj:layers"];
    return Array.isArray(list) ? (list as Registered[]).find((l) => l.id === id) : undefined;
  }

  /** A layer of the planner's own has the name that he gave it. */
  name(id: string): string {
    return layerName(id);
  }

  private known(): Known {
    const { data, facets } = this.app;
    const current = data.current();
    const scheme = current?.schemes.find((x) => x.code === "municipal");
    const classes = !scheme ? ["unclassified"] : scheme.classes.includes("suburban") ? ["urban", "suburban", "rural"] : ["urban", "rural"];
    return {
      classes,
      // Only statuses that occur, so that the legend says no more than the map.
      statuses: new Set(facets.values("status").filter((v) => v.projects).map((v) => v.key)),
      themes: current?.themes ?? [],
      geometry: (layer) => this.registered(layer)?.geometry ?? "",
    };
  }

  kinds(id: string): Kinds[] {
    const all = kindsOf(id, this.known()).filter((k) => k.kinds.length > 0);
    const own = this.registered(id)?.own;
    return own ? all.map((group) => ({ ...group, kinds: group.kinds.map((k) => ({ ...k, text: this.name(id) })) })) : all;
  }

  /** How a kind looks, by the layers of the style that draw it. */
  drawing(id: string, kind: Kind): SVGSVGElement {
    const layers = this.style.layers.filter((l) => dataLayer(l) === id && l.type !== "background");
    const example = { ...kind.example, properties: { municipality: this.app.store.get().municipality, ...kind.example.properties } };
    return swatch(paired(layers, example), example, (name) => image(name, this.mode, density, (spec) => this.colorOf(spec)), this.paper());
  }

  private paper(): string {
    const fill = this.style.layers.find((l) => l.id === "municipalities-fill");
    const color = fill?.type === "fill" ? evaluate(fill.paint?.["fill-color"], { geometry: "Polygon", properties: {}, zoom: 13 }) : null;
    return typeof color === "string" ? color : ground[this.mode].paper;
  }

  private colorOf(spec: string): string {
    if (/^[0-9a-f]{6}$/i.test(spec)) return spec.toLowerCase() === "4a5058" ? noTheme[this.mode] : shown(`#${spec}`, this.mode);
    const [municipality = "", theme = ""] = spec.split("/");
    return themeColor(this.app, municipality, theme, this.mode);
  }

  /** The rows of a layer that the drawing tells apart: kinds that have been seen on the map and are not switched off. */
  rows(id: string, hide: string[], seen: (id: string, kind: Kind) => boolean): LegendRow[] {
    const groups = this.kinds(id).filter((g) => !g.alike);
    return groups.flatMap((g) => g.kinds.filter((k) => (!k.key || !hide.includes(`${id}.${k.key}`)) && seen(id, k)).map((k) => ({ key: k.key, swatch: this.drawing(id, k), text: k.text })));
  }
}

/** The circle below a symbol is for whoever lacks its image; where the image is drawn, the legend leaves the circle out. */
function paired(layers: LayerSpecification[], example: Kind["example"]): LayerSpecification[] {
  const hasIcon = example.geometry === "Point" && layers.some((l) => l.type === "symbol" && l.layout?.["icon-image"] !== undefined);
  return hasIcon ? layers.filter((l) => l.type !== "circle") : layers;
}

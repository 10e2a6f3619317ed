// A swatch of the legend, drawn from the layers of the style themselves: whoever changes the style changes the legend.
import type { LayerSpecification } from "maplibre-gl";
import { s } from "./dom";
import { evaluate, type Sample } from "./evaluate";
import type { Drawn } from "./symbols";

/** Makes the image that a style names, or null. */
export type Images = (name: string) => Drawn | null;

const [width, height] = [30, 18];
const usualZoom = 13;

/** How an example looks: every layer of the style that would draw it, lowest first, on paper. */
export function swatch(layers: LayerSpecification[], example: Omit<Sample, "zoom">, images: Images, paper: string): SVGSVGElement {
  const svg = s("svg", { class: "swatch-drawing", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
  const sample = { ...example, zoom: usualZoom };
  if (example.geometry === "Polygon") svg.append(s("rect", { x: 2, y: 2, width: width - 4, height: height - 4, fill: paper }));
  for (const layer of layers) {
    if (layer.type === "background" || ("filter" in layer && layer.filter && !evaluate(layer.filter, sample))) continue;
    svg.append(...part(layer, sample, images));
  }
  return svg;
}

function part(layer: LayerSpecification, sample: Sample, images: Images): SVGElement[] {
  const paint = (name: string) => evaluate((layer.paint as Record<string, unknown> | undefined)?.[name], sample);
  const number = (name: string, fallback: number) => {
    const v = paint(name);
    return typeof v === "number" && Number.isFinite(v) ? v : fallback;
  };
  switch (layer.type) {
    case "fill":
      return sample.geometry === "Polygon" ? fill(paint, number, images) : [];
    case "line":
      return sample.geometry === "Point" ? [] : line(paint, number, sample.geometry);
    case "circle":
      return sample.geometry === "Point" ? circle(paint, number) : [];
    case "symbol": {
      const name = filled(evaluate((layer.layout as Record<string, unknown> | undefined)?.["icon-image"], sample), sample);
      const drawn = sample.geometry === "Point" && typeof name === "string" && name ? images(named(name, sample)) : null;
      return drawn ? [picture(drawn, number("icon-opacity", 1))] : sign(layer, sample, paint);
    }
  }
  return [];
}

/** A character that stands for a place; longer texts are names, which no legend shows. */
function sign(layer: LayerSpecification, sample: Sample, paint: Paint): SVGElement[] {
  const text = evaluate((layer.layout as Record<string, unknown> | undefined)?.["text-field"], sample);
  if (sample.geometry !== "Point" || typeof text !== "string" || text.length !== 1) return [];
  return [s("text", { x: width / 2, y: height / 2, "text-anchor": "middle", "dominant-baseline": "central", "font-size": 18, "font-weight": 600, fill: String(paint("text-color") ?? "none") }, text)];
}

/** A name with attributes in braces, as styles may give it to icons. */
const named = (name: string, sample: Sample) => name.replace(/\{(\w+)\}/g, (_, key: string) => String(sample.properties[key] ?? ""));

/** A name with attributes in it, as older clients write them: project-{color}-idea. */
const filled = (name: unknown, sample: Sample): unknown => (typeof name === "string" ? name.replace(/\{(\w+)\}/g, (_, key: string) => String(sample.properties[key] ?? "")) : name);

type Paint = (name: string) => unknown;
type Num = (name: string, fallback: number) => number;

function fill(paint: Paint, number: Num, images: Images): SVGElement[] {
  const box = { x: 2, y: 2, width: width - 4, height: height - 4 };
  const pattern = paint("fill-pattern");
  if (typeof pattern !== "string") return [s("rect", { ...box, fill: String(paint("fill-color") ?? "none"), "fill-opacity": number("fill-opacity", 1) })];
  const drawn = images(pattern);
  if (!drawn) return [];
  const id = `pattern-${pattern}-${++patterns}`;
  const w = drawn.data.width / drawn.pixelRatio;
  const h = drawn.data.height / drawn.pixelRatio;
  return [s("pattern", { id, patternUnits: "userSpaceOnUse", width: w, height: h }, s("image", { href: url(drawn), width: w, height: h })), s("rect", { ...box, fill: `url(#${id})`, "fill-opacity": number("fill-opacity", 1) })];
}

let patterns = 0;

function line(paint: Paint, number: Num, geometry: Sample["geometry"]): SVGElement[] {
  const w = Math.min(5, number("line-width", 1));
  const dash = paint("line-dasharray");
  const common = {
    fill: "none", stroke: String(paint("line-color") ?? "none"), "stroke-width": w, "stroke-opacity": number("line-opacity", 1),
    "stroke-dasharray": Array.isArray(dash) ? dash.map((d) => Number(d) * w).join(" ") : undefined,
  };
  if (geometry === "Polygon") return [s("rect", { x: 2, y: 2, width: width - 4, height: height - 4, ...common })];
  const gap = Math.min(6, number("line-gap-width", 0));
  const offsets = gap ? [-(gap + w) / 2, (gap + w) / 2] : [0];
  return offsets.map((dy) => s("line", { x1: 2, x2: width - 2, y1: height / 2 + dy, y2: height / 2 + dy, ...common }));
}

function circle(paint: Paint, number: Num): SVGElement[] {
  const r = Math.min(6.5, number("circle-radius", 5));
  return [s("circle", {
    cx: width / 2, cy: height / 2, r, fill: String(paint("circle-color") ?? "none"), "fill-opacity": number("circle-opacity", 1),
    stroke: String(paint("circle-stroke-color") ?? "none"), "stroke-width": number("circle-stroke-width", 0), "stroke-opacity": number("circle-stroke-opacity", 1),
  })];
}

function picture(drawn: Drawn, opacity: number): SVGElement {
  const fit = Math.min(1, 24 / (drawn.data.height / drawn.pixelRatio));
  const w = (drawn.data.width / drawn.pixelRatio) * fit;
  const h = (drawn.data.height / drawn.pixelRatio) * fit;
  return s("image", { href: url(drawn), x: (width - w) / 2, y: (height - h) / 2, width: w, height: h, opacity });
}

/** The image as an address; kept, because a legend asks for the same few again and again. */
const urls = new WeakMap<ImageData, string>();

function url(drawn: Drawn): string {
  const known = urls.get(drawn.data);
  if (known) return known;
  const canvas = document.createElement("canvas");
  canvas.width = drawn.data.width;
  canvas.height = drawn.data.height;
  canvas.getContext("2d")?.putImageData(drawn.data, 0, 0);
  const made = canvas.toDataURL();
  urls.set(drawn.data, made);
  return made;
}

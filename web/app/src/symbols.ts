// Project symbols and fill patterns, drawn at run time. One description serves
// the map (canvas) and the page (SVG), so the legend shows the very symbol.
//
// The status is told by form: realised solid, in implementation half filled, in
// preparation a ring, an idea a broken ring, not realised a grey ring with a
// stroke, dropped with two, unknown a small dot. Strategic ones are larger and ringed.
import { s } from "./dom";
import { ground, lines, noTheme, type Mode } from "./palette";

export const statuses = ["realised", "implementation", "preparation", "idea", "not_realised", "dropped", "unknown"] as const;

type Ink = "color" | "paper" | "grey";

type Op =
  | { kind: "disc"; r: number; fill: Ink }
  | { kind: "ring"; r: number; width: number; ink: Ink; dash?: [number, number] }
  | { kind: "half"; r: number; fill: Ink }
  | { kind: "stroke"; r: number; width: number; ink: Ink; angle: number };

/** What a symbol is made of, bottom up, in pixels around its centre. */
export function symbol(status: string, strategic: boolean): Op[] {
  const r = strategic ? 7.5 : 6;
  const ops: Op[] = [];
  const small = status === "unknown";
  const outer = strategic ? r + (small ? 1.4 : 3.6) : r;
  ops.push({ kind: "disc", r: (small && !strategic ? 4 : outer) + 1.6, fill: "paper" });
  if (strategic) ops.push({ kind: "ring", r: outer - 0.5, width: 1.3, ink: grey(status) ? "grey" : "color" });
  return ops.concat(form(status, r));
}

const grey = (status: string) => status === "not_realised" || status === "dropped";

function form(status: string, r: number): Op[] {
  const ring = (width: number, ink: Ink, dash?: [number, number]): Op => ({ kind: "ring", r: r - width / 2, width, ink, ...(dash ? { dash } : {}) });
  switch (status) {
    case "realised":
      return [{ kind: "disc", r, fill: "color" }];
    case "implementation":
      return [{ kind: "half", r: r - 0.5, fill: "color" }, ring(1.9, "color")];
    case "preparation":
      return [ring(2.3, "color")];
    case "idea":
      return [ring(2, "color", [2.7, 1.9])];
    case "not_realised":
      return [ring(1.7, "grey"), { kind: "stroke", r, width: 1.7, ink: "grey", angle: -45 }];
    case "dropped":
      return [ring(1.7, "grey"), { kind: "stroke", r, width: 1.7, ink: "grey", angle: -45 }, { kind: "stroke", r, width: 1.7, ink: "grey", angle: 45 }];
    default:
      return [{ kind: "disc", r: r * 0.6, fill: "color" }];
  }
}

/** Half the side of the square that holds the symbol. */
const half = (strategic: boolean) => (strategic ? 14 : 9);

function inks(color: string, mode: Mode): Record<Ink, string> {
  return { color, paper: mode === "light" ? "#fffefb" : ground.dark.paper, grey: lines[mode].grey };
}

/** The symbol as SVG for lists and legends; decorative, its meaning is in the text beside it. */
export function symbolSVG(color: string, status: string, strategic: boolean, mode: Mode): SVGSVGElement {
  const ink = inks(color, mode);
  const h = half(strategic) - (strategic ? 0 : 1);
  const svg = s("svg", { class: "symbol", viewBox: `${-h} ${-h} ${2 * h} ${2 * h}`, width: 2 * h, height: 2 * h, "aria-hidden": "true" });
  for (const op of symbol(status, strategic)) svg.append(svgOp(op, ink));
  return svg;
}

function svgOp(op: Op, ink: Record<Ink, string>): SVGElement {
  switch (op.kind) {
    case "disc":
      return s("circle", { r: op.r, fill: ink[op.fill] });
    case "half":
      return s("path", { d: `M ${-op.r} 0 A ${op.r} ${op.r} 0 0 0 ${op.r} 0 Z`, fill: ink[op.fill] });
    case "ring":
      return s("circle", { r: op.r, fill: "none", stroke: ink[op.ink], "stroke-width": op.width, "stroke-dasharray": op.dash?.join(" ") });
    case "stroke":
      return s("line", { x1: -op.r, x2: op.r, y1: 0, y2: 0, stroke: ink[op.ink], "stroke-width": op.width, transform: `rotate(${op.angle})` });
  }
}

export interface Drawn {
  data: ImageData;
  pixelRatio: number;
}

/** The symbol as an image for the map. */
export function symbolImage(color: string, status: string, strategic: boolean, mode: Mode, ratio: number): Drawn {
  const h = half(strategic);
  const { ctx, done } = canvas(2 * h, ratio);
  ctx.translate(h, h);
  const ink = inks(color, mode);
  for (const op of symbol(status, strategic)) drawOp(ctx, op, ink);
  return done();
}

/** Half the diagonal of the hollow diamond of a project that only its words place, and the breaks of a proposal's. */
const diamond = { r: 6.5, mark: 2.8, width: 1.5, dash: [2.4, 2] as [number, number] };

/** A project that only its words place: a hollow diamond, broken while nobody has confirmed it, with a mark when it is done or under way. */
function namedImage(color: string, confirmed: boolean, status: string, mode: Mode, ratio: number): Drawn {
  const { ctx, done } = canvas(18, ratio);
  ctx.translate(9, 9);
  ctx.beginPath();
  for (const [x, y] of [[0, -1], [1, 0], [0, 1], [-1, 0]] as const) ctx.lineTo(x * diamond.r, y * diamond.r);
  ctx.closePath();
  ctx.strokeStyle = inks(color, mode).paper;
  ctx.lineWidth = diamond.width + 2;
  ctx.stroke();
  ctx.strokeStyle = color;
  ctx.lineWidth = diamond.width;
  if (!confirmed) ctx.setLineDash(diamond.dash);
  ctx.stroke();
  if (status) drawOp(ctx, { kind: status === "realised" ? "disc" : "half", r: diamond.mark, fill: "color" }, inks(color, mode));
  return done();
}

/** The same as SVG, for the legend. */
export function namedSVG(color: string, confirmed: boolean): SVGSVGElement {
  const r = diamond.r;
  return s("svg", { class: "symbol", viewBox: "-9 -9 18 18", width: 18, height: 18, "aria-hidden": "true" },
    s("path", { d: `M 0 ${-r} L ${r} 0 L 0 ${r} L ${-r} 0 Z`, fill: "none", stroke: color, "stroke-width": diamond.width, "stroke-dasharray": confirmed ? undefined : diamond.dash.join(" ") }));
}

function drawOp(ctx: CanvasRenderingContext2D, op: Op, ink: Record<Ink, string>): void {
  ctx.beginPath();
  ctx.setLineDash([]);
  if (op.kind === "disc" || op.kind === "half") {
    ctx.fillStyle = ink[op.fill];
    ctx.arc(0, 0, op.r, 0, op.kind === "half" ? Math.PI : 2 * Math.PI);
    ctx.fill();
    return;
  }
  ctx.strokeStyle = ink[op.ink];
  ctx.lineWidth = op.width;
  if (op.kind === "ring") {
    if (op.dash) ctx.setLineDash(op.dash);
    ctx.arc(0, 0, op.r, 0, 2 * Math.PI);
  } else {
    const [x, y] = [Math.cos((op.angle * Math.PI) / 180) * op.r, Math.sin((op.angle * Math.PI) / 180) * op.r];
    ctx.moveTo(-x, -y);
    ctx.lineTo(x, y);
  }
  ctx.stroke();
}

/** One for all images, in memory because its pixels are read: a busy tile asks for dozens of symbols at once. */
let shared: CanvasRenderingContext2D | null = null;

function canvas(size: number, ratio: number): { ctx: CanvasRenderingContext2D; done: () => Drawn } {
  shared ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const ctx = shared;
  if (!ctx) throw new Error("no 2d canvas");
  const el = ctx.canvas;
  el.width = el.height = Math.round(size * ratio); // also clears it
  ctx.scale(ratio, ratio);
  return { ctx, done: () => ({ data: ctx.getImageData(0, 0, el.width, el.height), pixelRatio: ratio }) };
}

/** Diagonal lines that tile without a seam: `step` px apart, drawn thrice so that corners meet. */
function hatch(size: number, width: number, color: string, ratio: number, both = false): Drawn {
  const { ctx, done } = canvas(size, ratio);
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.beginPath();
  for (const d of [-size, 0, size]) {
    ctx.moveTo(d - 1, size + 1);
    ctx.lineTo(d + size + 1, -1);
    if (both) {
      ctx.moveTo(d - 1, -1);
      ctx.lineTo(d + size + 1, size + 1);
    }
  }
  ctx.stroke();
  return done();
}

/** A very quiet grid of dots. */
function dots(size: number, color: string, ratio: number): Drawn {
  const { ctx, done } = canvas(size, ratio);
  ctx.fillStyle = color;
  for (const [x, y] of [[size * 0.25, size * 0.25], [size * 0.75, size * 0.75]] as const) {
    ctx.beginPath();
    ctx.arc(x, y, 0.65, 0, 2 * Math.PI);
    ctx.fill();
  }
  return done();
}

function bridge(mode: Mode, ratio: number): Drawn {
  const { ctx, done } = canvas(16, ratio);
  ctx.strokeStyle = lines[mode].cycling;
  ctx.lineWidth = 2;
  for (const y of [4.5, 11.5]) {
    ctx.beginPath();
    ctx.moveTo(2, y);
    ctx.lineTo(14, y);
    ctx.stroke();
  }
  return done();
}

/**
 * Draws the image that a style asks for by name, or null for a name that is none of ours.
 * project-{#rrggbb | municipality/theme}-{status}-{0|1}, named-{color}-{proposed|confirmed}[-realised|-implementation], hatch-degraded, hatch-unknown, texture-urban, texture-suburban, bridge.
 */
export function image(name: string, mode: Mode, ratio: number, color: (spec: string) => string): Drawn | null {
  const project = /^project-#?(.*)-([a-z_]+)-(0|1|true|false)$/.exec(name);
  if (project) {
    const [, spec = "", status = "unknown", strategic] = project;
    return symbolImage(color(spec) || noTheme[mode], status, strategic === "1" || strategic === "true", mode, ratio);
  }
  const named = /^named-#?(.*?)-(proposed|confirmed)(?:-(realised|implementation))?$/.exec(name);
  if (named) return namedImage(color(named[1] ?? "") || noTheme[mode], named[2] === "confirmed", named[3] ?? "", mode, ratio);
  switch (name) {
    case "hatch-degraded":
      return hatch(8, 1.5, lines[mode].degraded, ratio);
    case "hatch-unknown":
      return hatch(7, 1.2, lines[mode].grey, ratio);
    case "texture-urban":
      return dots(7, mode === "light" ? "rgba(58,84,104,.2)" : "rgba(150,180,205,.2)", ratio);
    case "texture-suburban":
      return dots(12, mode === "light" ? "rgba(70,88,84,.2)" : "rgba(160,180,170,.18)", ratio);
    case "bridge":
      return bridge(mode, ratio);
  }
  return null;
}

// The sheet as SVG, which prints as text and lines, and on a canvas, which becomes a PNG.
import { s } from "../dom";
import type { Box, Mark, Measure, Sheet } from "./sheet";

const ink = "#23292d";
const grey = "#565d61";
const family = (bold?: boolean) => (bold ? "SourceSansSemibold, SourceSans, sans-serif" : "SourceSans, sans-serif");
const weight = (bold?: boolean) => (bold ? "600" : "400");

/** Widths from the very faces that the sheet is set in. */
export function measure(): Measure {
  const context = document.createElement("canvas").getContext("2d");
  return (text, size, bold) => {
    if (!context) return text.length * size * 0.5;
    context.font = `${weight(bold)} 100px ${family(bold)}`;
    return (context.measureText(text).width / 100) * size;
  };
}

/** The sheet as SVG in millimetres; the map is a picture in it. */
export function svgSheet(sheet: Sheet, picture: string, label: string): SVGSVGElement {
  const { w, h } = sheet.size;
  const svg = s("svg", { class: "sheet", viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": label, width: `${w}mm`, height: `${h}mm` });
  svg.append(s("rect", { width: w, height: h, fill: "#ffffff" }));
  for (const mark of sheet.marks) svg.append(...svgMark(mark, picture));
  return svg;
}

function svgMark(m: Mark, picture: string): SVGElement[] {
  switch (m.kind) {
    case "text": {
      const el = s("text", { x: m.x, y: m.y, "font-size": m.size, "font-family": family(m.bold), "font-weight": weight(m.bold), fill: m.grey ? grey : ink, "text-anchor": m.anchor ?? "start" });
      el.textContent = m.text;
      return [el];
    }
    case "line":
      return [s("line", { x1: m.x1, y1: m.y1, x2: m.x2, y2: m.y2, stroke: ink, "stroke-width": m.width })];
    case "box":
      return [s("rect", { x: m.box.x, y: m.box.y, width: m.box.w, height: m.box.h, fill: m.fill, stroke: m.stroke, "stroke-width": m.width })];
    case "path":
      return [s("path", { d: m.d, fill: m.fill })];
    case "map":
      return [
        ...(picture ? [s("image", { class: "sheet-map", x: m.box.x, y: m.box.y, width: m.box.w, height: m.box.h, href: picture, preserveAspectRatio: "none" })] : [s("rect", { class: "sheet-map", x: m.box.x, y: m.box.y, width: m.box.w, height: m.box.h, fill: "#f1eee6" })]),
        s("rect", { x: m.box.x, y: m.box.y, width: m.box.w, height: m.box.h, fill: "none", stroke: ink, "stroke-width": 0.3 }),
      ];
    case "swatch": {
      const copy = m.image.cloneNode(true) as SVGSVGElement;
      for (const [name, value] of Object.entries({ x: m.box.x, y: m.box.y, width: m.box.w, height: m.box.h })) copy.setAttribute(name, String(value));
      return [copy];
    }
  }
}

/** The sheet as a picture of so many dots to the inch. */
export async function pngSheet(sheet: Sheet, map: CanvasImageSource, dpi: number): Promise<Blob> {
  const k = dpi / 25.4;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(sheet.size.w * k);
  canvas.height = Math.round(sheet.size.h * k);
  const c = canvas.getContext("2d");
  if (!c) throw new Error("no canvas");
  c.fillStyle = "#ffffff";
  c.fillRect(0, 0, canvas.width, canvas.height);
  c.scale(k, k);
  for (const mark of sheet.marks) await paint(c, mark, map, k);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"));
}

async function paint(c: CanvasRenderingContext2D, m: Mark, map: CanvasImageSource, k: number): Promise<void> {
  switch (m.kind) {
    case "text":
      return write(c, m, k);
    case "line":
      c.lineWidth = m.width;
      c.strokeStyle = ink;
      return c.stroke(new Path2D(`M${m.x1} ${m.y1}L${m.x2} ${m.y2}`));
    case "box":
      c.fillStyle = m.fill;
      c.fillRect(m.box.x, m.box.y, m.box.w, m.box.h);
      if (m.stroke) outline(c, m.box, m.stroke, m.width ?? 0.2);
      return;
    case "path":
      c.fillStyle = m.fill;
      return c.fill(new Path2D(m.d));
    case "map":
      c.drawImage(map, m.box.x, m.box.y, m.box.w, m.box.h);
      return outline(c, m.box, ink, 0.3);
    case "swatch":
      c.drawImage(await picture(m.image, k), m.box.x, m.box.y, m.box.w, m.box.h);
  }
}

/** In pixels: a browser rounds the sizes of very small faces. */
function write(c: CanvasRenderingContext2D, m: Extract<Mark, { kind: "text" }>, k: number): void {
  c.save();
  c.scale(1 / k, 1 / k);
  c.font = `${weight(m.bold)} ${m.size * k}px ${family(m.bold)}`;
  c.fillStyle = m.grey ? grey : ink;
  c.textAlign = m.anchor === "middle" ? "center" : m.anchor === "end" ? "right" : "left";
  c.fillText(m.text, m.x * k, m.y * k);
  c.restore();
}

function outline(c: CanvasRenderingContext2D, b: Box, stroke: string, width: number): void {
  c.lineWidth = width;
  c.strokeStyle = stroke;
  c.strokeRect(b.x, b.y, b.w, b.h);
}

/** A swatch as a picture, sharp at the sheet's density. */
async function picture(svg: SVGSVGElement, k: number): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [w, h] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
  copy.setAttribute("width", String(w * k * 0.2646));
  copy.setAttribute("height", String(h * k * 0.2646));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}

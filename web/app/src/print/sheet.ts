// The printed sheet as a list of what stands where, in millimetres. One layout serves
// the page (SVG, which prints as text and lines) and the picture (canvas).

export type Paper = "A4" | "A3";
export type Turn = "portrait" | "landscape";

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

export type Mark =
  | { kind: "text"; x: number; y: number; size: number; bold?: boolean; grey?: boolean; anchor?: "start" | "middle" | "end"; text: string }
  | { kind: "line"; x1: number; y1: number; x2: number; y2: number; width: number }
  | { kind: "box"; box: Box; fill: string; stroke?: string; width?: number }
  | { kind: "path"; d: string; fill: string }
  | { kind: "map"; box: Box }
  | { kind: "swatch"; box: Box; image: SVGSVGElement };

export interface LegendEntry {
  /** No swatch: a heading. */
  swatch: SVGSVGElement | null;
  text: string;
}

/** What the sheet says; everything already in the reader's language. */
export interface Content {
  title: string;
  subtitle: string;
  scaleWords: string;
  /** The bar's whole length on the ground, and its words. */
  bar: { metres: number; words: string[] };
  denominator: number;
  north: string;
  legendTitle: string;
  legend: LegendEntry[];
  /** Date, projection, sources, address: one paragraph each. */
  notes: string[];
}

/** Width of a text in millimetres at a size in millimetres. */
export type Measure = (text: string, size: number, bold: boolean) => number;

const sizes: Record<Paper, [short: number, long: number]> = { A4: [210, 297], A3: [297, 420] };

export function paperSize(paper: Paper, turn: Turn): { w: number; h: number } {
  const [short, long] = sizes[paper];
  return turn === "portrait" ? { w: short, h: long } : { w: long, h: short };
}

const margin = 10;
const gap = 4;

/** Sizes of the letters; a larger sheet is read from further away. */
const faces = (k: number) => ({ title: 6.2 * k, subtitle: 3.6 * k, legend: 2.9 * k, note: 2.5 * k, scale: 3.4 * k, row: 5.2 * k });

type Faces = ReturnType<typeof faces>;

/** Lines of a text that fit a width; a word that is too long, such as an address, is cut. */
export function wrap(words: string, width: number, size: number, bold: boolean, measure: Measure): string[] {
  const lines: string[] = [];
  let line = "";
  const fit = (word: string): string[] => {
    if (word.length < 2 || measure(word, size, bold) <= width) return [word];
    let n = word.length - 1;
    while (n > 1 && measure(word.slice(0, n), size, bold) > width) n--;
    return [word.slice(0, n), ...fit(word.slice(n))];
  };
  for (const word of words.split(" ").filter(Boolean).flatMap(fit)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer, size, bold) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line ? [...lines, line] : lines;
}

export interface Sheet {
  size: { w: number; h: number };
  frame: Box;
  marks: Mark[];
}

/** Puts everything in its place; what the map gets is what the words leave. */
export function layout(paper: Paper, turn: Turn, c: Content, measure: Measure): Sheet {
  const size = paperSize(paper, turn);
  const k = paper === "A3" ? 1.2 : 1;
  const text = faces(k);
  const inner = size.w - 2 * margin;
  const marks: Mark[] = [];
  let top = margin;
  for (const line of wrap(c.title, inner, text.title, true, measure).slice(0, 2)) {
    top += text.title;
    marks.push({ kind: "text", x: margin, y: top, size: text.title, bold: true, text: line });
    top += 1.2;
  }
  for (const line of wrap(c.subtitle, inner, text.subtitle, false, measure).slice(0, 2)) {
    top += text.subtitle + 0.6;
    marks.push({ kind: "text", x: margin, y: top, size: text.subtitle, grey: true, text: line });
  }
  top += gap;
  const foot = footer(c, size, text, measure);
  const below = size.h - margin - foot.height;
  const beside = turn === "landscape" ? 62 * k : 0;
  const key = turn === "landscape" ? column(c, beside, below - top - gap, text, measure) : columns(c, inner, text, measure);
  const under = turn === "portrait" && key.height ? key.height + gap : 0;
  const right = turn === "landscape" && key.height ? beside + gap : 0;
  const frame = { x: margin, y: top, w: inner - right, h: below - gap - under - top };
  marks.push({ kind: "map", box: frame });
  marks.push(...shift(key.marks, right ? frame.x + frame.w + gap : margin, right ? top : frame.y + frame.h + gap));
  marks.push(...northArrow(c, frame));
  marks.push(...shift(foot.marks, margin, below));
  return { size, frame, marks };
}

interface Block {
  marks: Mark[];
  height: number;
}

/** The scale as words and as a bar on the left, the notes on the right of it. */
function footer(c: Content, size: { w: number; h: number }, text: Faces, measure: Measure): Block {
  const length = (c.bar.metres / c.denominator) * 1000;
  const marks: Mark[] = [{ kind: "text", x: 0, y: text.scale, size: text.scale, bold: true, text: c.scaleWords }];
  const y = text.scale + 2.4;
  for (let i = 0; i < 4; i++) marks.push({ kind: "box", box: { x: (length * i) / 4, y, w: length / 4, h: 1.6 }, fill: i % 2 ? "#ffffff" : "#23292d", stroke: "#23292d", width: 0.2 });
  c.bar.words.forEach((word, i) => marks.push({ kind: "text", x: (length * i) / (c.bar.words.length - 1), y: y + 2 + text.note, size: text.note, anchor: i ? "middle" : "start", text: word }));
  const x = Math.max(length + 16, 58);
  const width = size.w - 2 * margin - x;
  let at = 0;
  for (const note of c.notes) {
    for (const line of wrap(note, width, text.note, false, measure)) {
      at += text.note + 0.75;
      marks.push({ kind: "text", x, y: at - 0.3, size: text.note, grey: true, text: line });
    }
  }
  return { marks, height: Math.max(at, y + 2.6 + text.note) };
}

/** The legend beside the map, smaller where it would not fit otherwise. */
function column(c: Content, width: number, height: number, text: Faces, measure: Measure): Block {
  for (const scale of [1, 0.9, 0.8, 0.7]) {
    const block = legend(c, width, scale, text, measure);
    if (block.height <= height || scale === 0.7) return block;
  }
  return { marks: [], height: 0 };
}

function legend(c: Content, width: number, scale: number, text: Faces, measure: Measure): Block {
  if (!c.legend.length) return { marks: [], height: 0 };
  const size = text.legend * scale;
  const marks: Mark[] = [{ kind: "text", x: 0, y: text.subtitle, size: text.subtitle, bold: true, text: c.legendTitle }];
  let y = text.subtitle + 2;
  for (const entry of c.legend) {
    const block = entryBlock(entry, width, size, text.row * scale, measure);
    marks.push(...shift(block.marks, 0, y));
    y += block.height;
  }
  return { marks, height: y };
}

function entryBlock(entry: LegendEntry, width: number, size: number, least: number, measure: Measure): Block {
  const k = size / 2.9;
  const indent = entry.swatch ? 9 * k : 0;
  const lines = wrap(entry.text, width - indent, size, !entry.swatch, measure);
  const height = Math.max(least, lines.length * size * 1.2 + 1);
  const first = (height - (lines.length - 1) * size * 1.2) / 2 + size * 0.36;
  const marks: Mark[] = lines.map((line, i) => ({ kind: "text", x: indent, y: first + i * size * 1.2, size, bold: !entry.swatch, text: line }));
  if (entry.swatch) {
    const [w, h] = [Number(entry.swatch.getAttribute("width")), Number(entry.swatch.getAttribute("height"))].map((px) => px * 0.25 * k) as [number, number];
    marks.push({ kind: "swatch", box: { x: 3.6 * k - w / 2, y: height / 2 - h / 2, w, h }, image: entry.swatch });
  }
  return { marks, height };
}

/** The legend below the map, in as many columns as there is room for. */
function columns(c: Content, width: number, text: Faces, measure: Measure): Block {
  if (!c.legend.length) return { marks: [], height: 0 };
  const count = Math.max(2, Math.floor(width / 60));
  const each = width / count;
  const blocks = c.legend.map((entry) => entryBlock(entry, each - 4, text.legend, text.row, measure));
  const whole = blocks.reduce((sum, b) => sum + b.height, 0);
  const marks: Mark[] = [{ kind: "text", x: 0, y: text.subtitle, size: text.subtitle, bold: true, text: c.legendTitle }];
  const start = text.subtitle + 2;
  let [x, y, tallest] = [0, start, start];
  for (const block of blocks) {
    if (y > start && y - start + block.height > whole / count + text.row * 0.6 && x + each < width - 1) [x, y] = [x + each, start];
    marks.push(...shift(block.marks, x, y));
    y += block.height;
    tallest = Math.max(tallest, y);
  }
  return { marks, height: tallest };
}

/** In the corner of the map, on a plate of its own. */
function northArrow(c: Content, frame: Box): Mark[] {
  const [x, y] = [frame.x + frame.w - 9, frame.y + 4];
  return [
    { kind: "box", box: { x: x - 4, y: y - 1.5, w: 10, h: 14 }, fill: "rgba(255,254,250,0.85)" },
    { kind: "path", d: `M${x + 1} ${y + 3.6}L${x + 3.6} ${y + 11}L${x + 1} ${y + 9.3}L${x - 1.6} ${y + 11}Z`, fill: "#23292d" },
    { kind: "text", x: x + 1, y: y + 2.6, size: 3, bold: true, anchor: "middle", text: c.north },
  ];
}

export function shift(marks: Mark[], dx: number, dy: number): Mark[] {
  const moved = (b: Box) => ({ ...b, x: b.x + dx, y: b.y + dy });
  return marks.map((m): Mark => {
    switch (m.kind) {
      case "text":
        return { ...m, x: m.x + dx, y: m.y + dy };
      case "line":
        return { ...m, x1: m.x1 + dx, x2: m.x2 + dx, y1: m.y1 + dy, y2: m.y2 + dy };
      case "box":
      case "map":
      case "swatch":
        return { ...m, box: moved(m.box) };
      case "path":
        return m; // drawn where it belongs already
    }
  });
}

/** Round denominators that a planner would choose. */
export const denominators = [500, 1000, 2000, 2500, 5000, 7500, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 75_000, 100_000, 150_000, 200_000, 250_000, 500_000];

/** The largest scale at which so much ground fits the frame. */
export function fitting(ground: { w: number; h: number }, frame: Box): number {
  const needed = Math.max(ground.w / frame.w, ground.h / frame.h) * 1000;
  return denominators.find((n) => n >= needed) ?? 500_000;
}

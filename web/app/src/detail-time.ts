// A project in time: its dated phases as bars, its horizon as marks, today as a line. The same stands in words beside it.
import { s } from "./dom";
import { t, term } from "./i18n";
import { lines, type Mode } from "./palette";

export interface Phase {
  kind: string;
  name: string | null;
  starts: string | null;
  ends: string | null;
}

export interface Span {
  name: string;
  from: number;
  to: number;
  open: boolean;
}

/** A date as years: 2026-07-02 is 2026.5. */
export function years(iso: string): number {
  const at = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  const year = at.getUTCFullYear();
  const start = Date.UTC(year, 0, 1);
  return year + (at.getTime() - start) / (Date.UTC(year + 1, 0, 1) - start);
}

/** The years until whose end a horizon goes: 2030+2035 has two. */
export const horizons = (horizon: string | null): number[] => (horizon ?? "").split("+").map(Number).filter((y) => y > 1900);

/** Phases with a date; one that has only a beginning or an end is open to the other side. */
export function spans(phases: Phase[], nameOf: (p: Phase) => string): Span[] {
  return phases.filter((p) => p.starts || p.ends).map((p) => {
    const from = p.starts ? years(p.starts) : years(p.ends ?? "") - 0.5;
    const to = p.ends ? years(p.ends) : years(p.starts ?? "") + 0.5;
    return { name: nameOf(p), from, to: Math.max(to, from + 0.08), open: !p.starts || !p.ends };
  });
}

const width = 328;
const row = 30;

/** Null where nothing has a date. */
export function timeline(phases: Phase[], horizon: string | null, mode: Mode, today = new Date()): SVGSVGElement | null {
  const bars = spans(phases, (p) => p.name || term("phase", p.kind));
  const goals = horizons(horizon);
  if (!bars.length && !goals.length) return null;
  const now = years(today.toISOString());
  const first = Math.floor(Math.min(now, ...bars.map((b) => b.from)));
  const last = Math.ceil(Math.max(now, ...bars.map((b) => b.to), ...goals.map((g) => g + 1)));
  const x = (year: number) => 4 + ((year - first) / (last - first)) * (width - 8);
  const bottom = 8 + bars.length * row + 12;
  const height = bottom + 34;
  const ink = lines[mode];
  const said = [...bars.map((b) => `${b.name} ${Math.floor(b.from)}–${Math.floor(b.to)}`), ...goals.map((g) => term("horizon", String(g)))].join(", ");
  const svg = s("svg", { class: "time", viewBox: `0 0 ${width} ${height}`, width: "100%", role: "img", "aria-label": t("details.timeline", { list: said }) });
  const every = Math.max(1, Math.ceil((last - first) / 8));
  for (let year = first; year <= last; year += every) {
    svg.append(s("line", { x1: x(year), x2: x(year), y1: 4, y2: bottom, stroke: ink.grey, "stroke-opacity": 0.25, "stroke-width": 1 }),
      s("text", { x: Math.min(width - 14, Math.max(14, x(year))), y: bottom + 13, class: "time-year", "text-anchor": "middle" }, String(year)));
  }
  svg.append(s("line", { x1: 4, x2: width - 4, y1: bottom, y2: bottom, stroke: ink.grey, "stroke-width": 1.2 }));
  bars.forEach((b, i) => {
    const y = 8 + i * row;
    const left = x(b.from) > width * 0.6;
    svg.append(s("text", { x: left ? x(b.to) : x(b.from), y: y + 10, class: "time-name", "text-anchor": left ? "end" : "start" }, b.name),
      s("rect", { x: x(b.from), y: y + 14, width: Math.max(3, x(b.to) - x(b.from)), height: 9, rx: 1.5, fill: ink.cycling, "fill-opacity": b.open ? 0.45 : 1 }));
  });
  for (const goal of goals) {
    const at = x(goal + 1);
    svg.append(s("path", { d: `M ${at} ${bottom} l -5 -9 h 10 z`, fill: ink.ink }), s("line", { x1: at, x2: at, y1: 4, y2: bottom, stroke: ink.ink, "stroke-width": 1.2, "stroke-dasharray": "4 3" }),
      s("text", { x: Math.min(width - 4, at), y: bottom + 28, class: "time-goal", "text-anchor": at > width - 60 ? "end" : "middle" }, term("horizon", String(goal))));
  }
  svg.append(s("line", { x1: x(now), x2: x(now), y1: 2, y2: bottom, stroke: ink.unequipped, "stroke-width": 1.4 }), s("text", { x: Math.max(18, x(now)), y: bottom + 28, class: "time-now", "text-anchor": x(now) > width - 30 ? "end" : "middle" }, t("details.today")));
  return svg;
}

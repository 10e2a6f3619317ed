// Reads coordinates as people write them: D96/TM or degrees, decimal comma or point,
// thousands with points or spaces, degrees with minutes and seconds, either order.
import { fromD96, inD96, type LonLat } from "./d96";

export type Parsed = { at: LonLat; system: "d96" | "wgs84" } | { wrong: "unreadable" | "outside" };

const unreadable = { wrong: "unreadable" } as const;

export function parse(text: string): Parsed {
  const clean = text.normalize("NFKC").replace(/\b(?:D96\/?TM|D96|WGS ?84|EPSG:\d+|ETRS89)\b:?/gi, " ").trim();
  if (/[°º˚]/.test(clean)) return degrees(clean);
  const labelled = labels(clean);
  const pair = labelled ?? split(clean);
  return pair ? place(pair[0], pair[1], Boolean(labelled)) : unreadable;
}

/** e=… n=…, E … N …, lat … lon …: the letters give the order. */
function labels(text: string): [number, number] | null {
  const found = (names: string) => new RegExp(`(?:^|[\\s,;])(?:${names})\\s*[=:]?\\s*(-?\\d[\\d., ]*)`, "i").exec(text)?.[1];
  const east = found("e|lon|lng|long");
  const north = found("n|lat");
  if (east === undefined || north === undefined) return null;
  const [x, y] = [decimal(east), decimal(north)];
  return x === null || y === null ? null : [x, y];
}

/** Two numbers, divided by whatever cannot be inside one. */
function split(text: string): [string | number, string | number] | null {
  const trials = [/\s*;\s*/, /,\s+/, /\s*[/|]\s*/, /\s+/, /,/];
  for (const by of trials) {
    const parts = text.split(by);
    if (parts.length !== 2) continue;
    const [x, y] = parts.map(decimal);
    if (x !== null && x !== undefined && y !== null && y !== undefined) return [x, y];
  }
  // 451 234,5 121 234,7: spaces between thousands as well as between the two
  const groups = /^(\d{3} \d{3}(?:[.,]\d+)?)[ ,;]+(\d{2,3} \d{3}(?:[.,]\d+)?)$/.exec(text.replace(/\s+/g, " "));
  if (groups) return [decimal(groups[1] ?? "") ?? 0, decimal(groups[2] ?? "") ?? 0];
  const commas = /^(-?\d+),(\d+),\s*(-?\d+),(\d+)$/.exec(text);
  return commas ? [Number(`${commas[1]}.${commas[2]}`), Number(`${commas[3]}.${commas[4]}`)] : null;
}

/** 451.234,56 · 451 234,56 · 451234.56 · 46,2387 */
function decimal(text: string): number | null {
  let t = text.trim().replace(/[\s\u00a0]/g, "").replace(/[,;.]$/, "").replace("−", "-").replace(/m$/i, "");
  if (/^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(t) && (t.includes(",") || t.split(".").length > 2 || Number(t.replaceAll(".", "")) > 10_000)) t = t.replaceAll(".", "");
  if (/^-?\d{1,3}(,\d{3})+\.\d+$/.test(t)) t = t.replaceAll(",", "");
  t = t.replace(",", ".");
  return /^-?\d+(\.\d+)?$/.test(t) ? Number(t) : null;
}

/** 46° 14' 19,3" N, 14° 21' 20" E; the letters may stand before, be Slovene (S, V) or be missing. */
function degrees(text: string): Parsed {
  const one = /([NSEWVZ])?\s*(-?\d+(?:[.,]\d+)?)\s*[°º˚]\s*(?:(\d+(?:[.,]\d+)?)\s*['′’]\s*)?(?:(\d+(?:[.,]\d+)?)\s*(?:["″”]|['′’]{2})\s*)?([NSEWVZ](?![a-z]))?/giu;
  const found = [...text.matchAll(one)].map((m) => {
    const [whole, minutes, seconds] = [m[2], m[3], m[4]].map((x) => Number((x ?? "0").replace(",", "."))) as [number, number, number];
    return { value: whole + minutes / 60 + seconds / 3600, sane: minutes < 60 && seconds < 60, letter: (m[1] ?? m[5] ?? "").toUpperCase() };
  });
  const [x, y] = found;
  if (found.length !== 2 || !x || !y || !x.sane || !y.sane) return unreadable;
  const east = /[EV]/;
  return east.test(x.letter) ? place(x.value, y.value, true) : place(y.value, x.value, x.letter !== "" || y.letter !== "");
}

/** Which of the two is east is told by size where letters do not: no place here is ambiguous. */
function place(x: string | number, y: string | number, ordered: boolean): Parsed {
  const [p, q] = [Number(x), Number(y)];
  if (Math.abs(p) <= 180 && Math.abs(q) <= 180) {
    const straight = { lon: p, lat: q };
    const turned = { lon: q, lat: p };
    const at = ordered || !inD96(turned) ? (inD96(straight) || ordered ? straight : turned) : turned;
    return Math.abs(at.lat) <= 85 ? { at, system: "wgs84" } : { wrong: "outside" };
  }
  if (Math.abs(p) <= 180 || Math.abs(q) <= 180) return unreadable; // one number cut at its decimal comma
  const [e, n] = !ordered && p < q ? [q, p] : [p, q];
  const at = fromD96({ e, n });
  return inD96(at) ? { at, system: "d96" } : { wrong: "outside" };
}

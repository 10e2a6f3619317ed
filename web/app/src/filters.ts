// The filters: the words of the API for them, and as much of them as the map can
// tell from a tile by itself. What they select and how many there are is the
// server's to say, the same for list, table, charts, tiles and files.
import type { ExpressionSpecification } from "maplibre-gl";
import type { Query } from "./api";
import { filterKeys, type FilterKey, type State } from "./state";

export type Filters = Pick<State, FilterKey | "strategic" | "min_amount" | "max_amount" | "q">;

/** What a tile of projects says of each, so that the map can apply it at once. */
const inTiles: readonly FilterKey[] = ["theme", "measure", "status", "horizon"];

export const cleared: Filters = {
  theme: [], measure: [], status: [], horizon: [], class: [], scope: [], settlement: [], local_community: [], holder: [], source: [], mechanism: [], eligible: [], year: [],
  strategic: false, min_amount: null, max_amount: null, q: "",
};

/** The names of everything that filters: what a part of the page has to follow. */
export const filterParts: readonly (keyof Filters)[] = [...filterKeys, "strategic", "min_amount", "max_amount", "q"];

/** How many filters are in effect. */
export function count(f: Filters): number {
  const lists = filterKeys.reduce((n, key) => n + f[key].length, 0);
  return lists + Number(f.strategic) + Number(f.min_amount !== null) + Number(f.max_amount !== null) + Number(f.q !== "");
}

export const active = (f: Filters): boolean => count(f) > 0;

/** The filters as parameters of the API; the scheme goes along where it decides what a class is. */
export function filterQuery(f: Filters & { scheme?: string }): Query {
  const q: Query = {};
  for (const key of filterKeys) if (f[key].length) q[key] = f[key];
  if (f.strategic) q.strategic = "true";
  if (f.min_amount !== null) q.min_amount = f.min_amount;
  if (f.max_amount !== null) q.max_amount = f.max_amount;
  if (f.q) q.q = f.q;
  if (f.class.length && f.scheme) q.scheme = f.scheme;
  return q;
}

/** A list with the value added, or without it when it was there. */
export const toggled = (list: string[], v: string): string[] => (list.includes(v) ? list.filter((x) => x !== v) : [...list, v]);

/** What tiles can tell of the filters, as an expression over the attributes of `projects`; null: nothing. */
export function expression(f: Filters): ExpressionSpecification | null {
  const parts: ExpressionSpecification[] = inTiles
    .filter((key) => f[key].length)
    .map((key) => ["in", ["case", ["has", key], ["to-string", ["get", key]], "none"], ["literal", f[key]]]);
  if (f.strategic) parts.push(["to-boolean", ["get", "strategic"]]);
  return parts.length ? ["all", ...parts] : null;
}

/** Whether that expression is all that is asked. */
export function told(f: Filters): boolean {
  const here = inTiles.reduce((n, key) => n + f[key].length, 0) + Number(f.strategic);
  return here === count(f);
}

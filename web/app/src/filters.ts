// The filters: which projects pass, how many would, and the same as a filter of the map.
import type { ExpressionSpecification } from "maplibre-gl";
import { filterKeys, type FilterKey, type State } from "./state";
import type { Project } from "./types";

type Filters = Pick<State, FilterKey | "strategic">;

const value = (p: Project, key: FilterKey): string => p[key] ?? "";

/** Whether a project passes; `except` leaves one filter out, to count what its values would give. */
export function passes(p: Project, f: Filters, except?: FilterKey | "strategic"): boolean {
  if (f.strategic && except !== "strategic" && !p.strategic) return false;
  return filterKeys.every((key) => key === except || !f[key].length || f[key].includes(value(p, key)));
}

/** How many countable projects (groups are never counted) each value of a filter has under the other filters. */
export function counts(projects: Project[], f: Filters, key: FilterKey): Map<string, number> {
  const n = new Map<string, number>();
  for (const p of projects) {
    if (!p.is_group && passes(p, f, key)) n.set(value(p, key), (n.get(value(p, key)) ?? 0) + 1);
  }
  return n;
}

export const active = (f: Filters): boolean => f.strategic || filterKeys.some((key) => f[key].length > 0);

export const cleared: Filters = { theme: [], measure: [], status: [], horizon: [], strategic: false };

/** A list with the value added, or without it when it was there. */
export const toggled = (list: string[], v: string): string[] => (list.includes(v) ? list.filter((x) => x !== v) : [...list, v]);

/** The filters as an expression over the tile attributes of `projects`. */
export function expression(f: Filters): ExpressionSpecification | null {
  const parts: ExpressionSpecification[] = filterKeys
    .filter((key) => f[key].length)
    .map((key) => ["in", ["to-string", ["get", key]], ["literal", f[key]]]);
  if (f.strategic) parts.push(["to-boolean", ["get", "strategic"]]);
  return parts.length ? ["all", ...parts] : null;
}

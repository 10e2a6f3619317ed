// Classes of a choropleth: a settlement's value, breaks in round numbers that put
// about equally many settlements in each class. Pure, so that it can be tested.
import type { Balance, BalanceGroup } from "./types";

export interface Place {
  code: string;
  name: string;
  people: number | null;
  projects: number;
  weight: number;
  cents: number | null;
  /** Cents per head, or weighted projects per 1 000 people; null: no data. */
  value: number | null;
}

/** Whether there is money to compare, or only projects to count. */
export const byMoney = (b: Balance): boolean => (b.total.amount_cents ?? 0) > 0;

const special = new Set(["outside", "municipality_wide", "unplaced"]);

/** The settlements of a balance by settlement. */
export function places(b: Balance): Place[] {
  return b.groups.filter((g) => g.key !== null && !special.has(g.key)).map((g) => ({
    code: g.key ?? "", name: g.name?.sl ?? g.key ?? "", people: g.people ?? null, projects: g.projects, weight: g.weight, cents: g.amount_cents, value: valueOf(g, byMoney(b)),
  }));
}

/** What is there for each of its people; a settlement without projects has nothing, which is known. */
function valueOf(g: BalanceGroup, money: boolean): number | null {
  if (!g.people) return null;
  if (!money) return (g.weight / g.people) * 1000;
  if (g.projects === 0) return 0;
  return g.amount_cents === null ? null : g.amount_cents / g.people;
}

/** Below so many people a single project decides the value. */
export const fewPeople = 100;

const coarse = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const fine = Array.from({ length: 91 }, (_, i) => 1 + i / 10);
const finest = Array.from({ length: 901 }, (_, i) => 1 + i / 100);

/** The number nearest to a value above zero whose mantissa is one of the given: 1, 1.2, 1.5, 2 … times a power of ten. */
export function round(value: number, mantissas: readonly number[] = coarse): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const m = value / power;
  const nearest = mantissas.reduce((best, x) => (Math.abs(x - m) < Math.abs(best - m) ? x : best), 1);
  return Number((nearest * power).toPrecision(3));
}

/** Bounds between classes of the values above zero, ascending, as round as keeps the classes apart; every class holds at least one value. */
export function breaks(values: number[], most = 5): number[] {
  const sorted = values.filter((v) => v > 0).sort((a, b) => a - b);
  const distinct = [...new Set(sorted.map((v) => Number(v.toPrecision(3))))]; // where many have the same, they count once
  const classes = Math.min(most, distinct.length);
  let best: number[] = [];
  for (const [of, mantissas] of [[sorted, coarse], [sorted, fine], [distinct, coarse], [distinct, fine], [distinct, finest]] as const) {
    const found = bounds(of, classes, mantissas);
    if (found.length > best.length) best = found;
    if (best.length >= classes - 1) break;
  }
  return best;
}

function bounds(sorted: readonly number[], classes: number, mantissas: readonly number[]): number[] {
  const found: number[] = [];
  for (let i = 1; i < classes; i++) {
    const at = round(sorted[Math.floor((i * sorted.length) / classes)] ?? 0, mantissas);
    const before = found.at(-1) ?? 0;
    if (at > before && sorted.some((v) => v >= before && v < at) && sorted.some((v) => v >= at)) found.push(at);
  }
  return found;
}

/** The class of a value: 0 for nothing, 1 up to the first bound … */
export const classOf = (value: number, bounds: number[]): number => (value <= 0 ? 0 : 1 + bounds.filter((b) => value >= b).length);

// The rule of a balance: how settlements are classed, how projects divide over
// them, what becomes of municipality-wide ones, whose money. One rule can be laid
// beside another; this says in figures what changes. No element is made here.
import type { Query } from "./api";
import { pick, term } from "./i18n";
import type { State } from "./state";
import type { Balance, BalanceRule, Scheme } from "./types";

export interface Rule extends BalanceRule {
  money: string;
}

/** What each part of a rule may be; the first is the default. */
export const choices = {
  method: ["extent", "population", "equal", "served"],
  spread: ["none", "population"],
  money: ["total", "own", "eu", "state", "private"],
} as const;

const parts = ["scheme", "method", "spread", "money"] as const;

/** The rule in the address; the scheme is the answer's own where the address names none. */
export const ruleOf = (state: Pick<State, (typeof parts)[number]>, scheme: string): Rule => ({ scheme: state.scheme || scheme, method: state.method, spread: state.spread, money: state.money });

export const encodeRule = (r: Rule): string => parts.map((p) => r[p]).join(",");

/** Reads a rule from the address; null for what is none. */
export function decodeRule(text: string): Rule | null {
  const [scheme = "", method = "", spread = "", money = "", ...more] = text.split(",");
  const known = (choices.method as readonly string[]).includes(method) && (choices.spread as readonly string[]).includes(spread) && (choices.money as readonly string[]).includes(money);
  return known && !more.length && /^[a-z][a-z0-9_]*(@\d+)?$/.test(scheme) ? { scheme, method, spread, money } : null;
}

export const sameRule = (a: Rule, b: Rule): boolean => parts.every((p) => a[p] === b[p]);

export const ruleQuery = (r: Rule): Query => ({ scheme: r.scheme, method: r.method, spread: r.spread, money: r.money });

/** What a scheme is called. */
export const schemeName = (code: string, schemes: Scheme[]): string => pick(schemes.find((x) => x.code === code)?.name) || term("scheme", code);

/** The rule in words; what is usual of spread and money is left out. */
export function ruleWords(r: Rule, schemes: Scheme[]): string {
  const said = [schemeName(r.scheme, schemes), term("method", r.method)];
  if (r.spread !== "none") said.push(term("spread", r.spread));
  if (r.money !== "total") said.push(term("money", r.money));
  return said.join(" · ");
}

/** Only what differs from another rule, in words. */
export function differing(r: Rule, other: Rule, schemes: Scheme[]): string {
  const said = parts.filter((p) => r[p] !== other[p]).map((p) => (p === "scheme" ? schemeName(r.scheme, schemes) : term(p, r[p])));
  return said.join(" · ");
}

export interface Shift {
  key: "projects" | "euros";
  /** The countryside's share, 0…1; null where there is none. */
  before: number | null;
  after: number | null;
  /** What the countryside has more, in percentage points and in cents or weighted projects. */
  points: number | null;
  more: number | null;
}

/** What becomes of the countryside when a rule takes the place of another. */
export function shifts(now: Balance, before: Balance): Shift[] {
  const rural = (b: Balance) => b.total.rows.find((r) => r.class === "rural");
  const [a, z] = [rural(before), rural(now)];
  const minus = (x: number | null | undefined, y: number | null | undefined) => (x == null || y == null ? null : x - y);
  const made: Shift[] = [{ key: "projects", before: a?.weight_share ?? null, after: z?.weight_share ?? null, points: null, more: minus(z?.weight, a?.weight) }];
  if (now.total.amount_cents !== null || before.total.amount_cents !== null) {
    made.push({ key: "euros", before: a?.share ?? null, after: z?.share ?? null, points: null, more: minus(z?.amount_cents, a?.amount_cents) });
  }
  return made.map((s) => ({ ...s, points: s.before === null || s.after === null ? null : (s.after - s.before) * 100 }));
}

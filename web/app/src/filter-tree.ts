// Themes and their measures as one tree of filters. The API narrows by themes and
// by measures at once; in the tree they mean "any of these", so a mixed choice is
// said in measures, and a theme of which all are chosen as the theme.
import type { State } from "./state";
import type { Theme } from "./types";

type Choice = Pick<State, "theme" | "measure">;

/** The choice after a press on a theme. */
export function pressTheme(themes: Theme[], now: Choice, code: string): Choice {
  if (!now.measure.length) return { theme: now.theme.includes(code) ? now.theme.filter((x) => x !== code) : [...now.theme, code], measure: [] };
  const own = themes.find((t) => t.code === code)?.measures.map((m) => m.code) ?? [];
  if (!own.length) return { theme: [code], measure: [] }; // it has no measures to stand beside the chosen ones
  const all = own.every((m) => now.measure.includes(m));
  return gathered(themes, all ? now.measure.filter((m) => !own.includes(m)) : [...now.measure, ...own.filter((m) => !now.measure.includes(m))]);
}

/** The choice after a press on a measure. */
export function pressMeasure(themes: Theme[], now: Choice, code: string): Choice {
  const spread = [...now.measure, ...now.theme.flatMap((t) => themes.find((x) => x.code === t)?.measures.map((m) => m.code) ?? [])];
  const chosen = [...new Set(spread)];
  return gathered(themes, chosen.includes(code) ? chosen.filter((m) => m !== code) : [...chosen, code]);
}

/** Whole themes where nothing but whole themes is chosen. */
function gathered(themes: Theme[], measures: string[]): Choice {
  const whole = themes.filter((t) => t.measures.length && t.measures.every((m) => measures.includes(m.code)));
  const covered = new Set(whole.flatMap((t) => t.measures.map((m) => m.code)));
  return measures.length && measures.every((m) => covered.has(m)) ? { theme: whole.map((t) => t.code), measure: [] } : { theme: [], measure: measures };
}

/** How much of a theme is chosen. */
export function stateOf(theme: Theme, now: Choice): "all" | "some" | "none" {
  if (now.theme.includes(theme.code)) return "all";
  const n = theme.measures.filter((m) => now.measure.includes(m.code)).length;
  return n === 0 ? "none" : n === theme.measures.length ? "all" : "some";
}

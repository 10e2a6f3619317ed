// What the values of filters are called: in the panel, on chips, in the table.
import { money } from "./format";
import { language, pick, t, term, type Key } from "./i18n";
import type { App } from "./app";
import type { FilterKey, State } from "./state";
import type { FacetValue } from "./types";

const without: Partial<Record<FilterKey, Key>> = {
  theme: "projects.noTheme", measure: "projects.noMeasure", holder: "filter.noHolder", mechanism: "filter.noMechanism", year: "filter.noYear",
};

/** A value in words; what is counted knows names that the key does not say. */
export function valueName(app: App, key: FilterKey, value: string, counted?: FacetValue): string {
  const none = value === "none" ? without[key] : undefined;
  if (none) return t(none);
  const found = counted ?? app.facets.values(key).find((v) => v.key === value);
  switch (key) {
    case "status": case "horizon": case "class": case "scope": return term(key, value);
    case "source": return term("source", value);
    case "eligible": {
      const [mechanism = "", state = "eligible"] = value.split(":");
      return `${mechanism} – ${term("eligible", state)}`;
    }
    case "theme": case "measure": {
      const themes = app.data.current()?.themes ?? [];
      const list = key === "theme" ? themes : themes.flatMap((x) => x.measures);
      return [value, pick(list.find((x) => x.code === value)?.name)].filter(Boolean).join(" ");
    }
    case "mechanism": return found?.name && pick(found.name) !== value ? `${value} ${pick(found.name)}` : value;
    default: return found?.name ? pick(found.name) : value;
  }
}

/** The limits of the amount in words; "" without any. */
export function amountWords(state: Pick<State, "min_amount" | "max_amount">): string {
  const euros = (n: number) => money(Math.round(n * 100), language(), n === Math.round(n));
  if (state.min_amount !== null && state.max_amount !== null) return t("filter.between", { from: euros(state.min_amount), to: euros(state.max_amount) });
  if (state.min_amount !== null) return t("filter.atLeast", { from: euros(state.min_amount) });
  return state.max_amount !== null ? t("filter.atMost", { to: euros(state.max_amount) }) : "";
}

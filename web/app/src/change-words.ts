// A change in words: what it was about, how much of what, by whom, and from what to what where the reader may know.
import type { App } from "./app";
import { opens } from "./detail-parts";
import { h } from "./dom";
import { dateTime } from "./format";
import { language, t, term } from "./i18n";
import { layerName, layerOne } from "./layer-names";
import type { Told, ToldItem } from "./types";

const named = (x: ToldItem): string => (language() === "en" && x.name_en) || x.name || t("changes.unnamed");

/** One thing by its name, several by their number; what is about no thing by its tables. */
export function headline(x: Told): string {
  const only = x.items[0];
  if (x.total === 1 && only) return `${named(only)} – ${t(`changes.what.${only.what}`)}`;
  if (x.total > 1) return t("changes.things", { n: x.total });
  return x.counts.slice(0, 2).map((c) => tableName(c.relation)).join(", ") || t("changes.things", { n: 0 });
}

/** "Naselja: 3 vnosi, 1 sprememba" */
export function counted(c: Told["counts"][number]): string {
  const parts = [c.new ? t("changes.new", { n: c.new }) : "", c.changed ? t("changes.changed", { n: c.changed }) : "", c.gone ? t("changes.gone", { n: c.gone }) : ""];
  return `${tableName(c.relation)}: ${parts.filter(Boolean).join(", ")}`;
}

/** A layer by its own name, another table by what it holds. */
export function tableName(relation: string): string {
  const table = term("table", relation);
  return table === relation ? layerName(relation) : table;
}

/** By whom, for planners. */
export const who = (x: Told): string => (x.actor ? t("changes.by", { who: x.actor }) : "");

export function fieldName(field: string): string {
  for (const group of ["field", "property"]) {
    const text = term(group, field);
    if (text !== field) return text;
  }
  return t("field.other");
}

function valueOf(field: string, value: string | null): string {
  if (value === null || value === "") return t("app.noData");
  const text = term(field, value);
  return text === value ? term("value", value) : text;
}

/** What changed of a thing: its own columns, then what hangs on it; each name once. */
export function whatChanged(x: ToldItem): string {
  const names = [...x.fields.map(fieldName), ...x.parts.map((p) => tableName(p).toLowerCase())];
  return [...new Set(names)].join(", ");
}

function values(x: ToldItem): HTMLElement | null {
  if (!x.values?.length) return null;
  return h("ul", { class: "change-values" }, ...x.values.map((v) => h("li", null, `${fieldName(v.field)}: ${valueOf(v.field, v.before)} → ${valueOf(v.field, v.after)}`)));
}

/** A thing of a revision, which opens where it can still be found. */
export function changeItem(app: App, x: ToldItem): HTMLElement {
  const { layer, code } = x;
  const municipality = x.municipality ?? "-";
  const here = code ? opens(app, layer === "projects" ? { kind: "project", municipality, code } : { kind: "place", layer, municipality, code }) : null;
  const name = [layer === "projects" && code ? `${code} ` : "", named(x)].join("");
  const changed = whatChanged(x);
  return h("li", null,
    h("div", { class: "pair" }, here && x.what !== "gone" ? h("a", { class: "link", ...here }, name) : h("span", null, name), h("span", { class: `tag tag-${x.what}` }, t(`changes.what.${x.what}`))),
    h("small", null, [layer === "projects" ? "" : layerOne(layer), changed].filter(Boolean).join(" · ")), values(x));
}

/** The history of one project or place, for its details. */
export function historyList(list: Told[]): HTMLElement | null {
  if (!list.length) return null;
  return h("ol", { class: "plain timeline" }, ...list.map((x) => {
    const item = x.items[0];
    const changed = item ? whatChanged(item) : "";
    return h("li", null, h("div", null, h("strong", null, item ? t(`changes.what.${item.what}`) : ""), changed ? ` · ${changed}` : ""),
      h("small", null, [dateTime(x.at, language()), t(`change.${x.kind}`), who(x), x.message ?? ""].filter(Boolean).join(" · ")), item ? values(item) : null);
  }));
}

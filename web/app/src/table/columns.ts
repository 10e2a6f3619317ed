// The columns of the table: their names, what they say of a project, how wide they
// are, by what the server sorts them and what files call them.
import type { App } from "../app";
import { themeColor } from "../app";
import { h } from "../dom";
import { date, money } from "../format";
import { language, t, term, titled, type Key } from "../i18n";
import { symbolSVG } from "../symbols";
import type { Project } from "../types";

export interface Column {
  key: string;
  /** Pixels, at the usual size of text. */
  width: number;
  /** What fills the room that is left. */
  grows?: boolean;
  number?: boolean;
  /** Columns of an export; none: code is always there. */
  file: string[];
  cell(app: App, p: Project): string | HTMLElement;
}

const text = (v: string | null | undefined) => v ?? "";
const day = (v: string | null | undefined) => (v ? date(v, language()) : "");

export const columns: Column[] = [
  { key: "code", width: 104, file: [], cell: (_, p) => h("span", { class: "code" }, p.code) },
  {
    key: "title", width: 300, grows: true, file: ["title"],
    cell: (app, p) => h("span", { class: "cell-title" }, symbolSVG(themeColor(app, p.municipality, p.theme), p.status, p.strategic, app.mode()), h("span", null, titled(p))),
  },
  { key: "theme", width: 84, file: ["theme"], cell: (_, p) => text(p.theme) },
  { key: "measure", width: 72, file: ["measure"], cell: (_, p) => text(p.measure) },
  { key: "status", width: 176, file: ["status"], cell: (_, p) => term("status", p.status) },
  { key: "horizon", width: 118, file: ["horizon"], cell: (_, p) => (p.horizon && p.horizon !== "none" ? term("horizon", p.horizon) : "") },
  { key: "amount", width: 140, number: true, file: ["amount_total"], cell: (_, p) => (p.amount_cents === null ? h("span", { class: "none" }, t("app.noData")) : money(p.amount_cents, language())) },
  { key: "strategic", width: 100, file: ["strategic"], cell: (_, p) => (p.strategic ? t("table.yes") : "") },
  { key: "scope", width: 150, file: ["scope"], cell: (_, p) => term("scope", p.scope) },
  { key: "settlement", width: 200, file: ["in_settlements"], cell: (_, p) => (p.places ?? []).filter((x) => x.layer === "settlements").map((x) => x.name).join(", ") },
  { key: "holder", width: 200, file: ["holder"], cell: (_, p) => text(p.holder) },
  { key: "responsible", width: 120, file: ["responsible"], cell: (_, p) => (p.responsible ? term("responsible", p.responsible) : "") },
  { key: "department", width: 170, file: ["department"], cell: (_, p) => text(p.department) },
  { key: "source", width: 210, file: ["money_by_source"], cell: (_, p) => sources(p) },
  { key: "starts", width: 108, number: true, file: ["first_day"], cell: (_, p) => day(p.starts) },
  { key: "ends", width: 108, number: true, file: ["last_day"], cell: (_, p) => day(p.ends) },
];

/** Whose money: the sources that are stated. */
function sources(p: Project): string {
  return (p.money ?? []).filter((m) => m.source !== "not_stated" || m.amount_cents !== null).map((m) => term("source", m.source)).join(", ");
}

const usual = ["code", "title", "theme", "measure", "status", "horizon", "amount", "settlement", "holder"];
const onPhone = ["code", "title", "status", "amount"];

/** The columns that are shown: those of the address, as far as they exist, or the usual ones. */
export function shownColumns(cols: string[] | null, narrow: boolean): Column[] {
  const wanted = cols ?? (narrow ? onPhone : usual);
  const found = wanted.map((key) => columns.find((c) => c.key === key)).filter((c) => c !== undefined);
  return found.length ? found : columns.filter((c) => usual.includes(c.key));
}

export const columnName = (key: string): string => t(`col.${key}` as Key);

/** The order after a press on a column's head: up, down, as it was. */
export function turned(sort: string, key: string): string {
  return sort === key ? `-${key}` : sort === `-${key}` ? "" : key;
}

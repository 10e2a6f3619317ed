// The breakdown: the same picture small, once for each theme, measure, year …
import { themeColor, type App } from "./app";
import { noGroup } from "./balance-behind";
import { bars, outline, small, text, words, wrap } from "./balance-picture";
import { byMoney } from "./choropleth-classes";
import { h, s } from "./dom";
import { byName, moneyShort, number, percent } from "./format";
import { language, pick, t, term, type Key } from "./i18n";
import { classColors, type Mode } from "./palette";
import { symbolSVG } from "./symbols";
import type { Balance, BalanceGroup } from "./types";

export const bys = ["theme", "measure", "status", "horizon", "year", "source", "mechanism", "holder", "settlement", "local_community"] as const;

/** So many groups are shown at first. */
const first = 60;

export interface GroupsOptions {
  app: App;
  width: number;
  before: Balance | null;
  all: boolean;
  showAll: () => void;
  open: (group: string) => void;
}

/** The choice of a breakdown. */
export function byChooser(app: App): HTMLElement {
  const { by } = app.store.get();
  return h("select", { class: "select", "data-key": "by", "aria-label": t("balance.by"), onchange: (e: Event) => app.store.set({ by: (e.target as HTMLSelectElement).value, open: "" }) },
    ...bys.map((v) => h("option", { value: v, selected: v === by }, t(`by.${v}` as Key))));
}

export function multiples(b: Balance, o: GroupsOptions): HTMLElement {
  const groups = inOrder(b);
  const shown = o.all ? groups : groups.slice(0, first);
  return h("div", null, h("ul", null, ...shown.map((g) => multiple(g, b, o))),
    shown.length < groups.length ? h("p", { class: "behind-more" }, h("button", { class: "button", "data-key": "all-groups", onclick: o.showAll }, t("balance.allGroups", { n: groups.length }))) : null);
}

export function groupName(b: Balance, g: BalanceGroup): string {
  const key = g.key ?? noGroup;
  return pick(g.name) || (b.by === "status" || b.by === "horizon" ? term(b.by, key) : key);
}

export const groupCode = (b: Balance, g: BalanceGroup): string => (b.by === "theme" || b.by === "measure" ? (g.key ?? "") : "");

function multiple(g: BalanceGroup, b: Balance, o: GroupsOptions): HTMLElement {
  const mode = o.app.mode();
  const all = bars(g, b.total);
  const key = g.key ?? noGroup;
  const name = groupName(b, g);
  const value = g.amount_cents !== null ? moneyShort(g.amount_cents, language()) : t("projects.count", { n: g.projects });
  const mark = b.by === "theme" ? symbolSVG(themeColor(o.app, b.municipality, key), "realised", false, mode)
    : b.by === "status" ? symbolSVG(themeColor(o.app, "", null), key, false, mode) : null;
  const code = groupCode(b, g);
  const said = all.filter((x) => x.key !== "people").map((x) => `${t(`balance.${x.key}`)}: ${[words(x.parts), words(x.rest)].filter(Boolean).join("; ")}`).join(". ");
  const was = o.before?.groups.find((x) => x.key === g.key);
  const chart = b.by === "settlement" ? amount(g, b, o.width, mode) : small(all, o.width, mode, was && o.before ? bars(was, o.before.total) : undefined);
  return h("li", null,
    h("button", { class: "multiple", "data-key": `group/${key}`, "aria-label": `${t("balance.open", { name: [code, name].filter(Boolean).join(" ") })}. ${value}. ${said}`, onclick: () => o.open(key) },
      h("span", { class: "multiple-name" }, mark, h("span", null, code ? h("span", { class: "code" }, code, " ") : null, name, shares(g, b))),
      chart, h("span", { class: "multiple-value" }, value)));
}

/** The countryside's share in figures, and how much of the group is compared at all where that is not all of it. */
function shares(g: BalanceGroup, b: Balance): HTMLElement | null {
  const money = byMoney(b) && g.amount_cents !== null;
  const value = (r: BalanceGroup["rows"][number]) => (money ? (r.amount_cents ?? 0) : (r.weight ?? 0));
  const rural = g.rows.find((r) => r.class === "rural");
  const share = money ? rural?.share : rural?.weight_share;
  if (b.by === "settlement" || share === null || share === undefined) return null;
  const whole = g.rows.reduce((sum, r) => sum + value(r), 0);
  const compared = g.rows.filter((r) => r.share !== null || r.weight_share !== null).reduce((sum, r) => sum + value(r), 0) / (whole || 1);
  const lang = language();
  return h("small", { class: "multiple-share" }, [`${term("class", "rural")} ${percent(share, lang)}`, compared < 0.995 ? `${t("balance.classified")} ${percent(compared, lang)}` : ""].filter(Boolean).join(" · "));
}

/** A settlement is of one class: how much there is, against the most. */
function amount(g: BalanceGroup, b: Balance, width: number, mode: Mode): SVGSVGElement {
  const value = (x: BalanceGroup) => (byMoney(b) ? (x.amount_cents ?? 0) : x.weight);
  const most = Math.max(...b.groups.filter((x) => x.people !== undefined).map(value), 1e-9);
  const own = Math.min(1, value(g) / most);
  const cls = g.rows.find((r) => r.projects > 0)?.class ?? "";
  const fill = classColors[mode][cls as "urban"];
  return s("svg", { class: "small-picture", viewBox: `0 0 ${width} 14`, width, height: 14, "aria-hidden": "true" },
    own === 0 ? null : fill ? s("rect", { x: 0, y: 2, width: Math.max(1, own * width), height: 10, fill }) : outline(0, Math.max(3, own * width), 2, 10, mode));
}

/** The breakdown as one picture for a file: name, small bars, value, a line a group. */
export function groupSheet(b: Balance, width: number): SVGSVGElement {
  const [name, pitch] = [330, 38];
  const value = (g: BalanceGroup) => (g.amount_cents !== null ? moneyShort(g.amount_cents, language()) : t("projects.count", { n: g.projects }));
  const rows = inOrder(b).flatMap((g, i) => {
    const y = i * pitch;
    const drawn = b.by === "settlement" ? amount(g, b, 270, "light") : small(bars(g, b.total), 270, "light");
    const called = [groupCode(b, g), groupName(b, g)].filter(Boolean).join(" ");
    return [...wrap(called, name * 0.98, " ").slice(0, 2).map((line, k) => text("light", { x: 0, y: y + 13 + k * 15, size: 13, bare: true }, line)),
      s("g", { transform: `translate(${name + 10} ${y + 2})` }, ...drawn.childNodes), text("light", { x: width, y: y + 16, size: 13, end: true, bare: true }, value(g)),
      s("line", { x1: 0, x2: width, y1: y + pitch - 3, y2: y + pitch - 3, stroke: "#e2ddd0", "stroke-width": 1 })];
  });
  const said = b.groups.map((g) => `${groupName(b, g)}: ${value(g)}`).join("; ");
  return s("svg", { viewBox: `0 0 ${width} ${b.groups.length * pitch}`, width, height: b.groups.length * pitch, "aria-label": said }, ...rows);
}

/** Settlements by name as Slovenes sort them; other groups in the server's order of codes. */
function inOrder(b: Balance): BalanceGroup[] {
  if (b.by !== "settlement") return b.groups;
  return [...b.groups].sort((x, y) => Number(x.people === undefined) - Number(y.people === undefined) || byName(pick(x.name), pick(y.name)));
}

/** The breakdown in full, for reading and hearing. */
export function groupTable(b: Balance): HTMLElement {
  const lang = language();
  const money = byMoney(b);
  const classes = ["urban", "suburban", "rural", "unclassified", "outside", "municipality_wide", "unplaced"].filter((c) => b.total.rows.some((r) => r.class === c && (r.projects > 0 || r.people_share !== null)));
  const cell = (v: number | null | undefined, f: (n: number) => string) => h("td", { class: v == null ? "none" : "" }, v == null ? t("app.noData") : f(v));
  const line = (g: BalanceGroup, name: string) => h("tr", null, h("th", { scope: "row" }, name), cell(g.projects, (n) => number(n, lang)), ...(money ? [cell(g.without_amount, (n) => number(n, lang)), cell(g.amount_cents, (n) => euro(n))] : []),
    ...classes.map((c) => cell(money ? g.rows.find((r) => r.class === c)?.amount_cents : g.rows.find((r) => r.class === c)?.weight, (n) => (money ? euro(n) : number(n, lang, 2)))));
  const euro = (n: number) => `${number(n / 100, lang, 2, 2)}`;
  const heads = [t("balance.group"), t("balance.count"), ...(money ? [t("balance.csvWithout"), t("balance.csvEuros")] : []), ...classes.map((c) => `${term("class", c)}${money ? " (EUR)" : ""}`)];
  return h("details", { class: "fold" }, h("summary", { "data-key": "group-table" }, t("balance.groupTable")),
    h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": t("balance.groupTable") },
      h("table", { class: "numbers" }, h("thead", null, h("tr", null, ...heads.map((x) => h("th", { scope: "col" }, x)))),
        h("tbody", null, ...b.groups.map((g) => line(g, [groupCode(b, g), groupName(b, g)].filter(Boolean).join(" ")))),
        h("tfoot", null, line(b.total, t("balance.total"))))));
}

// The difference from another rule in words, and how much the rules decide at all.
import { h } from "./dom";
import { money, number, percent } from "./format";
import { icon } from "./icons";
import { language, t } from "./i18n";
import { differing, ruleWords, shifts, type Rule, type Shift } from "./balance-rule";
import type { Balance, BalanceRange, BalanceRule, Scheme } from "./types";

/** What changed, a sentence a bar. */
export function shiftWords(s: Shift): string {
  const lang = language();
  const what = t(`balance.${s.key}`);
  if (s.points === null || s.before === null || s.after === null) return t("balance.shiftNone", { what });
  const after = percent(s.after, lang, 1, 1);
  const points = number(Math.abs(s.points), lang, 1, 1);
  const said = Math.abs(s.points) < 0.05 ? t("balance.shiftSame", { what, after })
    : t(s.points > 0 ? "balance.shiftMore" : "balance.shiftLess", { what, after, before: percent(s.before, lang, 1, 1), points });
  if (s.key !== "euros" || !s.more) return said;
  return `${said} ${t(s.more > 0 ? "balance.eurosMore" : "balance.eurosLess", { amount: money(Math.abs(s.more), lang) })}`;
}

export function differenceBox(now: Balance, before: Balance, rules: { now: Rule; before: Rule }, schemes: Scheme[], act: { back: () => void; drop: () => void }): HTMLElement {
  const words = shifts(now, before).map((s) => h("li", null, shiftWords(s)));
  const is = t("balance.versusIs", { now: differing(rules.now, rules.before, schemes), before: differing(rules.before, rules.now, schemes) });
  return h("section", { class: "versus", "aria-label": t("balance.versus") },
    h("h3", null, t("balance.versus")), h("p", null, is), h("ul", null, ...words),
    h("p", { class: "versus-acts" },
      h("button", { class: "button", "data-key": "versus-back", onclick: act.back }, icon("undo"), h("span", null, t("balance.turnBack"))),
      h("button", { class: "button", "data-key": "versus-drop", onclick: act.drop }, icon("close"), h("span", null, t("balance.dropVersus")))));
}

/** The least and the most of the countryside's share, each a way to the rule that gives it. */
export function sensitivityBox(b: Balance, schemes: Scheme[], use: (r: BalanceRule) => void): HTMLElement | null {
  const lang = language();
  const rural = b.total.rows.find((r) => r.class === "rural");
  const range = (key: "projects" | "euros", r: BalanceRange | null | undefined, now: number | null | undefined) => {
    if (!r) return null;
    const at = { what: t(`balance.${key}`).toLowerCase(), min: percent(r.min, lang, 1, 1), max: percent(r.max, lang, 1, 1) };
    const said = at.min === at.max ? t("balance.rangeOne", at) : now == null ? t("balance.rangeAlone", at) : t("balance.rangeOf", { ...at, now: percent(now, lang, 1, 1) });
    const by = (which: "rangeMin" | "rangeMax", rule: BalanceRule) => h("button", { class: "link", "data-key": `${key}/${which}`, title: t("balance.useRule"), onclick: () => use(rule) },
      t(`balance.${which}`, { rule: ruleWords({ ...rule, money: "total" }, schemes) }));
    return h("div", { class: "range" }, h("p", null, said), at.min === at.max ? null : h("p", { class: "range-rules" }, by("rangeMin", r.min_by), by("rangeMax", r.max_by)));
  };
  const s = b.total.sensitivity;
  const boxes = [range("euros", s?.rural_share, rural?.share), range("projects", s?.rural_share_projects, rural?.weight_share)].filter((x) => x !== null);
  return boxes.length ? h("section", { class: "sensitivity" }, h("h3", null, t("balance.range")), ...boxes) : null;
}

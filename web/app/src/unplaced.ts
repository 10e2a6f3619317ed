// Projects that no surveyed site places: how many only words place, how many are for the whole municipality, how many nobody has placed. The
// numbers open the list of exactly these.
import type { App } from "./app";
import { h } from "./dom";
import { cleared } from "./filters";
import { t } from "./i18n";
import { namedSVG } from "./symbols";
import { noTheme } from "./palette";
import type { Project } from "./types";

export interface Counts {
  /** Shown at a settlement that the words name. */
  named: number;
  municipality: number;
  unplaced: number;
}

export function counts(projects: Project[]): Counts {
  const leaves = projects.filter((p) => !p.is_group && !p.located);
  return {
    named: leaves.filter((p) => p.scope !== "municipality" && (p.places?.length ?? 0) > 0).length,
    municipality: leaves.filter((p) => p.scope === "municipality").length,
    unplaced: leaves.filter((p) => p.scope !== "municipality" && !p.places?.length).length,
  };
}

export function outOfPlace(app: App): HTMLElement {
  const n = counts(app.data.projects);
  const open = (scope: string) => app.store.set({ ...cleared, scope: [scope], tab: "projects" });
  const row = (scope: "municipality" | "unplaced", count: number) =>
    h("li", null, h("button", { class: "link", "data-key": `scope/${scope}`, onclick: () => open(scope) }, t(`unplaced.${scope}`, { n: count })));
  return h("div", { class: "out-of-place" },
    h("p", { class: "note" }, h("span", { class: "swatch" }, namedSVG(noTheme[app.mode()], true)), h("span", null, t("unplaced.named", { n: n.named }))),
    h("ul", { class: "plain" }, n.municipality ? row("municipality", n.municipality) : null, n.unplaced ? row("unplaced", n.unplaced) : null));
}

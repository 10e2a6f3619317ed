// The panel on the left (the sheet on a phone): five tabs in the order of the
// questions, and the choice of a municipality while none is chosen.
import type { App } from "./app";
import type { BalancePanel } from "./balance";
import type { ChangesPanel } from "./changes";
import { h, redraw } from "./dom";
import { byName } from "./format";
import type { GapsPanel } from "./gaps";
import { icon } from "./icons";
import { t } from "./i18n";
import type { LayersPanel } from "./layers";
import type { ProjectsPanel } from "./projects";
import type { SheetHandle } from "./sheet";
import type { Tab } from "./state";

const tabs: Tab[] = ["projects", "balance", "gaps", "layers", "changes"];

export class Panel {
  readonly element: HTMLElement;
  readonly reopen = h("button", { class: "reopen card" });
  private readonly tabs = h("div", { class: "tabs", role: "tablist" });
  private readonly bodies: Record<Tab, HTMLElement>;
  private readonly body = h("div", { class: "panel-body" });
  private readonly choose = h("div", { class: "choose" });

  constructor(
    private readonly app: App,
    parts: { projects: ProjectsPanel; balance: BalancePanel; gaps: GapsPanel; layers: LayersPanel; changes: ChangesPanel },
    handle: SheetHandle,
  ) {
    this.bodies = { projects: parts.projects.element, balance: parts.balance.element, gaps: parts.gaps.element, layers: parts.layers.element, changes: parts.changes.element };
    for (const tab of tabs) {
      const el = this.bodies[tab];
      el.id = `panel-${tab}`;
      el.setAttribute("role", "tabpanel");
      el.setAttribute("aria-labelledby", `tab-${tab}`);
      this.body.append(el);
    }
    this.body.append(this.choose);
    this.element = h("main", { class: "panel card", id: "panel" }, handle.element, this.tabs, this.body);
    this.tabs.addEventListener("keydown", (e) => this.key(e));
    this.reopen.addEventListener("click", () => app.store.set({ panel: true }, false));
    app.data.subscribe(() => this.draw());
  }

  draw(): void {
    const { tab, panel } = this.app.store.get();
    const buttons = tabs.map((id) =>
      h("button", {
        class: "tab", role: "tab", id: `tab-${id}`, "data-key": `tab/${id}`, "aria-selected": String(id === tab), "aria-controls": `panel-${id}`, tabindex: id === tab ? "0" : "-1",
        onclick: () => this.show(id),
      }, t(`tab.${id}`)));
    this.tabs.setAttribute("aria-label", t("tab.label"));
    const hide = h("button", { class: "icon-button hide-panel", "data-key": "hide", title: t("app.hidePanel"), "aria-label": t("app.hidePanel"), onclick: () => this.app.store.set({ panel: false }, false) }, icon("back"));
    redraw(this.tabs, ...buttons);
    this.element.querySelector(".hide-panel")?.remove();
    this.tabs.after(hide);
    this.element.hidden = !panel;
    this.reopen.hidden = panel;
    this.reopen.replaceChildren(icon("panel"), h("span", null, t("app.showPanel")));
    const unchosen = this.asks();
    this.choose.hidden = !unchosen;
    for (const id of tabs) this.bodies[id].hidden = id !== tab || (unchosen && id !== "layers");
    redraw(this.choose, ...(unchosen && tab !== "layers" ? this.municipalities() : []));
  }

  private show(tab: Tab): void {
    const { sheet } = this.app.store.get();
    this.app.store.set({ tab, sheet: sheet === "low" ? "half" : sheet });
  }

  private key(e: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(this.app.store.get().tab) + step + tabs.length) % tabs.length] ?? "projects";
    this.show(next);
    this.tabs.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  }

  private asks(): boolean {
    const { data } = this.app;
    return !data.current() && !data.loading && !data.error;
  }

  private municipalities(): HTMLElement[] {
    const { data, store } = this.app;
    if (!data.municipalities.length) return [h("p", { class: "message" }, t("error.noMunicipality"))];
    const wanted = store.get().municipality;
    const words = wanted ? t("error.unknownMunicipality", { name: wanted }) : `${t("app.chooseFirst")}:`;
    const list = [...data.municipalities].sort((a, b) => byName(a.name, b.name));
    return [
      h("p", { class: "message" }, words),
      h("ul", { class: "rows" }, ...list.map((m) => h("li", null, h("button", { class: "row", onclick: () => store.set({ municipality: m.slug }) },
        h("span", { class: "row-text" }, h("span", { class: "row-title" }, m.name), h("span", { class: "row-facts" }, t("projects.count", { n: m.projects }))))))),
    ];
  }
}

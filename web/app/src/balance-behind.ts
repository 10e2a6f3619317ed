// Every figure opens: the projects behind it, each with its share, its amount and
// the sentence that says why it stands there.
import * as api from "./api";
import { select, themeColor, type App } from "./app";
import { h, redraw } from "./dom";
import { money, percent } from "./format";
import { icon } from "./icons";
import { language, pick, t, term, titled } from "./i18n";
import { symbolSVG } from "./symbols";
import type { Balance, BalanceGroup, BalanceProject, List } from "./types";

/** How the server names the group without a key. */
export const noGroup = "none";

/** What the page calls the projects of which no amount is known. */
export const noAmount = "no_amount";

const page = 200;

/** Pages of a list that are searched for projects without an amount. */
const most = 25;

export class Behind {
  readonly element = h("div", { class: "behind-view" });
  private asked = "";
  private list: BalanceProject[] | null = null;
  private total = 0;
  private next: string | null = null;
  private error = "";

  constructor(private readonly app: App) {}

  /** Shows the projects of an open figure, GROUP|CLASS; asks when figure or question changed. */
  show(open: string, query: api.Query, balance: Balance, again = false): void {
    const key = `${api.address("", query)}/${open}`;
    if (key !== this.asked || again) void this.ask(key, open, query);
    this.draw(open, balance);
  }

  private async ask(key: string, open: string, query: api.Query): Promise<void> {
    if (key !== this.asked) this.list = null;
    this.asked = key;
    this.error = "";
    const [group = "", cls = ""] = open.split("|");
    try {
      let found = await api.balanceProjects({ ...query, limit: cls === noAmount ? 1000 : page, group: group || null, class: cls === noAmount ? null : cls || null });
      let items = found.items;
      for (let n = 1; cls === noAmount && found.next && n < most; n++) {
        found = await this.page(found);
        items = items.concat(found.items);
      }
      if (this.asked !== key) return;
      if (cls === noAmount) items = items.filter((p) => p.amount_cents === null);
      this.list = items;
      this.total = cls === noAmount ? items.length : (found.total ?? items.length);
      this.next = cls === noAmount ? null : (found.next ?? null);
    } catch (err) {
      if (this.asked !== key) return;
      this.list ??= [];
      this.error = this.app.connection.words(err);
    }
    this.drawList();
  }

  private page(after: List<BalanceProject>): Promise<List<BalanceProject>> {
    return api.balanceProjects(Object.fromEntries(new URL(after.next ?? "", api.address("api/v1/balance/projects")).searchParams));
  }

  private async more(): Promise<void> {
    const { asked, next } = this;
    if (!next) return;
    try {
      const found = await this.page({ items: [], next });
      if (this.asked !== asked) return;
      this.list = (this.list ?? []).concat(found.items);
      this.next = found.next ?? null;
    } catch (err) {
      this.error = this.app.connection.words(err);
    }
    this.drawList();
  }

  private readonly rows = h("div", { class: "behind-rows" });

  private draw(open: string, balance: Balance): void {
    const [group = "", cls = ""] = open.split("|");
    const g = group ? balance.groups.find((x) => (x.key ?? noGroup) === group) : balance.total;
    const coded = balance.by === "theme" || balance.by === "measure";
    const names = [group && [coded ? g?.key : "", g ? pick(g.name) : group].filter(Boolean).join(" "), cls && (cls === noAmount ? t("balance.withoutAmount") : term("class", cls))].filter(Boolean);
    redraw(this.element,
      h("button", { class: "back link", "data-key": "back", onclick: () => this.app.store.set({ open: "" }) }, icon("back"), t("tab.balance")),
      h("h2", { class: "panel-title" }, names.join(" · ") || t("balance.all")),
      h("p", { class: "subtitle" }, t("balance.behind")),
      g ? this.within(group, cls, g) : null, this.rows);
    this.drawList();
  }

  /** The classes within the figure, with their counts. */
  private within(group: string, cls: string, g: BalanceGroup): HTMLElement {
    const chip = (name: string, text: string, n: number) => h("button", { class: "chip", "data-key": `in/${name}`, "aria-pressed": String(name === cls), onclick: () => this.app.store.set({ open: `${group}|${name}` }) }, `${text} `, h("span", { class: "count" }, n));
    return h("div", { class: "chips within", role: "group", "aria-label": t("balance.within") },
      chip("", t("balance.whole"), g.projects), ...g.rows.filter((r) => r.projects > 0).map((r) => chip(r.class, term("class", r.class), r.projects)),
      g.without_amount > 0 ? chip(noAmount, t("balance.withoutAmount"), g.without_amount) : null);
  }

  private drawList(): void {
    const { list } = this;
    if (list === null) {
      redraw(this.rows, h("p", { class: "message" }, t("app.loading")));
      return;
    }
    redraw(this.rows,
      this.error ? h("p", { class: "message", role: "alert" }, this.error) : null,
      list.length ? h("ul", { class: "behind" }, ...list.map((p) => this.row(p))) : this.error ? null : h("p", { class: "message" }, t("balance.behindNone")),
      this.next ? h("p", { class: "behind-more" }, h("span", null, t("balance.listed", { shown: list.length, total: this.total })), h("button", { class: "button", "data-key": "more", onclick: () => void this.more() }, t("balance.more"))) : null);
  }

  private row(p: BalanceProject): HTMLElement {
    const { municipality } = this.app.store.get();
    const known = this.app.data.known(municipality, p.code);
    const lang = language();
    const facts = [p.share !== null && p.share < 0.9995 ? t("balance.shareOf", { share: percent(p.share, lang, 1) }) : "", p.amount_cents !== null ? money(p.amount_cents, lang) : t("balance.withoutAmount"), pick(p.reason)];
    return h("li", null, h("button", { class: "row", "data-key": `b/${p.code}`, onclick: () => select(this.app, { kind: "project", municipality, code: p.code }) },
      symbolSVG(themeColor(this.app, municipality, p.theme ?? known?.theme), p.status ?? known?.status ?? "unknown", known?.strategic ?? false, this.app.mode()),
      h("span", { class: "row-text" }, h("span", { class: "row-title" }, h("span", { class: "code" }, p.code), " ", known ? titled(known) : p.title), h("span", { class: "row-facts" }, facts.filter(Boolean).join(" · ")))));
  }
}

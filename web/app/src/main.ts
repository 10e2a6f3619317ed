// The page, from top to bottom: state from the address, data from the server,
// the bar, the panel, the map, the details; and who follows which change.
import "./styles/main.css";
import { address } from "./api";
import { themeColor, type App } from "./app";
import { BalancePanel } from "./balance";
import { ChangesPanel } from "./changes";
import { Connection } from "./connection";
import { Data, recall, remember } from "./data";
import { Details } from "./details";
import { h } from "./dom";
import { Facets } from "./facets";
import { GapsPanel } from "./gaps";
import { Header } from "./header";
import { language, setLanguage, t } from "./i18n";
import { LayersPanel } from "./layers";
import { MapView, type Covered } from "./map";
import { Live } from "./live";
import { Panel } from "./panel";
import type { Mode } from "./palette";
import { ProjectsPanel } from "./projects";
import { Search } from "./search";
import { SheetHandle, sheetPixels } from "./sheet";
import { Store } from "./state";
import { sources } from "./style";
import { Toolbar } from "./tools/bar";
import { TablePanel } from "./table/table";
import { basemaps, loadBasemaps } from "./tools/basemaps";

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const narrow = matchMedia("(max-width: 760px)");

const root = document.querySelector<HTMLElement>("#app") ?? document.body;
const spoken = navigator.language.toLowerCase().startsWith("sl") || !navigator.language ? "sl" : "en";
const last = recall("language");
const store = new Store(last === "sl" || last === "en" ? last : spoken);
const connection = new Connection();
const data = new Data(store, connection);
const facets = new Facets(store, data, connection);
const live = h("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });

const app: App = {
  store, data, facets, connection, map: null, here: null, mode, narrow: () => narrow.matches, legend: (m) => [...balance.choropleth.printed(m), ...layers.printed(m)], openTable: () => table.open(), announce: (text) => (live.textContent = text),
};

function mode(): Mode {
  const { appearance } = store.get();
  return appearance === "auto" ? (darkSystem.matches ? "dark" : "light") : appearance;
}

const projects = new ProjectsPanel(app);
const balance = new BalancePanel(app);
const gaps = new GapsPanel(app);
const layers = new LayersPanel(app, () => void view?.load(true));
const news = new Live();
const changes = new ChangesPanel(app, news);
const handle = new SheetHandle(store, root);
const panel = new Panel(app, { projects, balance, gaps, layers, changes }, handle);
const table = new TablePanel(app);
const details = new Details(app);
const header = new Header(app, new Search(app));
const mapHost = h("div", { class: "map", id: "map" });
const credits = h("span", null);
const statement = h("a", { class: "statement" });
const attribution = h("p", { class: "attribution" }, statement, credits);
const area = h("section", { class: "map-area" }, mapHost, balance.choropleth.legend, layers.legend, attribution, changes.notice);
const tools = new Toolbar(app, area);
mapHost.after(tools.element, tools.card);
const skip = h("a", { class: "skip", href: "#panel" });
skip.addEventListener("click", (e) => {
  e.preventDefault();
  document.querySelector<HTMLElement>(".tab[aria-selected=true]")?.focus();
});
let view: MapView | null = null;
let names: string[] = [];

/** Counted before the legend is there, so that the first view does not hide below it. */
const legendWidth = 262;

root.append(skip, header.element, panel.element, panel.reopen, details.element, area, table.element, connection.banner, live);

/** What panels cover of the map, so that nothing chosen hides below them. */
function covered(): Covered {
  const box = mapHost.getBoundingClientRect();
  if (narrow.matches) return { top: 0, right: 0, left: 0, bottom: Math.max(0, sheetPixels(store.get().sheet, innerHeight) - (innerHeight - box.bottom)) };
  const side = (el: HTMLElement) => (el.hidden ? null : el.getBoundingClientRect());
  const left = side(panel.element);
  const right = side(details.element);
  const legend = store.get().legend === "closed" ? 0 : legendWidth;
  const card = side(tools.card);
  const buttons = tools.element.getBoundingClientRect();
  const sides = { left: Math.max(left ? left.right - box.left : 0, buttons.width ? buttons.right - box.left : 0), right: right ? box.right - right.left : legend };
  const beside = card ? card.right - box.left : 0; // a tool covers as well, as long as enough is left to look at
  return { top: 0, bottom: 0, ...sides, left: box.width - beside - sides.right > 320 ? Math.max(sides.left, beside) : sides.left };
}

/** The sources of what is drawn, as many as fit beside the map, and whether its shapes are approximate. */
function attributed(): string {
  const base = basemaps.find((b) => b.name === store.get().base)?.attribution;
  const shown = [...(base ? [base] : []), ...names.slice(0, 4)].join(" · ") + (names.length > 4 ? " …" : "");
  return [shown && `${t("map.attribution")}: ${shown}`, data.current()?.approximate ? t("map.approximate") : ""].filter(Boolean).join(" · ");
}

function credit(): void {
  credits.textContent = credits.title = attributed();
}

/** Everything that is text or colour, in the present language and appearance. */
function draw(): void {
  const state = store.get();
  setLanguage(state.lang);
  document.documentElement.lang = state.lang;
  document.documentElement.dataset.mode = mode();
  document.title = t("app.title", { municipality: data.current()?.name ?? "" }).replace(/ – $/, "");
  skip.textContent = t("app.skip");
  area.setAttribute("aria-label", t("map.area"));
  statement.textContent = t("tools.statement");
  statement.href = address("dostopnost", { lang: state.lang });
  root.classList.toggle("with-details", state.selection !== null);
  tools.draw();
  credit();
  handle.draw();
  header.draw();
  panel.draw();
  projects.draw();
  layers.draw();
  balance.update();
  gaps.update();
  changes.update();
  details.update();
  table.draw();
}

store.subscribe((_, changed) => {
  if (changed.has("lang")) remember("language", store.get().lang);
  const all = (...keys: string[]) => [...changed].every((key) => keys.includes(key));
  if (all("view")) return;
  if (all("sort", "cols")) table.draw(); // a long table should not wait for the legend
  else draw();
});
facets.subscribe(() => layers.draw());
data.subscribe(() => {
  view?.arrive();
  credit();
  details.draw();
  document.title = t("app.title", { municipality: data.current()?.name ?? "" }).replace(/ – $/, "");
});
narrow.addEventListener("change", draw);
darkSystem.addEventListener("change", () => {
  draw();
  void view?.load();
});

// What changes meanwhile: the map fetches the tiles that show it, the lists read it again.
news.subscribe((change, revisions) => {
  view?.refresh(change);
  gaps.update(true);
  balance.update(true);
  void changes.arrive(revisions);
  void facets.update(true);
  void data.refresh().then(() => details.update(true));
});

draw();
void data.load();
news.start();
void MapView.create(app, mapHost, covered, (style) => {
  layers.use(style);
  if (style) names = sources(style);
  credit();
}, () => layers.drawLegend()).then((made) => {
  if (!made) return;
  view = app.map = made;
  // For those who script the page.
  Object.assign(window, { kraj: { map: made.gl, state: store, language, themeColor: (m: string, code: string) => themeColor(app, m, code) } });
  tools.attach(made);
  void loadBasemaps().then(() => basemaps.length && draw());
  balance.choropleth.attach(made);
  void made.load().then(() => changes.update());
  made.arrive();
});

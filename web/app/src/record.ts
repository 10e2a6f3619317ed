// The page of one project or one place: an address of its own that can be sent and kept, and that prints on A4. The same words and figures as
// beside the map, with a small map of where it is.
import "./styles/record.css";
import { address, history, place, project, ApiError } from "./api";
import type { App } from "./app";
import { historyList } from "./change-words";
import { Connection } from "./connection";
import { Data } from "./data";
import { nowhere, recordPath, section } from "./detail-parts";
import { placeView } from "./detail-place";
import { projectView } from "./detail-project";
import { h } from "./dom";
import { Facets } from "./facets";
import { dateTime } from "./format";
import { icon } from "./icons";
import { language, languages, setLanguage, t, titled } from "./i18n";
import type { Mode } from "./palette";
import { locator } from "./record-map";
import { encode, Store, type Selection } from "./state";
import type { Lang, PlaceDetail, ProjectDetail, Told } from "./types";

type Chosen = Extract<Selection, { code: string }>;
type Found = { kind: "project"; data: ProjectDetail } | { kind: "place"; data: PlaceDetail };

const root = document.querySelector<HTMLElement>("#record") ?? document.body;
const lang: Lang = document.documentElement.lang === "en" ? "en" : "sl";
setLanguage(lang);

/** What the address says after the root: projekt/MUNICIPALITY/CODE or kraj/LAYER/MUNICIPALITY/CODE. */
function chosen(): Chosen | null {
  const [kind = "", ...rest] = location.href.replace(/[?#].*$/, "").slice(address("").length).split("/").map(decodeURIComponent);
  if (kind === "projekt" && rest.length >= 2) return { kind: "project", municipality: rest[0] ?? "", code: rest.slice(1).join("/") };
  if (kind === "kraj" && rest.length >= 3) return { kind: "place", layer: rest[0] ?? "", municipality: rest[1] ?? "", code: rest.slice(2).join("/") };
  return null;
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const printing = matchMedia("print");
const mode = (): Mode => (dark.matches && !printing.matches ? "dark" : "light");

const store = new Store(lang);
const selection = chosen();
store.set({ lang, municipality: selection && selection.municipality !== nowhere ? selection.municipality : "" }, false);
const connection = new Connection();
const data = new Data(store, connection);
// Nothing here filters: these facets hear of no data and so ask for none.
const facets = new Facets(store, new Data(store, connection), connection);
const app: App = { store, data, facets, connection, map: null, here: null, mode, narrow: () => false, legend: () => [], openTable: () => undefined, announce: () => undefined };

// What the words beside the map open there has a page here as well.
store.subscribe((state, changed) => {
  const to = state.selection;
  if (changed.has("selection") && to && to.kind !== "at") location.assign(address(recordPath(to), lang === "sl" ? {} : { lang }));
  if (changed.has("tab")) location.assign(`${address("")}#${encode(state)}`);
});

let found: Found | null = null;
let past: Told[] = [];
let drawing: SVGSVGElement | null = null;
let failed = "";

async function load(s: Chosen): Promise<void> {
  const layer = s.kind === "project" ? "projects" : s.layer;
  const before = history({ municipality: s.municipality, layer, code: s.code, limit: 20, items: 1 }).then((list) => list.items, () => []);
  try {
    const [what] = await Promise.all([s.kind === "project" ? project(s.municipality, s.code) : place(s.layer, s.municipality, s.code), data.load()]);
    found = s.kind === "project" ? { kind: "project", data: what as ProjectDetail } : { kind: "place", data: what as PlaceDetail };
  } catch (err) {
    failed = err instanceof ApiError && err.status === 404 ? t("details.gone") : connection.words(err);
  }
  draw();
  past = await before;
  if (found) drawing = await locator(app, found.data, mode()).catch(() => null); // without the small map the page is still whole
  draw();
  document.documentElement.dataset.ready = "1"; // for whoever prints without looking
}

function draw(): void {
  document.documentElement.dataset.mode = mode();
  if (!found) {
    root.replaceChildren(h("main", { class: "record" }, head(), h("p", { class: "message" }, failed || t("app.loading"))));
    return;
  }
  const view = found.kind === "project" ? projectView(app, found.data) : placeView(app, found.data);
  const [tags = null, title = null, ...rest] = view;
  const named = [tags, title].filter((x) => x !== null);
  const facts = rest.filter((x) => x !== null);
  const name = found.kind === "project" ? titled(found.data) : found.data.name;
  document.title = `${name} – ${data.current()?.name ?? ""}`.replace(/ – $/, "");
  root.replaceChildren(h("main", { class: "record" }, head(), h("article", { class: "details-body" }, ...named, drawing ? h("figure", { class: "locator" }, drawing) : null, ...facts, section(t("details.history"), historyList(past)) ?? "", foot())));
}

function head(): HTMLElement {
  const s = selection;
  const onMap = s ? `${address("")}#${encode({ ...store.get(), selection: s })}` : address("");
  const other = (l: Lang) => h("a", { class: "language", lang: l, "aria-current": l === lang ? "true" : false, href: s ? address(recordPath(s), l === "sl" ? {} : { lang: l }) : "" }, l.toUpperCase());
  return h("header", { class: "record-head" },
    h("h1", { class: "record-place" }, h("strong", null, "kraj"), ` · ${data.current()?.name ?? ""}`),
    h("nav", { class: "record-tools", "aria-label": t("record.tools") },
      h("a", { class: "button", href: onMap }, icon("place"), h("span", null, t("record.onMap"))),
      h("button", { class: "button", "data-key": "print", onclick: () => print() }, icon("print"), h("span", null, t("record.print"))),
      h("span", { class: "languages" }, ...languages.map(other))));
}

/** What a sheet of paper needs to be found again. */
function foot(): HTMLElement {
  return h("footer", { class: "record-foot" }, h("p", null, t("record.foot", { at: dateTime(new Date().toISOString(), language()) })), h("p", null, location.href.replace(/#.*$/, "")));
}

for (const query of [dark, printing]) query.addEventListener("change", draw);
addEventListener("beforeprint", draw);
draw();
if (selection) void load(selection);
else {
  failed = t("details.gone");
  draw();
}

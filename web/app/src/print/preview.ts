// The preview of the printed sheet: paper, scale, title and what stands on it are chosen
// here; what one sees is what the printer or the PNG gets.
import { address } from "../api";
import type { App } from "../app";
import { h, redraw } from "../dom";
import { date, length, nbsp, number } from "../format";
import { icon } from "../icons";
import { language, t, type Key } from "../i18n";
import type { MapView } from "../map";
import { encode } from "../state";
import { sources } from "../style";
import { basemaps } from "../tools/basemaps";
import { fromD96, toD96, type LonLat } from "../tools/d96";
import { metresPerPixel } from "../tools/geodesy";
import { roundBelow } from "../tools/scale-bar";
import { readShape } from "../tools/shape";
import { denominatorOf, drawMap, type Picture } from "./map-image";
import { measure, pngSheet, svgSheet } from "./render";
import { denominators, fitting, layout, type Content, type Paper, type Sheet, type Turn } from "./sheet";

interface Choice {
  paper: Paper;
  turn: Turn;
  denominator: number;
  title: string;
  legend: boolean;
  dpi: number;
}

/** The longest scale bar, in millimetres. */
const longest = 50;

export class Preview {
  private readonly dialog = h("dialog", { class: "print", "aria-labelledby": "print-title" });
  private readonly form = h("div", { class: "print-form" });
  private readonly stage = h("div", { class: "print-stage" });
  private readonly status = h("p", { class: "print-status", role: "status" });
  private choice: Choice = { paper: "A4", turn: "landscape", denominator: 0, title: "", legend: true, dpi: 300 };
  private centre: LonLat = { lon: 15, lat: 46 };
  private picture: Picture | null = null;
  private job: AbortController | null = null;
  private failed = false;
  private ready = false;
  /** The scale was chosen by hand. */
  private scaled = false;
  private readonly page = new CSSStyleSheet();

  constructor(
    private readonly app: App,
    private readonly view: MapView,
    private readonly leave: () => void,
  ) {
    this.dialog.append(this.form, this.stage);
    this.dialog.addEventListener("cancel", (e) => (e.preventDefault(), this.leave()));
    this.stage.addEventListener("keydown", (e) => this.key(e));
    this.stage.addEventListener("pointerdown", (e) => this.drag(e));
  }

  /** From an address the preview may be asked for before the map is there. */
  async open(): Promise<void> {
    document.body.append(this.dialog);
    if (!this.dialog.open) this.dialog.showModal();
    this.stage.replaceChildren(h("p", { class: "message" }, t("app.loading")));
    document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter((x) => x !== this.page), this.page];
    while (this.dialog.open && (this.app.data.loading || !this.view.gl.getStyle()?.layers.length || !this.view.gl.loaded())) await new Promise((soon) => setTimeout(soon, 100));
    if (!this.dialog.open) return;
    this.ready = true;
    const middle = this.view.middle();
    this.centre = { lon: middle.lng, lat: middle.lat };
    this.choice.title ||= t("print.defaultTitle", { municipality: this.app.data.current()?.name ?? "" });
    this.choice.turn = this.app.narrow() ? "portrait" : this.choice.turn;
    this.choice.denominator = this.fit();
    this.draw();
    void this.render();
  }

  close(): void {
    this.ready = false;
    this.job?.abort();
    this.forget();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((x) => x !== this.page);
    if (this.dialog.open) this.dialog.close();
    this.dialog.remove();
  }

  private forget(): void {
    if (this.picture) URL.revokeObjectURL(this.picture.url);
    this.picture = null;
  }

  /** The largest scale that still shows what the screen shows beside its panels. */
  private fit(): number {
    const { gl } = this.view;
    const free = this.view.free();
    const m = metresPerPixel(this.centre.lat, gl.getZoom());
    return fitting({ w: free.width * m, h: free.height * m }, this.sheet(denominatorOf(this.centre.lat, gl.getZoom())).frame);
  }

  private sheet(denominator = this.choice.denominator): Sheet {
    const { paper, turn } = this.choice;
    return layout(paper, turn, this.content(denominator), measure());
  }

  private content(denominator: number): Content {
    const { title, legend } = this.choice;
    const lang = language();
    const chips = [...document.querySelectorAll(".in-effect .chip span")].map((el) => el.textContent ?? "").filter(Boolean);
    const current = this.app.data.current();
    const metres = roundBelow((longest / 1000) * denominator);
    const style = this.view.gl.getStyle();
    const credits = [...new Set([...sources(style), basemaps.find((b) => b.name === this.app.store.get().base)?.attribution ?? ""])].filter(Boolean);
    return {
      title,
      subtitle: chips.length ? `${t("print.filtered")}: ${[...new Set(chips)].join(" · ")}` : t("print.all"),
      scaleWords: `${t("print.scale")} 1${nbsp}:${nbsp}${number(denominator, lang)}`,
      bar: { metres, words: ["0", length(metres / 2, lang), length(metres, lang)] },
      denominator,
      north: lang === "sl" ? "S" : "N",
      legendTitle: t("layers.legend"),
      legend: legend ? this.app.legend("light") : [],
      notes: [
        `${t("print.made", { date: date(today(), lang) })} ${t("print.projection")}`,
        credits.length ? `${t("map.attribution")}: ${credits.join(" · ")}.` : "",
        current?.approximate ? t("print.approximate") : "",
        this.link(),
      ].filter(Boolean),
    };
  }

  /** The address of the map itself; one too long to be typed from paper gives way to the page's. */
  private link(): string {
    const { hash } = new URL(`#${encode({ ...this.app.store.get(), tool: "" })}`, location.href);
    const whole = address("") + hash;
    return whole.length < 320 ? whole : address("");
  }

  /** Draws the map anew for what is chosen; an older drawing under way is given up. */
  private async render(): Promise<void> {
    this.job?.abort();
    const job = (this.job = new AbortController());
    this.forget();
    this.failed = false;
    this.draw();
    try {
      await document.fonts.ready;
      const order = { frame: this.sheet().frame, centre: this.centre, denominator: this.choice.denominator, dpi: this.choice.dpi, measured: readShape(this.app.store.get().drawn) };
      const picture = await drawMap(this.app, this.view, order, job.signal);
      if (job.signal.aborted) return URL.revokeObjectURL(picture.url);
      this.picture = picture;
    } catch {
      if (job.signal.aborted) return;
      this.failed = true;
      void this.app.connection.suspect();
    }
    this.draw();
  }

  draw(): void {
    if (!this.dialog.open || !this.ready) return;
    const sheet = this.sheet();
    const { paper, turn, denominator } = this.choice;
    this.page.replaceSync(`@page { size: ${paper} ${turn}; margin: 0; }`);
    const label = t("print.label", { paper, turn: t(`print.${turn}`), scale: number(denominator, language()), title: this.choice.title });
    const svg = svgSheet(sheet, this.picture?.url ?? "", label);
    svg.classList.add(`sheet-${paper}-${turn}`);
    this.stage.setAttribute("tabindex", "0");
    this.stage.setAttribute("role", "group");
    this.stage.setAttribute("aria-label", t("print.stage"));
    this.stage.classList.toggle("print-waiting", !this.picture);
    this.stage.replaceChildren(svg);
    this.say();
    redraw(this.form, ...this.controls());
  }

  private say(): void {
    const { picture } = this;
    const words = this.failed ? t("print.failed") : picture ? t("print.ready", { dpi: picture.dpi }) : t("map.drawing");
    if (this.status.textContent !== words) this.status.textContent = words;
    this.status.classList.toggle("hint-wrong", this.failed);
  }

  private controls(): (HTMLElement | null)[] {
    const { paper, turn, denominator, title, legend, dpi } = this.choice;
    const ready = this.picture !== null;
    const pick = <T extends string | number>(key: Key, id: string, now: T, options: [T, string][], use: (v: T) => void) =>
      h("label", { class: "print-field" }, h("span", null, t(key)),
        h("select", { class: "select", "data-key": id, onchange: (e: Event) => use((typeof now === "number" ? Number((e.target as HTMLSelectElement).value) : (e.target as HTMLSelectElement).value) as T) },
          ...options.map(([v, words]) => h("option", { value: v, selected: v === now }, words))));
    const name = h("input", { class: "field", type: "text", maxlength: 120, value: title, "data-key": "print-name", onchange: (e: Event) => this.change({ title: (e.target as HTMLInputElement).value }, false) });
    return [
      h("div", { class: "print-head" }, h("h2", { id: "print-title", tabindex: -1 }, t("tools.print")), h("button", { class: "icon-button", "data-key": "print-close", title: t("app.close"), "aria-label": t("app.close"), onclick: () => this.leave() }, icon("close"))),
      h("label", { class: "print-field print-name" }, h("span", null, t("print.title")), name),
      h("div", { class: "print-pair" },
        pick("print.paper", "print-paper", paper, [["A4", "A4"], ["A3", "A3"]], (v) => this.change({ paper: v })),
        pick("print.turn", "print-turn", turn, [["landscape", t("print.landscape")], ["portrait", t("print.portrait")]], (v) => this.change({ turn: v }))),
      h("div", { class: "print-pair" },
        pick("print.scale", "print-scale", denominator, denominators.map((n) => [n, `1${nbsp}:${nbsp}${number(n, language())}`]), (v) => this.change({ denominator: v })),
        pick("print.dpi", "print-dpi", dpi, [[150, `150${nbsp}dpi`], [300, `300${nbsp}dpi`], [400, `400${nbsp}dpi`]], (v) => this.change({ dpi: v }))),
      h("label", { class: "check" }, h("input", { type: "checkbox", checked: legend, "data-key": "print-legend", onchange: (e: Event) => this.change({ legend: (e.target as HTMLInputElement).checked }) }), h("span", null, t("print.legend"))),
      this.moves(),
      this.status,
      h("div", { class: "tool-buttons" },
        h("button", { class: "button", "data-key": "print-go", disabled: !ready, onclick: () => print() }, t("print.go")),
        h("button", { class: "button button-quiet", "data-key": "print-png", disabled: !ready, onclick: () => void this.png() }, t("print.png")),
        this.failed ? h("button", { class: "button button-quiet", "data-key": "print-retry", onclick: () => void this.render() }, t("app.retry")) : null),
      h("p", { class: "hint" }, t("print.hint")),
    ];
  }

  private change(patch: Partial<Choice>, redrawn = true): void {
    this.choice = { ...this.choice, ...patch };
    this.scaled ||= patch.denominator !== undefined;
    if (!this.scaled && (patch.paper || patch.turn)) this.choice.denominator = this.fit(); // a larger sheet shows the same larger
    if (redrawn) void this.render();
    else this.draw();
  }

  /** The map under its frame moves by buttons, arrow keys or dragging. */
  private moves(): HTMLElement {
    const move = (key: Key, id: string, x: number, y: number) =>
      h("button", { class: "icon-button print-move", "data-key": id, "aria-label": t(key), title: t(key), onclick: () => this.move(x, y) }, icon("chevron"));
    return h("div", { class: "print-moves", role: "group", "aria-label": t("print.move") }, h("span", { class: "reading-name" }, t("print.move")),
      move("print.west", "move-west", -1, 0), move("print.north", "move-north", 0, 1), move("print.south", "move-south", 0, -1), move("print.east", "move-east", 1, 0));
  }

  /** By quarters of the frame. */
  private move(x: number, y: number): void {
    const { frame } = this.sheet();
    this.shift((x * frame.w) / 4, (y * frame.h) / 4);
  }

  /** By millimetres on the sheet, east and north. */
  private shift(east: number, north: number): void {
    const at = toD96(this.centre);
    const k = this.choice.denominator / 1000;
    this.centre = fromD96({ e: at.e + east * k, n: at.n + north * k });
    void this.render();
  }

  private key(e: KeyboardEvent): void {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
    if (!by) return;
    e.preventDefault();
    this.move(by[0] ?? 0, by[1] ?? 0);
  }

  private drag(e: PointerEvent): void {
    const image = (e.target as Element).closest(".sheet-map");
    const box = image?.getBoundingClientRect();
    if (!image || !box) return;
    e.preventDefault();
    this.stage.setPointerCapture(e.pointerId);
    const k = this.sheet().frame.w / box.width;
    const delta = (m: PointerEvent) => [m.clientX - e.clientX, m.clientY - e.clientY] as const;
    const follow = (m: PointerEvent) => image.setAttribute("transform", `translate(${delta(m)[0] * k} ${delta(m)[1] * k})`);
    const drop = (m: PointerEvent) => {
      this.stage.removeEventListener("pointermove", follow);
      const [dx, dy] = delta(m);
      if (Math.hypot(dx, dy) > 3) this.shift(-dx * k, dy * k);
    };
    this.stage.addEventListener("pointermove", follow);
    this.stage.addEventListener("pointerup", drop, { once: true });
  }

  private async png(): Promise<void> {
    const { picture } = this;
    if (!picture) return;
    const blob = await pngSheet(this.sheet(), picture.bitmap, Math.min(picture.dpi, 300)).catch(() => null);
    if (!blob) {
      this.failed = true;
      return this.draw();
    }
    const url = URL.createObjectURL(blob);
    const link = h("a", { href: url, download: `${fileName(this.choice.title)}-1-${this.choice.denominator}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    this.app.announce(t("print.saved"));
  }
}

const today = () => {
  const d = new Date();
  return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, "0")}-${String(d.getDate()).padStart(2, "0")}`;
};

const fileName = (title: string) => title.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "kraj";


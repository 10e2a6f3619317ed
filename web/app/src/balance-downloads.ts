// The buttons below a chart that take it away; what makes the files is fetched with the first.
import type { App } from "./app";
import { Lazy } from "./lazy";
import { h } from "./dom";
import { t } from "./i18n";
import type { Balance } from "./types";

export type Which = "Total" | "Groups" | "Years" | "Places";

/** A chart drawn for a file: light, of a width. */
export type Chart = (width: number) => SVGSVGElement | null;

let files: Lazy<typeof import("./balance-files")> | null = null;

export function downloads(app: App, b: Balance, which: Which, chart: Chart | null): HTMLElement {
  const what = t(`balance.file${which}`);
  const button = (kind: "CSV" | "SVG" | "PNG") => h("button", { class: "link", "data-key": `file/${which}/${kind}`, "aria-label": t("balance.download", { kind, what }), onclick: () => void take(app, b, which, kind, chart) }, kind);
  return h("p", { class: "downloads" }, h("span", null, t("balance.downloads")), button("CSV"), chart ? button("SVG") : null, chart ? button("PNG") : null);
}

async function take(app: App, b: Balance, which: Which, kind: "CSV" | "SVG" | "PNG", chart: Chart | null): Promise<void> {
  files ??= new Lazy(app, () => import("./balance-files"));
  const part = await files.need();
  if (!part) return;
  try {
    await part.save(app, b, which, kind, chart);
  } catch {
    app.announce(t("balance.failed"));
  }
}

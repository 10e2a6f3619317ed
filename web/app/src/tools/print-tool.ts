// Printing: a page of its own over the map, fetched when it is first asked for.
import type { App } from "../app";
import { h } from "../dom";
import { Lazy } from "../lazy";
import type { MapView } from "../map";
import type { Tool } from "./bar";

export class PrintTool implements Tool {
  readonly element = h("div", null);
  private readonly preview: Lazy<import("../print/preview").Preview>;
  private wanted = false;

  constructor(app: App, view: MapView, leave: () => void) {
    this.preview = new Lazy(app, async () => new (await import("../print/preview")).Preview(app, view, leave));
  }

  open(): void {
    this.wanted = true;
    void this.preview.need().then((p) => this.wanted ? p?.open() : undefined);
  }

  close(): void {
    this.wanted = false;
    this.preview.part?.close();
  }

  draw(): void {
    if (this.wanted) this.preview.part?.draw();
  }
}

// What every part of the page is given.
import type { Geometry } from "geojson";
import type { Connection } from "./connection";
import type { Data } from "./data";
import type { Facets } from "./facets";
import { noTheme, shown, type Mode } from "./palette";
import type { Selection, Store } from "./state";
import type { BBox } from "./types";

/** Something that is drawn at a point of the map. */
export interface Drawn {
  layer: string;
  municipality: string;
  code: string;
  name: string;
  status: string;
  theme: string | null;
}

/** The map as the other parts see it. */
export interface MapLike {
  /** Brings the box into the part of the map that no panel covers. */
  reveal(box: BBox, force?: boolean): void;
  /** Marks a shape that no layer draws, until something else is chosen. */
  mark(shape: Geometry | null, box: BBox | null): void;
  /** Shows where something changed, until told otherwise. */
  areas(boxes: BBox[]): void;
  /** The kinds that were drawn since the municipality was chosen, as layer.kind; null while nothing was. */
  readonly seen: ReadonlySet<string> | null;
  /** What is drawn at a point, topmost first. */
  at(lon: number, lat: number): Drawn[];
  zoomBy(steps: number): void;
  home(): void;
}

export interface App {
  store: Store;
  data: Data;
  facets: Facets;
  connection: Connection;
  map: MapLike | null;
  /** The point of the map that the details began with: what else is there is one step away. */
  here: Selection | null;
  mode(): Mode;
  /** A phone, or a page zoomed until it is as narrow. */
  narrow(): boolean;
  /** The legend of what is visible, for the printed sheet; null swatches are headings. */
  legend(mode: Mode): { swatch: SVGSVGElement | null; text: string }[];
  /** Opens the table below, or brings the keyboard to it. */
  openTable(): void;
  /** Says something to those who listen instead of looking. */
  announce(text: string): void;
}

/** The colour of a theme, in the present appearance unless another is asked for. */
export function themeColor(app: App, municipality: string, theme: string | null | undefined, mode = app.mode()): string {
  const found = app.data.theme(municipality, theme);
  return found ? shown(found.color, mode) : noTheme[mode];
}

/** Chooses something: it opens in the details and is marked on the map. `still`: it was found at the point where the details began. */
export function select(app: App, selection: Selection | null, still = false): void {
  if (!still) app.here = null;
  const { sheet } = app.store.get();
  app.store.set({ selection, sheet: selection && sheet === "low" ? "half" : sheet });
}

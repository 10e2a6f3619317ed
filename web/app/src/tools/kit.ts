// The tools, made when the first of them is used.
import type { App } from "../app";
import type { MapView } from "../map";
import type { ToolName } from "../state";
import { BasemapTool } from "./basemap";
import type { Tool } from "./bar";
import { CoordinatesTool } from "./coordinates";
import { InView } from "./in-view";
import { MeasureTool } from "./measure";
import { PrintTool } from "./print-tool";

export function make(app: App, view: MapView, leave: () => void): Record<ToolName, Tool> {
  return {
    measure: new MeasureTool(app, view),
    coordinates: new CoordinatesTool(app, view),
    view: new InView(app, view),
    basemap: new BasemapTool(app, view),
    print: new PrintTool(app, view, leave),
  };
}

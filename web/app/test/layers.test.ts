import type { LayerSpecification } from "maplibre-gl";
import assert from "node:assert/strict";
import { test } from "node:test";
import { remaining } from "../src/classes";
import { evaluate, understood } from "../src/evaluate";
import { moved } from "../src/layer-drag";
import { note } from "../src/seen";
import { decode, defaults, encode } from "../src/state";
import { arranged, drawingOrder, faded, opacityOf, withOpacity } from "../src/style-layers";

const at = (properties: Record<string, unknown>, zoom = 13) => ({ geometry: "Polygon" as const, properties, zoom });

test("expressions of styles have the values that the map gives them", () => {
  const table: [unknown, Record<string, unknown>, unknown][] = [
    [["match", ["get", "class"], "urban", "a", ["suburban", "rural"], "b", "c"], { class: "rural" }, "b"],
    [["match", ["get", "class"], "urban", "a", "c"], {}, "c"],
    [["case", [">=", ["coalesce", ["get", "pe"], 0], 2000], 2.4, 1.2], { pe: 2000 }, 2.4],
    [["interpolate", ["linear"], ["zoom"], 9, 1, 12, 2, 15, 4], {}, 2 + 2 / 3],
    [["interpolate", ["linear"], ["sqrt", ["get", "pe"]], 0, 3, 45, 5], { pe: 0 }, 3],
    [["step", ["zoom"], "few", 10, "many"], {}, "many"],
    [["concat", "project-", ["slice", ["get", "color"], 1], "-", ["get", "status"]], { color: "#276be6", status: "idea" }, "project-276be6-idea"],
    [["all", ["!", ["has", "x"]], ["!=", ["geometry-type"], "Point"]], {}, true],
    [["in", ["get", "c"], ["literal", ["a", "b"]]], { c: "b" }, true],
    [[4, 3], {}, [4, 3]],
    ["#fff", {}, "#fff"],
    [["unheard-of", 1], {}, undefined],
  ];
  for (const [expression, properties, want] of table) {
    const got = evaluate(expression, at(properties));
    if (typeof want === "number") assert.ok(Math.abs(Number(got) - want) < 1e-9, `${JSON.stringify(expression)}: ${String(got)}`);
    else assert.deepEqual(got, want, JSON.stringify(expression));
  }
  assert.equal(understood(["match", ["get", "a"], ["x", "y"], 1, 2]), true);
  assert.equal(understood(["case", ["heatmap-density"], 1, 2]), false);
});

const layer = (id: string, type: string, source: string, paint = {}) => ({ id, type, source: "kraj", "source-layer": source, paint }) as unknown as LayerSpecification;
const layers = [layer("paper", "fill", "municipalities"), layer("zones", "fill", "zones"), layer("routes", "line", "routes"), layer("outline", "line", "zones"), layer("name", "symbol", "zones")];
const idOf = (l: LayerSpecification) => ("source-layer" in l ? (l["source-layer"] ?? "") : "");

test("the reader's order: areas and lines move together, names stay on top", () => {
  assert.deepEqual(drawingOrder(layers, idOf), ["routes", "zones", "municipalities"]);
  assert.deepEqual(arranged(layers, null, idOf), layers);
  assert.deepEqual(arranged(layers, ["zones", "routes"], idOf).map((l) => l.id), ["paper", "routes", "zones", "outline", "name"]);
  assert.deepEqual(arranged(layers, ["municipalities", "unheard-of"], idOf).map((l) => l.id), ["zones", "outline", "routes", "paper", "name"]);
  assert.deepEqual(moved(["a", "b", "c"], "c", 0), ["c", "a", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], "a", 9), ["b", "c", "a"]);
});

test("opacity multiplies what the style says, inside of zooms", () => {
  assert.deepEqual(faded(layer("x", "fill", "z", { "fill-opacity": 0.5 }), 0.5).paint, { "fill-opacity": 0.25 });
  assert.deepEqual(faded(layer("x", "line", "z"), 0.3).paint, { "line-opacity": 0.3 });
  assert.deepEqual(faded(layer("x", "line", "z", { "line-opacity": ["interpolate", ["linear"], ["zoom"], 9, 0.4, 12, ["get", "o"]] }), 0.5).paint, { "line-opacity": ["interpolate", ["linear"], ["zoom"], 9, 0.2, 12, ["*", ["get", "o"], 0.5]] });
  assert.equal(opacityOf({ fade: ["zones:40"] }, "zones"), 0.4);
  assert.deepEqual(withOpacity({ fade: ["zones:40"] }, "zones", 100), []);
});

test("kinds that are hidden leave the rest", () => {
  assert.equal(remaining("cycling_routes", []), null);
  const left = remaining("cycling_routes", ["cycling_routes.planned"]);
  const shown = (properties: Record<string, unknown>) => evaluate(left, at(properties));
  assert.equal(shown({ state: "planned", route_level: "local" }), false);
  assert.equal(shown({ state: "planned", route_level: "bridge" }), true);
  assert.equal(shown({ state: "existing", route_level: "local" }), true);
  const named = remaining("projects_named", ["projects.theme.TP1", "projects_named.proposed"]);
  assert.equal(evaluate(named, at({ theme: "TP1", state: "confirmed" })), false);
  assert.equal(evaluate(named, at({ theme: "TP2", state: "confirmed" })), true);
  assert.equal(evaluate(named, at({ theme: "TP2", state: "proposed" })), false);
  assert.equal(evaluate(remaining("degraded_areas", ["degraded_areas.plan.unknown"]), at({})), false);
});

test("the legend notes what was seen", () => {
  const seen = new Set<string>();
  note(seen, "cycling_routes", "MultiLineString", { state: "planned", route_level: "local" });
  note(seen, "agglomerations", "Point", { load_pe: 3000 });
  assert.deepEqual([...seen], ["cycling_routes.LineString", "cycling_routes.planned", "agglomerations.Point"]);
});

test("order, opacity, kinds and the opened revision are in the address", () => {
  const state = { ...defaults, order: ["projects", "settlements"], fade: ["settlements:50"], hide: ["projects.theme.TP1", "cycling_routes.planned"], tab: "changes" as const, rev: "12" };
  assert.deepEqual(decode(encode(state)), state);
  assert.deepEqual(decode("fade=a:101,b:50,c:x&rev=x&order=").fade, ["b:50"]);
  assert.equal(decode("rev=x").rev, "");
});

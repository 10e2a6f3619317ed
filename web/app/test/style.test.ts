import type { StyleSpecification } from "maplibre-gl";
import assert from "node:assert/strict";
import { test } from "node:test";
import { defaults, type State } from "../src/state";
import { absolute, compose, dataLayers, template } from "../src/style";

const style = {
  version: 8,
  sources: { kraj: { type: "vector", url: "../tiles/all.json" } },
  layers: [
    { id: "background", type: "background", paint: {} },
    { id: "ground", type: "fill", source: "kraj", "source-layer": "settlements" },
    { id: "communities", type: "line", source: "kraj", "source-layer": "local_communities", layout: { visibility: "none" } },
    { id: "names", type: "symbol", source: "kraj", "source-layer": "settlements_labels" },
    { id: "projects", type: "symbol", source: "kraj", "source-layer": "projects", filter: ["==", ["geometry-type"], "Point"] },
  ],
} as unknown as StyleSpecification;

const drawn = (state: Partial<State>) => compose(style, { ...defaults, ...state }, "light").layers;
const of = (state: Partial<State>, id: string) => drawn(state).find((l) => l.id === id);

test("labels go with their layer; layers hidden by the style can be asked for", () => {
  assert.deepEqual([...dataLayers(style)], [["settlements", true], ["local_communities", false], ["projects", true]]);
  assert.equal(of({}, "communities")?.layout?.visibility, "none");
  assert.equal(of({ layers: ["local_communities"] }, "communities")?.layout?.visibility, "visible");
  assert.equal(of({ layers: ["projects"] }, "names")?.layout?.visibility, "none");
  assert.equal(of({ layers: ["projects"] }, "background")?.layout?.visibility, "visible");
});

test("what is chosen is marked under the labels, the ring under the symbols", () => {
  const ids = drawn({ municipality: "kranj", selection: { kind: "project", municipality: "kranj", code: "1" } }).map((l) => l.id);
  assert.deepEqual(ids, ["background", "ground", "communities", "kraj-veil", "kraj-mark-casing", "kraj-mark-line", "names", "kraj-mark-ring", "projects"]);
  assert.equal(drawn({ selection: { kind: "at", lon: 14, lat: 46 } }).length, style.layers.length);
});

test("addresses become absolute and keep their braces", () => {
  const a = absolute(style, "https://example.test/kraj/styles/kraj.json?lang=sl");
  assert.equal((a.sources.kraj as { url: string }).url, "https://example.test/kraj/tiles/all.json");
  assert.equal((style.sources.kraj as { url: string }).url, "../tiles/all.json");
  assert.equal(template("all/{z}/{x}/{y}.mvt?municipality=nova%20gorica", "https://example.test/tiles/all.json"), "https://example.test/tiles/all/{z}/{x}/{y}.mvt?municipality=nova%20gorica");
});

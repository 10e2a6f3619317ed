import type { StyleSpecification } from "maplibre-gl";
import assert from "node:assert/strict";
import { test } from "node:test";
import { readAmount } from "../src/filter-panel";
import { pressMeasure, pressTheme, stateOf } from "../src/filter-tree";
import { active, cleared, count, expression, filterQuery, toggled, told } from "../src/filters";
import { defaults } from "../src/state";
import { filteredSource, filteredTiles, narrowed } from "../src/style-filter";
import type { Theme } from "../src/types";

test("filters are counted, cleared, and said in the words of the API", () => {
  const f = { ...defaults, theme: ["TP1"], holder: ["a, b"], strategic: true, min_amount: 0, q: "pot", class: ["rural"], scheme: "degurba" };
  assert.equal(count(f), 6);
  assert.deepEqual([active(cleared), active(f), active({ ...defaults, ...cleared })], [false, true, false]);
  assert.deepEqual(filterQuery(f), { theme: ["TP1"], holder: ["a, b"], strategic: "true", min_amount: 0, q: "pot", class: ["rural"], scheme: "degurba" });
  assert.deepEqual(filterQuery({ ...defaults, scheme: "degurba" }), {});
  assert.deepEqual(toggled(["a", "b"], "a"), ["b"]);
});

test("the map tells at once what tiles tell, and knows what they do not", () => {
  const f = { ...cleared, theme: ["TP1"], strategic: true };
  assert.equal(JSON.stringify(expression(f)), '["all",["in",["case",["has","theme"],["to-string",["get","theme"]],"none"],["literal",["TP1"]]],["to-boolean",["get","strategic"]]]');
  assert.deepEqual([told(f), told({ ...f, holder: ["a"] }), told({ ...cleared, q: "x" })], [true, false, false]);
});

const style = {
  version: 8,
  sources: { kraj: { type: "vector", tiles: ["https://example.test/pot/tiles/settlements,projects/{z}/{x}/{y}.mvt"], maxzoom: 15 } },
  layers: [
    { id: "ground", type: "fill", source: "kraj", "source-layer": "settlements" },
    { id: "points", type: "symbol", source: "kraj", "source-layer": "projects", filter: ["==", ["geometry-type"], "Point"] },
    { id: "kraj-mark-ring", type: "circle", source: "kraj", "source-layer": "projects" },
  ],
} as unknown as StyleSpecification;

test("filtered projects have tiles of their own; the ground and marks keep theirs", () => {
  const state = { ...defaults, municipality: "kranj", theme: ["TP1"] };
  assert.equal(narrowed(style, { ...defaults, municipality: "kranj" }, false), style);
  const during = narrowed(style, state, false);
  assert.deepEqual(during.layers.map((l) => l.id), ["ground", "points@before", "points@filtered", "kraj-mark-ring"]);
  assert.deepEqual(during.layers.map((l) => ("source" in l ? l.source : "")), ["kraj", "kraj", filteredSource, "kraj"]);
  assert.deepEqual(narrowed(style, state, true).layers.map((l) => l.id), ["ground", "points@filtered", "kraj-mark-ring"]);
  const source = narrowed(style, state, true).sources[filteredSource] as { tiles: string[] };
  assert.equal(source.tiles[0], "https://example.test/pot/tiles/projects,projects_named/{z}/{x}/{y}.mvt?municipality=kranj&theme=TP1");
  // What the tiles there are cannot tell is not shown until it is known.
  assert.deepEqual(narrowed(style, { ...state, holder: ["x"] }, false).layers.map((l) => l.id), ["ground", "points@filtered", "kraj-mark-ring"]);
  assert.equal(filteredTiles("https://example.test/tiles/a/{z}/{x}/{y}.mvt", { ...state, holder: ["x".repeat(1000)] }), null);
});

const themes: Theme[] = [
  { code: "A", name: { sl: "", en: "" }, kind: "theme", color: null, measures: ["1", "2"].map((code) => ({ code, name: { sl: "", en: "" } })) },
  { code: "B", name: { sl: "", en: "" }, kind: "theme", color: null, measures: ["3", "4"].map((code) => ({ code, name: { sl: "", en: "" } })) },
  { code: "H", name: { sl: "", en: "" }, kind: "horizontal", color: null, measures: [] },
];

test("in the tree a theme and a measure mean either", () => {
  const start = { theme: ["A"], measure: [] };
  assert.deepEqual(pressTheme(themes, start, "B"), { theme: ["A", "B"], measure: [] });
  const mixed = pressMeasure(themes, start, "3");
  assert.deepEqual(mixed, { theme: [], measure: ["1", "2", "3"] });
  assert.deepEqual(themes.map((x) => stateOf(x, mixed)), ["all", "some", "none"]);
  assert.deepEqual(pressMeasure(themes, mixed, "4"), { theme: ["A", "B"], measure: [] });
  assert.deepEqual(pressTheme(themes, mixed, "A"), { theme: [], measure: ["3"] });
  assert.deepEqual(pressTheme(themes, mixed, "H"), { theme: ["H"], measure: [] });
  assert.deepEqual(pressMeasure(themes, { theme: ["A"], measure: [] }, "1"), { theme: [], measure: ["2"] });
});

test("amounts as people write them", () => {
  const table: [string, number | null | undefined][] = [
    ["", null], ["1.500.000", 1_500_000], ["1.500.000,50 €", 1_500_000.5], ["1500000.5", 1_500_000.5], ["1,5 mio", 1_500_000], ["200 tis.", 200_000], ["1,000,000", 1_000_000],
    ["1.000", 1000], ["12,5", 12.5], ["50000 EUR", 50_000], ["abc", undefined], ["-5", undefined],
  ];
  for (const [text, want] of table) assert.equal(readAmount(text), want, text);
});

import assert from "node:assert/strict";
import test from "node:test";
import { tilesIn } from "../src/tilegrid";

const slovenia: [number, number, number, number] = [13.4, 45.4, 16.6, 46.9];

test("a village touches few tiles, at every zoom at least one", () => {
  const tiles = tilesIn([[14.35, 46.23, 14.36, 46.24]], slovenia, 15);
  assert.ok(tiles);
  for (let z = 0; z <= 15; z++) assert.ok(tiles.some((t) => t.z === z), `zoom ${z}`);
  assert.ok(tiles.some((t) => t.z === 10 && t.x === 552 && t.y === 363));
  assert.ok(tiles.length < 60, `${tiles.length} tiles`);
});

test("what lies outside the view is not fetched", () => {
  const deep = tilesIn([[14.35, 46.23, 14.36, 46.24]], [13.4, 45.4, 13.6, 45.6], 15);
  assert.ok(deep);
  assert.ok(!deep.some((t) => t.z > 8));
});

test("a country is all tiles", () => {
  assert.equal(tilesIn([slovenia], slovenia, 15), null);
  assert.deepEqual(tilesIn([], slovenia, 15), []);
});

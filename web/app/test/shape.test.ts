import assert from "node:assert/strict";
import { test } from "node:test";
import { most, readShape, writeShape } from "../src/tools/shape";
import { roundBelow } from "../src/tools/scale-bar";

test("what is measured goes into the address and back", () => {
  const shape = { kind: "area" as const, points: [{ lon: 14.3556, lat: 46.2387 }, { lon: 14.4, lat: 46.25 }] };
  assert.equal(writeShape(shape), "area:14.355600,46.238700;14.400000,46.250000");
  assert.deepEqual(readShape(writeShape(shape)), shape);
  assert.equal(writeShape({ kind: "line", points: [] }), "");
  assert.deepEqual(readShape(""), { kind: "line", points: [] });
});

test("an address that somebody else wrote does no harm", () => {
  assert.deepEqual(readShape("line:x,y;14,46;200,46;14").points, [{ lon: 14, lat: 46 }]);
  assert.equal(readShape(`line:${"14,46;".repeat(5000)}`).points.length, most);
  assert.equal(readShape("circle:14,46").kind, "line");
});

test("the scale bar is 1, 2 or 5 of something", () => {
  for (const [metres, want] of [[1, 1], [1.99, 1], [2, 2], [49, 20], [50, 50], [999, 500], [123_456, 100_000], [0.3, 0.2]] as const) {
    assert.ok(Math.abs(roundBelow(metres) - want) < 1e-9, `${metres}: ${roundBelow(metres)}`);
  }
});

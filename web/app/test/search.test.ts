import assert from "node:assert/strict";
import { test } from "node:test";
import { marksIn } from "../src/search-marks";

const parts = (text: string, words: string, inflected = false) => marksIn(text, words, inflected).map(([a, b]) => text.slice(a, b));

test("what was found is marked, without marks of letters, in other cases, in any order", () => {
  assert.deepEqual(parts("Čadovlje", "cado"), ["Čado"]);
  assert.deepEqual(parts("Kolesarska pot Kranj–Golnik", "golnik kolesarska"), ["Kolesarska", "Golnik"]);
  assert.deepEqual(parts("Stražišče pri Kranju", "v Stražišču", true), ["Stražišč"]);
  assert.deepEqual(parts("Kokrica", "na Kokrici", true), ["Kokric"]);
  assert.deepEqual(parts("2.3/1", "2.3"), ["2.3"]);
  assert.deepEqual(parts("Đuro pri 🚲 poti", "poti"), ["poti"]);
  assert.deepEqual(parts("Golnik", "Naklo", true), []);
  assert.deepEqual(parts("Golnik", "  ", true), []);
});

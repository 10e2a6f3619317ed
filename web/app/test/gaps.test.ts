import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, defaults, encode } from "../src/state";

test("the open gap and its tab stand in the address", () => {
  const hash = encode({ ...defaults, municipality: "kranj", tab: "gaps", gap: "routes_short_of_next" });
  assert.equal(hash, "m=kranj&tab=gaps&gap=routes_short_of_next");
  const back = decode(hash);
  assert.deepEqual([back.tab, back.gap], ["gaps", "routes_short_of_next"]);
  assert.equal(encode(defaults), "");
});

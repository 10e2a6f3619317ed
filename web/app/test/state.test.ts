import assert from "node:assert/strict";
import { test } from "node:test";
import { arrival, decode, decodeSelection, defaults, encode, encodeSelection, type State } from "../src/state";

const full: State = {
  ...defaults,
  municipality: "nova gorica", lang: "en", view: { zoom: 11.25, lat: 46.24123, lon: 14.35 }, tab: "balance", panel: false, legend: "closed", sheet: "full",
  appearance: "dark", layers: ["projects", "settlements"], selection: { kind: "project", municipality: "kranj", code: "1.2/2/5/1" },
  theme: ["TP1", "H3"], measure: ["2.3"], status: ["realised"], horizon: ["2030+2035"], strategic: true,
  mechanism: ["CTN"], eligible: ["LAS:partly"], holder: ["Občina, DRSI", "a\\b"], source: ["eu", "not_stated"], year: ["2027", "none"], class: ["rural"], scope: ["unplaced"],
  settlement: ["052003"], local_community: ["12"], min_amount: 1000.5, max_amount: 2e6, q: "kolesarska pot & most", table: 55, sort: "-amount", cols: ["code", "title"],
  by: "measure", scheme: "degurba", method: "population", spread: "population", money: "eu", open: "TP1|rural",
};

test("an address holds the whole state", () => {
  assert.deepEqual(decode(`#${encode(full)}`), full);
  assert.deepEqual(decode(`#${encode({ ...defaults, municipality: "kranj", layers: [] })}`), { ...defaults, municipality: "kranj", layers: [] });
});

test("an empty address is the defaults, in the reader's language", () => {
  assert.deepEqual(decode(""), defaults);
  assert.equal(decode("", "en").lang, "en");
  assert.equal(decode("#m=kranj", "en").lang, "sl");
  assert.equal(encode(defaults), "");
});

test("a link may name language and municipality without knowing the hash", () => {
  assert.deepEqual(arrival("", "?lang=sl", "en"), defaults);
  assert.deepEqual(arrival("#", "?lang=en&municipality=kranj", "sl"), { ...defaults, lang: "en", municipality: "kranj" });
  assert.equal(arrival("", "?lang=xx&f=html", "en").lang, "en");
  assert.equal(arrival("#m=koper", "?lang=en&municipality=kranj", "en").municipality, "koper");
  assert.equal(arrival("#m=koper", "?lang=en", "en").lang, "sl");
});

test("nonsense in an address falls back", () => {
  assert.deepEqual(decode("#v=a/b/c&tab=x&lang=de&sheet=&sel=%00&appearance=blue&table=x&sort=a;b&min_amount=-1&cols=&holder=,,"), defaults);
  assert.equal(decode("#v=11/95/14").view, null);
});

test("selections", () => {
  for (const text of ["project:kranj:P.5.3A", "settlements:kranj:052003", "business_zones:koper:a:b/c"]) {
    const s = decodeSelection(text);
    assert.ok(s);
    assert.equal(encodeSelection(s), text);
  }
  assert.deepEqual(decodeSelection("at:46.24,-14.36"), { kind: "at", lat: 46.24, lon: -14.36 });
  assert.equal(decodeSelection("kranj"), null);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { toD96 } from "../src/tools/d96";
import { parse } from "../src/tools/parse";

const lon = 14.3556;
const lat = 46.2387;

const degrees = [
  "46,2387 14,3556", "46.2387, 14.3556", "46,2387; 14,3556", "14,3556 46,2387", "46.2387 14.3556", "46.2387,14.3556", "46,2387,14,3556",
  "lat 46,2387 lon 14,3556", "lon=14.3556 lat=46.2387", "N 46,2387 E 14,3556", "WGS84: 46,2387 14,3556",
  "46° 14' 19,32\" N 14° 21' 20,16\" E", "46°14′19,32″ N, 14°21′20,16″ E", "N 46° 14,322' E 14° 21,336'", "46,2387° 14,3556°",
  "46° 14' 19.32'' S 14° 21' 20.16'' V", "46,23870° N, 14,35560° E",
];

for (const text of degrees) {
  test(`reads ${text}`, () => {
    const got = parse(text);
    assert.ok("at" in got, JSON.stringify(got));
    assert.equal(got.system, "wgs84");
    assert.ok(Math.abs(got.at.lon - lon) < 1e-6 && Math.abs(got.at.lat - lat) < 1e-6, JSON.stringify(got.at));
  });
}

const grid = [
  "450302,75 122307,89", "450302.75, 122307.89", "450302,75; 122307,89", "450.302,75; 122.307,89", "450 302,75 122 307,89", "122307,89 450302,75",
  "e=450302,75 n=122307,89", "n: 122.307,89 e: 450.302,75", "D96/TM 450302,75 122307,89", "E 450302,75 N 122307,89", "450.302,75 m; 122.307,89 m",
  "e 450\u00a0302,75, n 122\u00a0307,89", "450,302.75; 122,307.89",
];

for (const text of grid) {
  test(`reads ${text}`, () => {
    const got = parse(text);
    assert.ok("at" in got, JSON.stringify(got));
    assert.equal(got.system, "d96");
    const back = toD96(got.at);
    assert.ok(Math.abs(back.e - 450302.75) < 0.001 && Math.abs(back.n - 122307.89) < 0.001, JSON.stringify(back));
  });
}

test("says what it cannot read and what lies elsewhere", () => {
  for (const text of ["", "Kranj", "46,2387", "46 61' 0\" N", "46° 75' N 14° 0' E", "1 2 3 4 5"]) assert.deepEqual(parse(text), { wrong: "unreadable" }, text);
  for (const text of ["5450302,75 5122307,89", "900000 900000", "lat 89 lon 14"]) assert.deepEqual(parse(text), { wrong: "outside" }, text);
});

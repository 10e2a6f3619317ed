import assert from "node:assert/strict";
import { test } from "node:test";
import { fromD96, toD96 } from "../src/tools/d96";

// SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 3794) p
const places: [name: string, lon: number, lat: number, e: number, n: number][] = [
  ["Kranj", 14.3556, 46.2387, 450302.751208, 122307.885892],
  ["Koper", 13.7301, 45.5481, 400841.680174, 46138.533974],
  ["Triglav", 13.8367, 46.3783, 410512.275688, 138279.737532],
  ["Lendava", 16.4508, 46.5636, 611225.491173, 159240.680618],
  ["the meridian", 15.0, 46.0, 500000.000000, 95576.317739],
  ["the south-west", 13.4, 45.45, 374849.209016, 35697.611619],
  ["the north-east", 16.6, 46.88, 621948.570329, 194630.272836],
  ["far north-west", 12.5, 47.5, 311665.060304, 265338.855742],
];

test("WGS 84 to D96/TM as PostGIS has it, to a tenth of a millimetre", () => {
  for (const [name, lon, lat, e, n] of places) {
    const p = toD96({ lon, lat });
    assert.ok(Math.abs(p.e - e) < 1e-4 && Math.abs(p.n - n) < 1e-4, `${name}: ${p.e} ${p.n}, PostGIS ${e} ${n}`);
  }
});

test("and back", () => {
  for (const [name, lon, lat, e, n] of places) {
    const p = fromD96({ e, n });
    assert.ok(Math.abs(p.lon - lon) < 1e-9 && Math.abs(p.lat - lat) < 1e-9, `${name}: ${p.lon} ${p.lat}`);
  }
});

test("there and back over the whole country", () => {
  for (let lon = 13; lon <= 17; lon += 0.25) {
    for (let lat = 45; lat <= 47.25; lat += 0.25) {
      const p = fromD96(toD96({ lon, lat }));
      assert.ok(Math.abs(p.lon - lon) < 1e-10 && Math.abs(p.lat - lat) < 1e-10, `${lon} ${lat}`);
    }
  }
});

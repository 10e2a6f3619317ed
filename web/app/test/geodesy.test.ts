import assert from "node:assert/strict";
import { test } from "node:test";
import { area, crossesItself, curvature, distance, length, metresPerPixel, zoomFor } from "../src/tools/geodesy";

const at = (lon: number, lat: number) => ({ lon, lat });
const close = (got: number, want: number, relative: number) => assert.ok(Math.abs(got - want) <= Math.abs(want) * relative, `${got}, want ${want}`);

// ST_Length(geography) of PostGIS, which follows the geodesic on WGS 84.
test("length is the geodesic's", () => {
  close(distance(at(14.3556, 46.2387), at(14.5058, 46.0569)), 23302.535540834404, 1e-8);
  close(distance(at(13.4, 45.45), at(16.6, 46.88)), 293809.7161367465, 1e-8);
  close(distance(at(14.3556, 46.2387), at(14.3566, 46.2387)), 77.12952003503592, 1e-7);
  assert.equal(distance(at(14, 46), at(14, 46)), 0);
});

const ring = [at(14.3, 46.2), at(14.42, 46.21), at(14.4, 46.28), at(14.31, 46.27)];

// ST_Area(geography) and ST_Perimeter(geography)
test("area and perimeter are the ellipsoid's", () => {
  close(area(ring), 63441137.896390915, 1e-6);
  close(area([...ring].reverse()), 63441137.896390915, 1e-6);
  close(length(ring, true), 32104.626410166522, 1e-8);
  close(area([at(14.355, 46.238), at(14.356, 46.238), at(14.356, 46.239), at(14.355, 46.239)]), 8573.438325285912, 1e-6);
  close(area([at(14, 46), at(14.5, 46), at(14.5, 46.4), at(14, 46.4)]), 1715865211.094757, 1e-5); // 1,700 km²: here edges begin to differ from straight lines
});

test("what is no line or area measures nothing", () => {
  assert.equal(area(ring.slice(0, 2)), 0);
  assert.equal(length([]), 0);
  assert.equal(length([at(14, 46)], true), 0);
});

test("Mercator would be far off", () => {
  const mercator = (lat: number) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * 6378137;
  const drawn = mercator(46.3) - mercator(46.2);
  assert.ok(drawn / distance(at(14, 46.2), at(14, 46.3)) > 1.4);
});

test("a ring that crosses itself is known", () => {
  assert.equal(crossesItself(ring), false);
  assert.equal(crossesItself([at(14, 46), at(15, 47), at(15, 46), at(14, 47)]), true);
  assert.equal(crossesItself([at(14, 46), at(15, 46), at(14.5, 47)]), false);
});

test("pixels and zoom belong together", () => {
  for (const lat of [45.5, 46.2, 46.8]) {
    for (const metres of [1, 13.2, 264.6]) close(metresPerPixel(lat, zoomFor(lat, metres)), metres, 1e-12);
    // One pixel east and one north, on the ellipsoid: the mean lies between, a quarter of a per cent at most from each.
    const zoom = 14;
    const east = distance(at(14, lat), at(14 + 360 / (512 * 2 ** zoom), lat));
    close(metresPerPixel(lat, zoom), east, 0.0025);
    const { along, across } = curvature(lat);
    assert.ok(across > along);
  }
});

// True lengths and areas on the GRS 80 ellipsoid. What Mercator draws is half as
// long again here, so nothing is measured on the screen.
import { a, f, type LonLat } from "./d96";

const b = a * (1 - f);
const e2 = f * (2 - f);
const e = Math.sqrt(e2);
const radians = Math.PI / 180;

/** Length of the geodesic between two places in metres, by Vincenty's inverse formula; exact to a tenth of a millimetre. */
export function distance(p: LonLat, q: LonLat): number {
  const L = (q.lon - p.lon) * radians;
  const [u1, u2] = [p, q].map((x) => Math.atan((1 - f) * Math.tan(x.lat * radians))) as [number, number];
  const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = L;
  for (let i = 0; i < 200; i++) {
    const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)];
    const sinSigma = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
    if (sinSigma === 0) return 0;
    const cosSigma = s1 * s2 + c1 * c2 * cl;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (c1 * c2 * sl) / sinSigma;
    const cos2Alpha = 1 - sinAlpha ** 2;
    const middle = cos2Alpha === 0 ? 0 : cosSigma - (2 * s1 * s2) / cos2Alpha;
    const C = (f / 16) * cos2Alpha * (4 + f * (4 - 3 * cos2Alpha));
    const before = lambda;
    lambda = L + (1 - C) * f * sinAlpha * (sigma + C * sinSigma * (middle + C * cosSigma * (2 * middle ** 2 - 1)));
    if (Math.abs(lambda - before) < 1e-13) return arc(sigma, sinSigma, cosSigma, middle, cos2Alpha);
  }
  return Math.PI * b; // places on opposite sides of the earth, where the series does not settle
}

function arc(sigma: number, sin: number, cos: number, middle: number, cos2Alpha: number): number {
  const u2 = (cos2Alpha * (a ** 2 - b ** 2)) / b ** 2;
  const A = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
  const B = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
  const m2 = 2 * middle ** 2 - 1;
  const inner = cos * m2 - (B / 6) * middle * (4 * sin ** 2 - 3) * (4 * middle ** 2 - 3);
  return b * A * (sigma - B * sin * (middle + (B / 4) * inner));
}

/** Length along places in metres; `closed` adds the way back to the first. */
export function length(points: LonLat[], closed = false): number {
  const all = closed && points[0] ? [...points, points[0]] : points;
  return all.reduce((sum, p, i) => (i ? sum + distance(all[i - 1] ?? p, p) : 0), 0);
}

/** What remains between a parallel and the equator, as a sphere of the same area sees it. */
const authalic = (lat: number) => {
  const s = Math.sin(lat * radians);
  return (1 - e2) * (s / (1 - e2 * s ** 2) + Math.atanh(e * s) / e);
};

const polar = authalic(90);
const sphere = a * Math.sqrt(polar / 2);

/**
 * Area of a simple polygon on the ellipsoid in square metres: the shoelace formula in
 * Lambert's azimuthal equal-area projection around its middle, where a geodesic is as
 * good as straight. Its rings may run either way.
 */
export function area(points: LonLat[]): number {
  if (points.length < 3) return 0;
  const middle = { lon: mean(points.map((p) => p.lon)), lat: mean(points.map((p) => p.lat)) };
  const flat = points.map((p) => lambert(p, middle));
  const twice = flat.reduce((sum, p, i) => {
    const q = flat[(i + 1) % flat.length] ?? p;
    return sum + p.x * q.y - q.x * p.y;
  }, 0);
  return Math.abs(twice) / 2;
}

const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** On the authalic sphere, scaled so that both axes are true where it touches. */
function lambert(p: LonLat, middle: LonLat): { x: number; y: number } {
  const beta = Math.asin(authalic(p.lat) / polar);
  const beta0 = Math.asin(authalic(middle.lat) / polar);
  const l = (p.lon - middle.lon) * radians;
  const s0 = Math.sin(middle.lat * radians);
  const D = (a * Math.cos(middle.lat * radians)) / Math.sqrt(1 - e2 * s0 ** 2) / (sphere * Math.cos(beta0));
  const k = sphere * Math.sqrt(2 / (1 + Math.sin(beta0) * Math.sin(beta) + Math.cos(beta0) * Math.cos(beta) * Math.cos(l)));
  return {
    x: k * D * Math.cos(beta) * Math.sin(l),
    y: (k / D) * (Math.cos(beta0) * Math.sin(beta) - Math.sin(beta0) * Math.cos(beta) * Math.cos(l)),
  };
}

/** Whether two edges of the ring cross: then it encloses no one area. */
export function crossesItself(points: LonLat[]): boolean {
  const edges = points.map((p, i) => [p, points[(i + 1) % points.length] ?? p] as const);
  const side = (p: LonLat, q: LonLat, r: LonLat) => Math.sign((q.lon - p.lon) * (r.lat - p.lat) - (q.lat - p.lat) * (r.lon - p.lon));
  return edges.some(([p, q], i) =>
    edges.some(([r, s], j) => {
      if (j <= i + 1 || (i === 0 && j === edges.length - 1)) return false;
      return side(p, q, r) * side(p, q, s) < 0 && side(r, s, p) * side(r, s, q) < 0;
    }));
}

/** Radii of the ellipsoid's curvature at a latitude: along the meridian and across it. */
export function curvature(lat: number): { along: number; across: number } {
  const w = 1 - e2 * Math.sin(lat * radians) ** 2;
  return { along: (a * (1 - e2)) / w ** 1.5, across: a / Math.sqrt(w) };
}

/**
 * Metres on the ground that a pixel of the map is wide at a latitude and zoom. Web
 * Mercator treats the ellipsoid as a sphere, so a pixel is 0.3 % longer from west to
 * east than from south to north; this is the mean of both.
 */
export function metresPerPixel(lat: number, zoom: number): number {
  const { along, across } = curvature(lat);
  return (2 * Math.PI * Math.sqrt(along * across) * Math.cos(lat * radians)) / (512 * 2 ** zoom);
}

/** The zoom at which a pixel is so many metres wide on the ground. */
export const zoomFor = (lat: number, metres: number): number => Math.log2(metresPerPixel(lat, 0) / metres);

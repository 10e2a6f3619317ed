// D96/TM (EPSG:3794), the national grid: transverse Mercator on GRS 80 around 15° E,
// by Krüger's series to the sixth order of the third flattening. In Slovenia that is
// exact to far below a millimetre; test/d96.test.ts holds it against PostGIS.
// D96 is ETRS89; as in PROJ, WGS 84 is taken to be the same.

/** Half axis and flattening of GRS 80. */
export const a = 6378137;
export const f = 1 / 298.257222101;

const n = f / (2 - f);
const e = Math.sqrt(f * (2 - f));

const falseEast = 500_000;
const falseNorth = -5_000_000;
const scale = 0.9999;
const meridian = 15;

const radians = Math.PI / 180;

/** Radius of the sphere on which a meridian is as long as on the ellipsoid. */
const A = (a / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64 + n ** 6 / 256);

const alpha = [
  n / 2 - (2 * n ** 2) / 3 + (5 * n ** 3) / 16 + (41 * n ** 4) / 180 - (127 * n ** 5) / 288 + (7891 * n ** 6) / 37800,
  (13 * n ** 2) / 48 - (3 * n ** 3) / 5 + (557 * n ** 4) / 1440 + (281 * n ** 5) / 630 - (1983433 * n ** 6) / 1935360,
  (61 * n ** 3) / 240 - (103 * n ** 4) / 140 + (15061 * n ** 5) / 26880 + (167603 * n ** 6) / 181440,
  (49561 * n ** 4) / 161280 - (179 * n ** 5) / 168 + (6601661 * n ** 6) / 7257600,
  (34729 * n ** 5) / 80640 - (3418889 * n ** 6) / 1995840,
  (212378941 * n ** 6) / 319334400,
];

const beta = [
  n / 2 - (2 * n ** 2) / 3 + (37 * n ** 3) / 96 - n ** 4 / 360 - (81 * n ** 5) / 512 + (96199 * n ** 6) / 604800,
  n ** 2 / 48 + n ** 3 / 15 - (437 * n ** 4) / 1440 + (46 * n ** 5) / 105 - (1118711 * n ** 6) / 3870720,
  (17 * n ** 3) / 480 - (37 * n ** 4) / 840 - (209 * n ** 5) / 4480 + (5569 * n ** 6) / 90720,
  (4397 * n ** 4) / 161280 - (11 * n ** 5) / 504 - (830251 * n ** 6) / 7257600,
  (4583 * n ** 5) / 161280 - (108847 * n ** 6) / 3991680,
  (20648693 * n ** 6) / 638668800,
];

/** A place in D96/TM, metres. */
export interface D96 {
  e: number;
  n: number;
}

export interface LonLat {
  lon: number;
  lat: number;
}

export function toD96({ lon, lat }: LonLat): D96 {
  const sin = Math.sin(lat * radians);
  const l = (lon - meridian) * radians;
  const t = Math.sinh(Math.atanh(sin) - e * Math.atanh(e * sin));
  const xi = Math.atan2(t, Math.cos(l));
  const eta = Math.atanh(Math.sin(l) / Math.hypot(1, t));
  let x = eta;
  let y = xi;
  alpha.forEach((c, i) => {
    const j = 2 * (i + 1);
    x += c * Math.cos(j * xi) * Math.sinh(j * eta);
    y += c * Math.sin(j * xi) * Math.cosh(j * eta);
  });
  return { e: falseEast + scale * A * x, n: falseNorth + scale * A * y };
}

export function fromD96(p: D96): LonLat {
  const y = (p.n - falseNorth) / (scale * A);
  const x = (p.e - falseEast) / (scale * A);
  let xi = y;
  let eta = x;
  beta.forEach((c, i) => {
    const j = 2 * (i + 1);
    xi -= c * Math.sin(j * y) * Math.cosh(j * x);
    eta -= c * Math.cos(j * y) * Math.sinh(j * x);
  });
  const tau = Math.sin(xi) / Math.hypot(Math.sinh(eta), Math.cos(xi));
  const lon = meridian + Math.atan2(Math.sinh(eta), Math.cos(xi)) / radians;
  return { lon, lat: Math.atan(geodetic(tau)) / radians };
}

/** The tangent of the latitude from that of the conformal latitude, by Newton's method. */
function geodetic(target: number): number {
  let tau = target / (1 - e ** 2);
  for (let i = 0; i < 6; i++) {
    const root = Math.hypot(1, tau);
    const sigma = Math.sinh(e * Math.atanh((e * tau) / root));
    const conformal = tau * Math.hypot(1, sigma) - sigma * root;
    const step = ((target - conformal) / Math.hypot(1, conformal)) * ((1 + (1 - e ** 2) * tau ** 2) / ((1 - e ** 2) * root));
    tau += step;
    if (Math.abs(step) < 1e-14) break;
  }
  return tau;
}

/** Whether D96/TM is meant for the place: Slovenia and what lies around it. */
export const inD96 = ({ lon, lat }: LonLat): boolean => lon > 12 && lon < 18 && lat > 44 && lat < 48;

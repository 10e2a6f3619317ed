// Colour arithmetic for the palette's test: CIEDE2000, contrast, and what people
// with deuteranopia and protanopia see (Machado, Oliveira and Fernandes 2009, severity 1).
export type Rgb = [number, number, number];
type Matrix = [Rgb, Rgb, Rgb];

const deuteranopia: Matrix = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]];
const protanopia: Matrix = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]];
const identity: Matrix = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

export const sight: Record<string, Matrix> = { normal: identity, deuteranopia, protanopia };

const times = (m: Matrix, v: Rgb): Rgb => m.map((r) => r[0] * v[0] + r[1] * v[1] + r[2] * v[2]) as Rgb;
const clamp = (v: Rgb): Rgb => v.map((c) => Math.min(1, Math.max(0, c))) as Rgb;

/** Linear light of #rrggbb. */
export function linear(hex: string): Rgb {
  return [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

export const seen = (hex: string, by: string): Rgb => clamp(times(sight[by] ?? identity, linear(hex)));

export function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((h) => times([[0.2126, 0.7152, 0.0722], [0, 0, 0], [0, 0, 0]], linear(h))[0]).sort((p, q) => q - p) as [number, number];
  return (x + 0.05) / (y + 0.05);
}

function lab(rgb: Rgb): Rgb {
  const [x, y, z] = times([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]], rgb);
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const [fx, fy, fz] = [f(x / 0.95047), f(y), f(z / 1.08883)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

const rad = Math.PI / 180;
const seventh = (c: number) => Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7));
const hue = (a: number, b: number) => (a === 0 && b === 0 ? 0 : (Math.atan2(b, a) / rad + 360) % 360);

/** CIEDE2000 between two Lab colours (Sharma, Wu and Dalal 2005). */
export function ciede2000([L1, a1, b1]: Rgb, [L2, a2, b2]: Rgb): number {
  const g = 0.5 * (1 - seventh((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2));
  const [A1, A2] = [a1 * (1 + g), a2 * (1 + g)];
  const [c1, c2] = [Math.hypot(A1, b1), Math.hypot(A2, b2)];
  const [h1, h2] = [hue(A1, b1), hue(A2, b2)];
  const grey = c1 * c2 === 0;
  const turn = h2 - h1;
  const dh = grey ? 0 : Math.abs(turn) <= 180 ? turn : turn - Math.sign(turn) * 360;
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin((dh / 2) * rad);
  const L = (L1 + L2) / 2;
  const c = (c1 + c2) / 2;
  const total = h1 + h2;
  const h = grey ? total : Math.abs(h1 - h2) <= 180 ? total / 2 : total < 360 ? (total + 360) / 2 : (total - 360) / 2;
  const T = 1 - 0.17 * Math.cos((h - 30) * rad) + 0.24 * Math.cos(2 * h * rad) + 0.32 * Math.cos((3 * h + 6) * rad) - 0.2 * Math.cos((4 * h - 63) * rad);
  const sl = 1 + (0.015 * (L - 50) ** 2) / Math.sqrt(20 + (L - 50) ** 2);
  const [dl, dc, dhh] = [(L2 - L1) / sl, (c2 - c1) / (1 + 0.045 * c), dH / (1 + 0.015 * c * T)];
  const rt = -2 * seventh(c) * Math.sin(60 * rad * Math.exp(-(((h - 275) / 25) ** 2)));
  return Math.sqrt(dl ** 2 + dc ** 2 + dhh ** 2 + rt * dc * dhh);
}

export const difference = (a: string, b: string, by: string): number => ciede2000(lab(seen(a, by)), lab(seen(b, by)));

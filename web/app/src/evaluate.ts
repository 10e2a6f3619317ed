// The value of a style expression for one made-up feature: the legend asks the style itself how a kind of feature looks. Only what styles of
// maps like this one use; what is not known has no value, and the swatch leaves that part out.

export interface Sample {
  geometry: "Polygon" | "LineString" | "Point";
  properties: Record<string, unknown>;
  zoom: number;
}

type Expr = readonly unknown[];
type Op = (args: Expr, value: (x: unknown) => unknown, sample: Sample) => unknown;

const num = (x: unknown): number => Number(x);
const compare = (f: (a: number, b: number) => boolean): Op => ([a, b], value) => f(num(value(a)), num(value(b)));

const ops: Record<string, Op> = {
  literal: ([x]) => x,
  get: ([name], _, s) => s.properties[String(name)] ?? null,
  has: ([name], _, s) => s.properties[String(name)] !== undefined && s.properties[String(name)] !== null,
  zoom: (_, __, s) => s.zoom,
  "geometry-type": (_, __, s) => s.geometry,
  "==": ([a, b], value) => value(a) === value(b),
  "!=": ([a, b], value) => value(a) !== value(b),
  "<": compare((a, b) => a < b),
  "<=": compare((a, b) => a <= b),
  ">": compare((a, b) => a > b),
  ">=": compare((a, b) => a >= b),
  "!": ([a], value) => !value(a),
  all: (args, value) => args.every((a) => value(a)),
  any: (args, value) => args.some((a) => value(a)),
  in: ([a, b], value) => {
    const list = value(b);
    return Array.isArray(list) || typeof list === "string" ? list.includes(value(a) as never) : false;
  },
  "+": (args, value) => args.reduce<number>((sum, a) => sum + num(value(a)), 0),
  "*": (args, value) => args.reduce<number>((product, a) => product * num(value(a)), 1),
  "-": ([a, b], value) => (b === undefined ? -num(value(a)) : num(value(a)) - num(value(b))),
  "/": ([a, b], value) => num(value(a)) / num(value(b)),
  sqrt: ([a], value) => Math.sqrt(num(value(a))),
  max: (args, value) => Math.max(...args.map((a) => num(value(a)))),
  min: (args, value) => Math.min(...args.map((a) => num(value(a)))),
  coalesce: (args, value) => args.map(value).find((x) => x !== null && x !== undefined) ?? null,
  image: ([a], value) => value(a),
  concat: (args, value) => args.map((a) => String(value(a) ?? "")).join(""),
  slice: ([text, from, to], value) => String(value(text) ?? "").slice(num(value(from)), to === undefined ? undefined : num(value(to))),
  "to-string": ([a], value) => String(value(a) ?? ""),
  "to-number": ([a], value) => num(value(a)),
  "to-boolean": ([a], value) => Boolean(value(a)),
  case: (args, value) => {
    for (let i = 0; i + 1 < args.length; i += 2) if (value(args[i])) return value(args[i + 1]);
    return value(args[args.length - 1]);
  },
  match: ([input, ...rest], value) => {
    const x = value(input);
    for (let i = 0; i + 1 < rest.length; i += 2) {
      const label = rest[i];
      if (Array.isArray(label) ? label.includes(x) : label === x) return value(rest[i + 1]);
    }
    return value(rest[rest.length - 1]);
  },
  step: ([input, first, ...rest], value) => {
    const x = num(value(input));
    let found = first;
    for (let i = 0; i + 1 < rest.length; i += 2) if (x >= num(rest[i])) found = rest[i + 1];
    return value(found);
  },
  interpolate: ([, input, ...stops], value) => {
    const x = num(value(input));
    const at = (i: number) => num(stops[2 * i]);
    const out = (i: number) => value(stops[2 * i + 1]);
    const n = stops.length / 2;
    if (x <= at(0)) return out(0);
    for (let i = 1; i < n; i++) {
      if (x > at(i)) continue;
      const [a, b] = [out(i - 1), out(i)];
      const k = (x - at(i - 1)) / (at(i) - at(i - 1));
      return typeof a === "number" && typeof b === "number" ? a + (b - a) * k : k < 0.5 ? a : b;
    }
    return out(n - 1);
  },
};

/** The value of an expression or a constant; undefined for what is not understood. */
export function evaluate(expression: unknown, sample: Sample): unknown {
  if (!Array.isArray(expression)) return expression;
  const [name, ...args] = expression as [unknown, ...unknown[]];
  if (typeof name !== "string") return expression; // a plain list, such as the dashes of a line
  const op = ops[name];
  return op?.(args, (x) => evaluate(x, sample), sample);
}

/** Whether everything in an expression is understood. */
export function understood(expression: unknown): boolean {
  if (!Array.isArray(expression)) return true;
  const [name, ...args] = expression as [unknown, ...unknown[]];
  if (typeof name !== "string" || name === "literal") return true;
  if (!(name in ops)) return false;
  const skip = name === "interpolate" ? 1 : 0;
  return args.slice(skip).every((a, i) => (name === "match" && i > 0 && i % 2 === 1 && i < args.length - 1 ? true : understood(a)));
}

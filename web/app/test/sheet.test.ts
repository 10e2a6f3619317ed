import assert from "node:assert/strict";
import { test } from "node:test";
import { denominators, fitting, layout, wrap, type Content, type Mark } from "../src/print/sheet";

const measure = (text: string, size: number) => text.length * size * 0.5;
const swatch = { getAttribute: () => "26" } as unknown as SVGSVGElement;

const content = (rows: number, denominator = 25_000): Content => ({
  title: "Kranj – karta projektov",
  subtitle: "Prikazani so vsi projekti",
  scaleWords: "Merilo 1 : 25.000",
  bar: { metres: 1000, words: ["0", "500 m", "1 km"] },
  denominator,
  north: "S",
  legendTitle: "Legenda",
  legend: Array.from({ length: rows }, (_, i) => ({ swatch: i % 7 ? swatch : null, text: `vrstica ${i} z nekoliko daljšim besedilom, ki gre v dve vrsti` })),
  notes: ["Izdelano 28. 11. 2026.", "https://obcina.example/karta/#" + "x".repeat(300)],
});

/** The corners that a mark reaches. */
function reach(m: Mark): [number, number][] {
  switch (m.kind) {
    case "text": {
      const w = measure(m.text, m.size);
      const left = m.x - (m.anchor === "middle" ? w / 2 : m.anchor === "end" ? w : 0);
      return [[left, m.y - m.size], [left + w, m.y]];
    }
    case "line":
      return [[m.x1, m.y1], [m.x2, m.y2]];
    case "path":
      return [];
    default:
      return [[m.box.x, m.box.y], [m.box.x + m.box.w, m.box.y + m.box.h]];
  }
}

for (const paper of ["A4", "A3"] as const) {
  for (const turn of ["portrait", "landscape"] as const) {
    for (const rows of [0, 6, 26]) {
      test(`${paper} ${turn} with ${rows} rows: all of it on the sheet, the map as large as can be`, () => {
        const { size, frame, marks } = layout(paper, turn, content(rows), measure);
        for (const m of marks) for (const [x, y] of reach(m)) assert.ok(x > 5 && y > 5 && x < size.w - 5 && y < size.h - 5, `${JSON.stringify(m)} at ${x}, ${y} of ${size.w} × ${size.h}`);
        assert.ok(frame.w * frame.h > size.w * size.h * (rows ? 0.42 : 0.6), `${frame.w} × ${frame.h}`);
      });
    }
  }
}

test("the bar is as long as it says", () => {
  for (const denominator of denominators) {
    const { marks } = layout("A4", "landscape", content(0, denominator), measure);
    const parts = marks.filter((m) => m.kind === "box" && m.width === 0.2) as Extract<Mark, { kind: "box" }>[];
    assert.equal(parts.length, 4);
    const whole = parts.reduce((sum, p) => sum + p.box.w, 0);
    assert.ok(Math.abs((whole / 1000) * denominator - 1000) < 1e-6, `1 : ${denominator}: ${whole} mm`);
  }
});

test("an address that is too long is cut, a sentence is broken between words", () => {
  assert.deepEqual(wrap("ena dva tri", 20, 4, false, measure), ["ena dva", "tri"]);
  const lines = wrap("x".repeat(50), 20, 4, false, measure);
  assert.equal(lines.join(""), "x".repeat(50));
  assert.ok(lines.every((line) => measure(line, 4) <= 20));
  assert.deepEqual(wrap("", 20, 4, false, measure), []);
});

test("the scale is the largest round one that shows as much", () => {
  assert.equal(fitting({ w: 5000, h: 3000 }, { x: 0, y: 0, w: 200, h: 150 }), 25_000);
  assert.equal(fitting({ w: 5001, h: 3000 }, { x: 0, y: 0, w: 200, h: 150 }), 30_000);
  assert.equal(fitting({ w: 1e9, h: 1 }, { x: 0, y: 0, w: 200, h: 150 }), 500_000);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { classColors, ground, noTheme, shown, themeColors, type Mode } from "../src/palette";
import { ciede2000, contrast, difference, sight, type Rgb } from "./color";

const modes: Mode[] = ["light", "dark"];
const six = ["TP1", "TP2", "TP3", "TP4", "TP5", "TP6"];
const inks = ["H1", "H2", "H3"];
const color = (code: string, mode: Mode) => themeColors[code]?.[mode] ?? "";
const pairs = (list: string[]) => list.flatMap((a, i) => list.slice(i + 1).map((b) => [a, b] as const));

// Three rows of the test data published with the formula.
const published: [Rgb, Rgb, number][] = [
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, -1, 2], [50, 0, 0], 2.3669],
  [[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
];

test("CIEDE2000 gives the published differences", () => {
  for (const [a, b, want] of published) assert.ok(Math.abs(ciede2000(a, b) - want) < 1e-4, `${ciede2000(a, b)} ≠ ${want}`);
});

for (const mode of modes) {
  test(`six themes stay apart for everybody (${mode})`, () => {
    for (const by of Object.keys(sight)) {
      for (const [a, b] of pairs(six)) {
        const d = difference(color(a, mode), color(b, mode), by);
        assert.ok(d >= 12, `${a} and ${b} under ${by}: ${d.toFixed(1)}`);
      }
    }
  });

  test(`ink tones differ from each other and from the themes (${mode})`, () => {
    const all = pairs([...six, ...inks]).filter(([a, b]) => inks.includes(a) || inks.includes(b));
    for (const [a, b] of all) {
      assert.ok(difference(color(a, mode), color(b, mode), "normal") >= 12, `${a} and ${b}`);
    }
  });

  test(`every symbol has 3:1 on every ground (${mode})`, () => {
    const grounds = Object.entries(ground[mode]);
    for (const code of [...six, ...inks]) {
      for (const [name, g] of grounds) {
        if (name === "outside") continue;
        assert.ok(contrast(color(code, mode), g) >= 3, `${code} on ${name}: ${contrast(color(code, mode), g).toFixed(2)}`);
      }
    }
    assert.ok(contrast(noTheme[mode], ground[mode].urban) >= 3);
  });

  test(`labels in the bars read (${mode})`, () => {
    const ink = mode === "light" ? "#fffefa" : "#15191b";
    for (const [name, c] of Object.entries(classColors[mode])) {
      if (name === "unclassified") continue;
      assert.ok(contrast(ink, c) >= 4.5, `${name}: ${contrast(ink, c).toFixed(2)}`);
    }
  });
}

test("a colour of the database gets its twin on dark, an unknown one is lightened", () => {
  assert.equal(shown("#276be6", "light"), "#276be6");
  assert.equal(shown("#276BE6", "dark"), "#3878fe");
  assert.ok(contrast(shown("#102040", "dark"), ground.dark.urban) >= 3);
  assert.equal(shown(null, "light"), noTheme.light);
  assert.equal(shown("red", "dark"), noTheme.dark);
});

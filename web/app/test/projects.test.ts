import assert from "node:assert/strict";
import { test } from "node:test";
import { bars, boundaries, over } from "../src/balance-picture";
import { tree } from "../src/projects";
import type { BalanceGroup, BalanceRow, Project } from "../src/types";

const project = (p: Partial<Project>): Project => ({
  id: 1, municipality: "kranj", code: "1", source_code: null, title: "", theme: "TP1", measure: "1.1", status: "unknown", horizon: "none", strategic: false,
  is_group: false, parent: null, depth: 0, scope: "sites", holder: null, amount_cents: null, located: true, bbox: null, places: [], ...p,
});

const list = [
  project({ id: 1, code: "1.10" }),
  project({ id: 2, code: "1.9", is_group: true }),
  project({ id: 3, code: "1.9.2", parent: "1.9", status: "realised", strategic: true }),
  project({ id: 4, code: "1.9.1", parent: 2, theme: "TP2", status: "realised" }),
];

test("the tree nests by parent's code or id and sorts codes naturally", () => {
  const roots = tree(list);
  assert.deepEqual(roots.map((n) => n.project.code), ["1.9", "1.10"]);
  assert.deepEqual(roots[0]?.children.map((n) => n.project.code), ["1.9.1", "1.9.2"]);
  assert.equal(tree([project({ parent: "gone" })]).length, 1);
});

const row = (name: string, weight: number, amount: number | null, people: number | null): BalanceRow => ({
  class: name, projects: weight, weight, amount_cents: amount, share: null, people_share: people, per_head_cents: null, location_quotient: null, gap_cents: null,
});
const group = (rows: BalanceRow[]): BalanceGroup => ({ key: null, name: null, projects: 0, amount_cents: null, without_amount: 0, rows });

test("bars compare what is classed and keep the rest in view", () => {
  const g = group([row("urban", 6, 900, 0.75), row("rural", 2, 100, 0.25), row("municipality_wide", 1, null, null), row("unplaced", 1, 1000, null)]);
  const [people, projects, euros] = bars(g, g);
  assert.ok(people && projects && euros);
  assert.deepEqual(boundaries(people.parts), [0.75]);
  assert.deepEqual(projects.parts.map((p) => p.share), [0.75, 0.25]);
  assert.equal(projects.classed, 0.8);
  assert.deepEqual(euros.rest, [{ name: "unplaced", share: 0.5 }]);
  assert.equal(over([people, projects, euros], projects), 0);
  assert.ok(Math.abs((over([people, projects, euros], euros) ?? 0) + 15) < 1e-9);
});

test("what lies in no class is not compared", () => {
  const g = group([row("unclassified", 3, null, null), row("municipality_wide", 1, null, null)]);
  const [bar] = bars(g, g);
  assert.deepEqual(bar?.parts, []);
  assert.deepEqual(bar?.rest, [{ name: "unclassified", share: 0.75 }, { name: "municipality_wide", share: 0.25 }]);
});

test("without amounts there is no bar of euros, without people no comparison", () => {
  const g = group([row("urban", 1, null, null), row("unplaced", 3, null, null)]);
  const all = bars(g, g);
  assert.deepEqual(all.map((b) => b.key), ["projects"]);
  assert.equal(all[0] && over(all, all[0]), null);
  assert.deepEqual(bars(group([]), group([])), []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { shiftWords } from "../src/balance-difference";
import { cell, csv, euros, groupLines, placeLines, totalLines } from "../src/balance-csv";
import { decodeRule, differing, encodeRule, ruleWords, sameRule, shifts } from "../src/balance-rule";
import { ticks, years } from "../src/balance-years";
import { breaks, classOf, places, round } from "../src/choropleth-classes";
import { setLanguage } from "../src/i18n";
import { decode, defaults, encode } from "../src/state";
import type { Balance, BalanceGroup, BalanceRow } from "../src/types";

const row = (cls: string, more: Partial<BalanceRow> = {}): BalanceRow => ({
  class: cls, projects: 0, weight: 0, weight_share: null, amount_cents: null, share: null, people: null, people_share: null, per_head_cents: null, location_quotient: null, gap_cents: null, ...more,
});
const group = (key: string | null, rows: BalanceRow[], more: Partial<BalanceGroup> = {}): BalanceGroup => ({
  key, name: { sl: `ime ${key}`, en: `name ${key}` }, projects: 0, weight: 0, amount_cents: null, without_amount: 0, rows, sensitivity: null, ...more,
});
const balance = (total: BalanceGroup, groups: BalanceGroup[] = [], more: Partial<Balance> = {}): Balance => ({
  municipality: "kranj", by: "theme", scheme: "municipal", method: "extent", spread: "none", money: "total", currency: "EUR", population: null, groups, total, indicators: null, summary: null, ...more,
});
const plain = (s: string) => s.replaceAll("\u00a0", " ");
const rule = { scheme: "municipal", method: "extent", spread: "none", money: "total" };

test("a rule goes through the address; what is none is refused", () => {
  assert.deepEqual(decodeRule(encodeRule(rule)), rule);
  assert.deepEqual(decodeRule("h3@2,equal,population,eu"), { scheme: "h3@2", method: "equal", spread: "population", money: "eu" });
  for (const bad of ["", "municipal", "municipal,guess,none,total", "municipal,extent,none,total,more", "<b>,extent,none,total", "municipal,extent,,total"]) assert.equal(decodeRule(bad), null, bad);
  const state = { ...defaults, tab: "balance" as const, versus: encodeRule(rule), shade: "1", wide: "1" };
  const back = decode(encode(state));
  assert.deepEqual([back.versus, back.shade, back.wide], [state.versus, "1", "1"]);
});

test("rules are told by what differs", () => {
  setLanguage("sl");
  const other = { ...rule, method: "population", money: "eu" };
  const schemes = [{ code: "municipal", name: { sl: "Občinska", en: "Municipal" }, classes: [] }];
  assert.equal(ruleWords(rule, schemes), "Občinska · po legi");
  assert.equal(differing(other, rule, schemes), "po prebivalstvu · sredstva EU");
  assert.ok(sameRule(rule, { ...rule }) && !sameRule(rule, other));
});

test("the difference of two rules, in points, cents and words", () => {
  const b = (share: number, cents: number, weight: number) => balance(group(null, [row("rural", { share, amount_cents: cents, weight, weight_share: share })], { amount_cents: 100_000_00 }));
  const [projects, money] = shifts(b(0.225, 2250000, 9), b(0.172, 1720000, 7));
  assert.ok(projects && money);
  assert.equal(money.more, 530000);
  assert.ok(Math.abs((money.points ?? 0) - 5.3) < 1e-9);
  setLanguage("sl");
  assert.equal(plain(shiftWords(money)), "Sredstva: delež podeželja je 22,5 %, prej 17,2 %; to je 5,3 o. t. več. Podeželje dobi 5.300,00 € več.");
  setLanguage("en");
  assert.equal(plain(shiftWords(projects)), "Projects: the countryside’s share is 22.5%, before 17.2%; 5.3 pp more.");
  const counted = shifts(balance(group(null, [row("rural", { weight_share: 0.2, weight: 2 })])), balance(group(null, [row("rural")])));
  assert.deepEqual(counted.map((s) => [s.key, s.points]), [["projects", null]]);
  setLanguage("sl");
  assert.match(shiftWords(counted[0] ?? projects), /primerjava ni mogoča/);
});

test("cells as Excel reads them in Slovenia", () => {
  for (const [value, want] of [[1234567.89, "1234567,89"], [0.74741853, "0,74741853"], [1e-7, "0,0000001"], [12, "12"], [null, ""], [NaN, ""], ["a;b", '"a;b"'], ['»a" b', '"»a"" b"'], ["=1+1", "'=1+1"], ["-x", "'-x"], ["č\nš", '"č\nš"']] as const) {
    assert.equal(cell(value), want);
  }
  for (const [value, want] of [[123456789, "1234567,89"], [5, "0,05"], [-5, "-0,05"], [-723750432, "-7237504,32"], [0, "0,00"], [null, ""]] as const) assert.equal(euros(value), want);
  assert.equal(csv([["a", 1.5], [null]]), "\ufeffa;1,5\r\n\r\n");
});

test("tables keep the cents, and zeros that are known", () => {
  setLanguage("sl");
  const total = group(null, [row("urban", { projects: 2, weight: 1.5, amount_cents: 1050, people: 10, people_share: 0.5 }), row("outside")], { projects: 2, weight: 2, amount_cents: 1050 });
  assert.match(csv(totalLines(balance(total))), /mesto;2;1,5;;10,50;;10;0,5;;;\r\nzunaj občine;0;0;/);
  const g = csv(groupLines(balance(total, [group("TP1", [row("urban", { projects: 1 })], { projects: 1, without_amount: 1 })]), (x) => x.name?.sl ?? ""));
  assert.match(g, /TP1;ime TP1;vse;1;1;0;;;*\r\nTP1;ime TP1;mesto;;1;/);
  const p = balance(total, [group("010", [], { people: 500 }), group("outside", [])]);
  assert.match(csv(placeLines(p)), /010;ime 010;500;0;0;0,00;0,00;0\r\n$/);
});

test("values of settlements: unknown people or amounts are no zeros", () => {
  const groups = [
    group("a", [], { people: 100, projects: 1, weight: 2, amount_cents: 50000 }), group("b", [], { projects: 1, weight: 1, amount_cents: 1 }),
    group("c", [], { people: 10 }), group("d", [], { people: 10, projects: 1, weight: 1 }), group("outside", [], { projects: 9, weight: 9 }),
  ];
  assert.deepEqual(places(balance(group(null, [], { amount_cents: 50001 }), groups)).map((p) => p.value), [500, null, 0, null]);
  assert.deepEqual(places(balance(group(null, []), groups)).map((p) => p.value), [20, null, 0, 100]);
});

test("breaks are round, ascend and leave no class empty", () => {
  assert.deepEqual([1, 1.13, 234, 0.047, 99, 5_430_000].map((v) => round(v)), [1, 1.2, 250, 0.05, 100, 5_000_000]);
  for (const values of [[], [0, 0], [5], [1, 1, 1, 1, 900], Array.from({ length: 6000 }, (_, i) => (i * 7919) % 6007), [2796.1, 2796.2, 2796.3, 2801, 2950, 4100, 7000, 0]]) {
    const found = breaks(values);
    assert.ok(found.every((b, i) => b > (found[i - 1] ?? 0)), found.join());
    assert.ok(found.length <= 4);
    const used = new Set(values.filter((v) => v > 0).map((v) => classOf(v, found)));
    if (values.some((v) => v > 0)) assert.equal(used.size, found.length + 1, `${found.join()} of ${values.length} values`);
  }
  const even = Array.from({ length: 6000 }, (_, i) => i + 1);
  assert.deepEqual(breaks(even), [1200, 2500, 4000, 5000]);
  assert.deepEqual([0, 1, 1199, 1200, 6000].map((v) => classOf(v, breaks(even))), [0, 1, 1, 2, 5]);
});

test("a series has every year between its first and last", () => {
  const y = (key: string | null, cents: number) => group(key, [row("urban", { amount_cents: cents, share: 0.75 }), row("rural", { amount_cents: cents / 3, share: 0.25 })], { amount_cents: cents });
  const list = years(balance(group(null, [], { amount_cents: 9 }), [y("2024", 300), y("2027", 900), y(null, 5)]));
  assert.deepEqual(list.map((one) => [one.year, one.total, one.rural]), [[2024, 400, 0.25], [2025, 0, null], [2026, 0, null], [2027, 1200, 0.25]]);
  assert.deepEqual(years(balance(group(null, []), [y(null, 5)])), []);
  assert.deepEqual([ticks(1200), ticks(0), ticks(95)], [[500, 1000, 1500], [], [50, 100]]);
});

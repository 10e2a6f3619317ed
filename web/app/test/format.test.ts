import assert from "node:assert/strict";
import { test } from "node:test";
import { area, byCode, byName, coordinate, date, fold, length, money, moneyShort, nbsp, number, percent } from "../src/format";

const visible = (s: string) => s.replaceAll(nbsp, "_");

test("Slovene numbers", () => {
  assert.equal(number(57138, "sl"), "57.138");
  assert.equal(number(-1234.5, "sl", 1), "−1.234,5");
  assert.equal(visible(percent(0.747, "sl", 1)), "74,7_%");
  assert.equal(visible(money(123456789, "sl")), "1.234.567,89_€");
  assert.equal(visible(money(-100, "sl")), "−1,00_€");
  assert.equal(visible(moneyShort(310_000_000, "sl")), "3,1_mio_€");
  assert.equal(visible(moneyShort(99_999_900, "sl")), "999.999_€");
  assert.equal(visible(date("2021-03-15", "sl")), "15._3._2021");
  assert.equal(visible(length(7840, "sl")), "7,84_km");
  assert.equal(visible(area(146_000, "sl")), "14,6_ha");
  assert.equal(visible(coordinate(14.35, 46.24, "sl")), "46,24000°_N,_14,35000°_E".replace(",_1", ", 1"));
});

test("English numbers", () => {
  assert.equal(number(57138, "en"), "57,138");
  assert.equal(percent(0.747, "en", 1), "74.7%");
  assert.equal(money(123456789, "en"), "€1,234,567.89");
  assert.equal(visible(moneyShort(310_000_000, "en")), "€3.1_m");
  assert.equal(date("2021-03-15T00:00:00Z", "en"), "15/03/2021");
  assert.equal(date("2030", "sl"), "2030");
  assert.equal(date("pomlad", "sl"), "pomlad");
});

test("names and codes sort as Slovenes and planners do", () => {
  assert.deepEqual(["Golnik", "Čadovlje", "Britof"].sort(byName), ["Britof", "Čadovlje", "Golnik"]);
  assert.deepEqual(["Tatinec", "Šutna", "Sveti Jošt nad Kranjem"].sort(byName), ["Sveti Jošt nad Kranjem", "Šutna", "Tatinec"]);
  assert.deepEqual(["1.10", "1.9", "1.2/2/5/1", "1.2"].sort(byCode), ["1.2", "1.2/2/5/1", "1.9", "1.10"]);
});

test("folding", () => {
  assert.equal(fold("Čadovlje pri Žabnici"), "cadovlje pri zabnici");
});

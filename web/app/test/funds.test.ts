import assert from "node:assert/strict";
import { test } from "node:test";
import { heading, years } from "../src/detail-funds";
import { catalogs, languages } from "../src/i18n";

test("a list is named by mechanism, fund and period, as far as they are stated", () => {
  assert.equal(heading({ mechanism: "LAS", fund: "EKSRP", period_from: 2021, period_to: 2027 }), "LAS · EKSRP · 2021–2027");
  assert.equal(heading({ mechanism: "CTN", fund: null, period_from: null, period_to: null }), "CTN");
  assert.equal(years(2023, 2023), "2023");
  assert.equal(years(null, null), "");
});

test("every state has a word", () => {
  for (const lang of languages) {
    for (const state of ["eligible", "conditional", "partly", "not_eligible", "unknown"]) assert.ok(catalogs[lang][`eligible.${state}`], `${lang} ${state}`);
  }
});

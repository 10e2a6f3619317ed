import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogs, languages, translate, type Entry } from "../src/i18n";

const keys = [...new Set(languages.flatMap((l) => Object.keys(catalogs[l])))].sort();
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join(",");
const forms = (e: Entry) => (typeof e === "string" ? [e] : Object.values(e));

for (const lang of languages) {
  const catalog = catalogs[lang];

  test(`${lang} has every key`, () => {
    assert.deepEqual(keys.filter((k) => catalog[k] === undefined), []);
  });

  test(`${lang} has every plural form`, () => {
    const wanted = [...new Intl.PluralRules(lang).resolvedOptions().pluralCategories].sort();
    for (const [key, entry] of Object.entries(catalog)) {
      if (typeof entry !== "string") assert.deepEqual(Object.keys(entry).sort(), wanted, key);
    }
  });
}

test("both languages agree on what is plural and what is filled in", () => {
  for (const key of keys) {
    const [sl, en] = [catalogs.sl[key], catalogs.en[key]];
    if (sl === undefined || en === undefined) continue;
    assert.equal(typeof sl === "string", typeof en === "string", `${key}: plural in one language only`);
    const all = [...forms(sl), ...forms(en)].map(holes);
    assert.equal(new Set(all).size, 1, `${key}: ${all.join(" | ")}`);
  }
});

test("texts are set properly", () => {
  for (const lang of languages) {
    for (const [key, entry] of Object.entries(catalogs[lang])) {
      for (const text of forms(entry)) {
        assert.ok(!/\.\.\.|"|'/.test(text), `${lang} ${key}: ${text}`);
        assert.ok(!/ (%|€)/.test(text), `${lang} ${key}: breaking space before a unit`);
      }
    }
  }
});

test("Slovene counts in four forms", () => {
  const said = (n: number) => translate("sl", "projects.without", { n });
  const table: [number, string][] = [
    [0, "0 projektov nima zneska"],
    [1, "1 projekt nima zneska"],
    [2, "2 projekta nimata zneska"],
    [3, "3 projekti nimajo zneska"],
    [5, "5 projektov nima zneska"],
    [101, "101 projekt nima zneska"],
    [102, "102 projekta nimata zneska"],
  ];
  for (const [n, want] of table) assert.equal(said(n), want);
});

test("a key without a text shows itself, a missing value nothing", () => {
  assert.equal(translate("sl", "no.such.key"), "no.such.key");
  assert.equal(translate("sl", "search.none", {}), "Za »« ni zadetkov. Poskusite s krajšo besedo ali s šifro ukrepa.");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { columns, shownColumns, turned } from "../src/table/columns";
import { fileAddress } from "../src/table/files";

test("a head turns the order up, down and back", () => {
  assert.deepEqual(["title", "-title", "amount"].map((s) => turned(s, "title")), ["-title", "", "title"]);
});

test("columns of the address, as far as they exist", () => {
  assert.deepEqual(shownColumns(["code", "x", "amount"], false).map((c) => c.key), ["code", "amount"]);
  assert.deepEqual(shownColumns(["x"], false).map((c) => c.key)[0], "code");
  assert.deepEqual(shownColumns(null, true).map((c) => c.key), ["code", "title", "status", "amount"]);
  assert.equal(new Set(columns.map((c) => c.key)).size, columns.length);
});

test("a file is of the same rows: filters, order, columns", () => {
  const query = { municipality: "kranj", theme: ["TP1"], sort: "-amount" };
  const url = new URL(fileAddress("csv", query, shownColumns(["code", "title", "amount"], false), "sl"));
  assert.ok(url.pathname.endsWith("/api/v1/projects.csv"));
  assert.deepEqual(Object.fromEntries(url.searchParams), { municipality: "kranj", theme: "TP1", sort: "-amount", groups: "none", columns: "title,amount_total", lang: "sl" });
  assert.equal(new URL(fileAddress("gpkg", query, null, "en")).searchParams.has("columns"), false);
});

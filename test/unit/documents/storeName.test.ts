import assert from "node:assert/strict";
import { test } from "node:test";

import { nameToType, storeName } from "../../../src/core/documents/storeName.ts";

test("a store is called by its name, or by its id where the name says nothing", () => {
  const id = "vs_1";
  for (const name of [null, "", "  ", "\t\n"]) {
    assert.equal(storeName({ name, id }), id);
    assert.equal(nameToType({ name, id }), id);
  }
  for (const name of ["docs", "日本 語", "a.b"])
    assert.deepEqual([storeName({ name, id }), nameToType({ name, id })], [name, name]);
  // These are names, and nobody can type them.
  for (const name of [" docs", "two\nlines", "zero\u200bwidth", "turned \u202e"])
    assert.deepEqual([storeName({ name, id }), nameToType({ name, id })], [name, id]);
});

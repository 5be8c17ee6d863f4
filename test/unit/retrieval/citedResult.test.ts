import assert from "node:assert/strict";
import { test } from "node:test";

import { citedResult, queriesOf, readMark, storeIdOf } from "../../../src/core/retrieval/citedResult.ts";
import type { FileSearchResult } from "../../../src/core/wire.ts";

function result(file: string, score: number): FileSearchResult {
  return { file_id: file, file_name: `${file}.md`, score };
}

function cited(text: string, file: string, searches: readonly (readonly FileSearchResult[])[]): number | null {
  const span = { text, start_index: 0, end_index: text.length };
  return citedResult({ type: "file_citation", ...span, file_citation: { file_id: file } }, searches)?.score ?? null;
}

const searches = [
  [result("a", 0.9), result("b", 0.8), result("a", 0.7)],
  [result("b", 0.6), result("a", 0.5)],
];

test("a mark's numbers lead to its result, when that is of the cited file", () => {
  assert.equal(cited("【0:2†a.md】", "a", searches), 0.7);
  assert.equal(cited("【1:1†a.md】", "a", searches), 0.5);
  assert.equal(cited("【1:0†b.md】", "b", searches), 0.6);
});

test("numbers of another count: the same place in any search, else the best of the file, else nothing", () => {
  assert.equal(cited("【4:1†b.md】", "b", searches), 0.8);
  assert.equal(cited("【0:9†a.md】", "a", searches), 0.9);
  assert.equal(cited("[1]", "b", searches), 0.8);
  assert.equal(cited("【0:0†c.md】", "c", searches), null);
  assert.equal(cited("【0:0†a.md】", "a", []), null);
});

test("marks and queries of servers are read with care", () => {
  assert.deepEqual(readMark("【4:0†returns.md】"), { call: 4, result: 0, name: "returns.md" });
  assert.deepEqual(readMark("【4:12†source】"), { call: 4, result: 12, name: null });
  assert.equal(readMark("【13†source】"), null);
  assert.equal(readMark("sandbox:/mnt/data/a.csv"), null);
  assert.deepEqual(queriesOf({ x_queries: ["a", 7, "b"] }), ["a", "b"]);
  assert.equal(storeIdOf({ x_vector_store_id: "vs_1" }), "vs_1");
  assert.equal(storeIdOf({ x_vector_store_id: 7 }), null);
  for (const none of [null, undefined, {}, { x_queries: "a" }]) assert.deepEqual(queriesOf(none), []);
});

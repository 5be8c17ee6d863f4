import assert from "node:assert/strict";
import { test } from "node:test";
import { searchWords } from "../../../src/runtime/retrieval/wordSearch.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ChunkStore } from "../../../src/runtime/store/chunkStore.ts";

const everything = { size: 6000, isThere: () => true, passes: () => true };

test("in a large collection, common words are left out beside rare ones, and looked at when there is nothing else", async () => {
  const database = await openDatabase(":memory:");
  const place = { index: 0, start: 0, end: 1, lines: null, pages: null, heading: null, tokens: 1 };
  const words = (at: number): string =>
    `the ${at % 2 === 0 ? "even" : "odd"} ${at % 5 === 0 ? "fifth" : ""} ${at === 4242 ? "heron" : ""}`;
  new ChunkStore(database).add(
    1,
    Array.from({ length: 6000 }, (_, at) => ({ text: words(at), repeated: 0, place })),
  );
  const find = (query: string): { chunk: number; relevance: number }[] => searchWords(database, query, everything, 10);
  assert.deepEqual(
    find("the even heron").map((one) => one.chunk),
    [4243],
  );
  // All of its words are common: the rarest is looked for.
  const fifth = find("the even fifth");
  assert.equal(fifth.length, 10);
  for (const { chunk, relevance } of fifth) {
    assert.equal((chunk - 1) % 5, 0);
    assert.ok(relevance > 0 && relevance <= 1);
  }
  assert.deepEqual(find("nowhere"), []);
  assert.equal(find("the").length, 10);
  database.close();
});

test("in a small collection every word counts", async () => {
  const database = await openDatabase(":memory:");
  const place = { index: 0, start: 0, end: 1, lines: null, pages: null, heading: null, tokens: 1 };
  const texts = ["a rye loaf", "a rye crust", "a loaf of a crust", "a rye loaf with a crust"];
  new ChunkStore(database).add(
    1,
    texts.map((text) => ({ text, repeated: 0, place })),
  );
  const found = searchWords(database, "rye loaf crust", { ...everything, size: 4 }, 10);
  assert.deepEqual([found.length, found[0]?.chunk], [4, 4]);
  database.close();
});

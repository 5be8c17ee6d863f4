import assert from "node:assert/strict";
import { test } from "node:test";
import { fuse } from "../../../src/runtime/retrieval/fuse.ts";

test("first in both with all the words is 1, first by meaning alone is a half", () => {
  const [first, second] = fuse(
    [{ chunk: 1, relevance: 0.6 }],
    [
      { chunk: 1, relevance: 0.3 },
      { chunk: 2, relevance: 0.2 },
    ],
  );
  assert.deepEqual(first, { chunk: 1, score: 1, words: 0.6, meaning: 0.3 });
  assert.deepEqual([second?.chunk, second?.words, second?.meaning], [2, null, 0.2]);
  assert.ok(second !== undefined && second.score < 0.5 && second.score > 0.45);
  assert.equal(fuse([], [{ chunk: 3, relevance: 0.1 }])[0]?.score, 0.5);
});

test("words count as far as they agree: first by a poor match does not outdo a good one by meaning", () => {
  const poor = fuse([{ chunk: 1, relevance: 0.05 }], [{ chunk: 2, relevance: 0.5 }]);
  assert.deepEqual(
    poor.map(({ chunk }) => chunk),
    [2, 1],
  );
  const good = fuse(
    [
      { chunk: 1, relevance: 0.5 },
      { chunk: 2, relevance: 0.1 },
    ],
    [
      { chunk: 2, relevance: 0.5 },
      { chunk: 1, relevance: 0.4 },
    ],
  );
  assert.deepEqual(
    good.map(({ chunk }) => chunk),
    [1, 2],
  );
});

test("what a cosine is worth differs from model to model: only its rank counts", () => {
  const ranked = (cosines: readonly number[]): readonly (readonly [number, number])[] =>
    fuse(
      [{ chunk: 2, relevance: 0.3 }],
      cosines.map((relevance, chunk) => ({ chunk, relevance })),
    ).map(({ chunk, score }) => [chunk, score]);
  assert.deepEqual(ranked([0.9, 0.89, 0.88]), ranked([0.6, 0.3, 0.1]));
});

test("equal scores stand in the order of the chunks", () => {
  const fused = fuse([{ chunk: 9, relevance: 0.45 }], [{ chunk: 4, relevance: 0.2 }]);
  assert.deepEqual(
    fused.map(({ chunk }) => chunk),
    [4, 9],
  );
});

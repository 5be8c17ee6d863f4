import assert from "node:assert/strict";
import { test } from "node:test";

import { encode as cl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { encode as o200k } from "gpt-tokenizer/encoding/o200k_base";

import { FewestTokens } from "../../../src/core/documents/fewestTokens.ts";
import { Random } from "../core/random.ts";

function fewest(text: string, pieceBytes = 7): number {
  const tokens = new FewestTokens();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) tokens.write(bytes.subarray(at, at + pieceBytes));
  return tokens.count;
}

test("no tokenizer needs fewer tokens than are counted", () => {
  const parts = [
    ..."aB z0 129 ' ’ '' . , — … _ - é E\u0301 ß 日本 １ ٣ \u00a0 \u3000 \t \n \r\n 🙂 's 'LL 're don't d'été O'Neil x1y2 \u200b".split(
      " ",
    ),
    " ",
    "  ",
    " ",
    "word",
    "Another",
    "1234567",
    "'",
  ];
  for (let seed = 1; seed <= 3000; seed += 1) {
    const random = new Random(seed);
    const text = Array.from({ length: 1 + random.below(30) }, () => random.pick(parts)).join("");
    const most = Math.min(cl100k(text).length, o200k(text).length);
    assert.ok(fewest(text) <= most, `${JSON.stringify(text)}: ${fewest(text)} of ${most}`);
    assert.equal(fewest(text), fewest(text, 1000));
  }
});

test("prose has about as many tokens as words", () => {
  const prose = "The lamp isn't switched on by hand; after 30 minutes it goes out by itself. ".repeat(50);
  assert.equal(fewest(prose), 15 * 50);
  assert.ok(o200k(prose).length < 1.5 * fewest(prose));
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { appendText, emptyText, textOf, textSince, wholeText } from "../../../src/core/growingText.ts";

test("what was appended since an earlier state, and the whole", () => {
  const a = appendText(emptyText, "Hel");
  const b = appendText(appendText(a, "lo"), " you");
  assert.equal(wholeText(b), "Hello you");
  assert.equal(b.length, 9);
  assert.equal(textSince(b, a), "lo you");
  assert.equal(textSince(b, emptyText), "Hello you");
  assert.equal(textSince(b, b), "");
  assert.equal(textSince(emptyText, emptyText), "");
});

test("a text that does not continue the earlier one says so", () => {
  const a = appendText(emptyText, "abc");
  assert.equal(textSince(textOf("abcdef"), a), null);
});

test("nothing appended is the same state", () => {
  const a = textOf("x");
  assert.equal(appendText(a, ""), a);
});

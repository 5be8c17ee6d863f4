import assert from "node:assert/strict";
import { test } from "node:test";

import { citedLines, statementBefore } from "../../../src/core/retrieval/citedLines.ts";

const chunk = `# Care and small repairs

Unplug the lamp first, and let the bulb cool.

## Changing the bulb

The lamp takes E14 bulbs of up to 7 watts.
Hold the shade, turn the old bulb out.

- Abroad: five to ten working days, plus customs.
- Within the country: two to three working days.
`;

function cited(statement: string): string | null {
  const stretch = citedLines(chunk, statement);
  return stretch === null ? null : chunk.slice(stretch.start, stretch.end);
}

test("the paragraph or item that a statement rests on is found, also when it is said in other words", () => {
  const bulbs = "The lamp takes E14 bulbs of up to 7 watts.\nHold the shade, turn the old bulb out.";
  assert.equal(cited("The lamp takes E14 bulbs of up to 7 watts."), bulbs);
  assert.equal(cited("You need **E14** bulbs, at most 7 watts; hold the shade while you turn it."), bulbs);
  assert.equal(
    cited("It takes two to three working days within the country"),
    "- Within the country: two to three working days.",
  );
  assert.equal(cited("Unplug it, then let the bulb cool first"), "Unplug the lamp first, and let the bulb cool.");
});

test("a statement that no paragraph bears out leads to the whole chunk", () => {
  for (const statement of ["", "Yes.", "The warranty lasts two years from the day of arrival", "lamp shade"])
    assert.equal(cited(statement), null, statement);
  assert.equal(citedLines("", "some words that say something"), null);
});

test("a statement is what stands before its mark", () => {
  const text = "First this.\n\n> Then that【0:1†a.md】 and more【0:2†b.md】【0:3†c.md】.";
  assert.equal(statementBefore(text, text.indexOf("【0:1")), "> Then that");
  assert.equal(statementBefore(text, text.indexOf("【0:2")), "and more");
  assert.equal(statementBefore(text, text.indexOf("【0:3")), "and more");
  assert.equal(statementBefore("【0:1†a.md】", 0), "");
});

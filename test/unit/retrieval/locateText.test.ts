import assert from "node:assert/strict";
import { test } from "node:test";

import { lineAt, locateText } from "../../../src/core/retrieval/locateText.ts";

const document = `# Returns

Parcels are refunded within
five working days.

## Gift cards

Parcels are refunded within
five working days.
`;

function located(text: string, passage: string, near: number | null = null): string | null {
  const stretch = locateText(text, passage, near);
  return stretch === null ? null : text.slice(stretch.start, stretch.end);
}

test("a passage is found as it is, without the blank lines around it", () => {
  assert.equal(located(document, "\n\n## Gift cards\n"), "## Gift cards");
  assert.equal(located(document, "not in it"), null);
  assert.equal(located(document, "  \n"), null);
  assert.equal(located("", "words"), null);
});

test("of several places the one nearest to where it was is meant", () => {
  const passage = "Parcels are refunded within\nfive working days.";
  assert.equal(locateText(document, passage, null)?.start, document.indexOf("Parcels"));
  assert.equal(locateText(document, passage, 0)?.start, document.indexOf("Parcels"));
  assert.equal(locateText(document, passage, 60)?.start, document.lastIndexOf("Parcels"));
  assert.equal(locateText(document, passage, 100_000)?.start, document.lastIndexOf("Parcels"));
});

test("line breaks and white space may differ", () => {
  const windows = document.replaceAll("\n", "\r\n");
  const stretch = locateText(windows, "Parcels are refunded within\nfive working days.\n\n## Gift cards", null);
  assert.ok(stretch);
  assert.equal(
    windows.slice(stretch.start, stretch.end),
    "Parcels are refunded within\r\nfive working days.\r\n\r\n## Gift cards",
  );
  assert.equal(located("a  lot\tof \n space here", "lot of space"), "lot\tof \n space");
  const twice = `${windows}\r\n${windows}`;
  const second = locateText(twice, "Gift cards\n\nParcels", windows.length + 40);
  assert.equal(second?.start, twice.lastIndexOf("Gift cards"));
});

test("a long passage whose middle was edited is found by its ends; one that is gone is not", () => {
  const words = Array.from({ length: 120 }, (_, index) => `word${index}`).join(" ");
  const edited = words.replace("word60", "something else entirely");
  assert.equal(located(`before ${edited} after`, words), edited);
  const cut = words.slice(0, 300);
  assert.match(located(cut, words) ?? "", /^word0 word1 /);
  assert.equal(located("word0 and nothing more", words), null);
});

test("lines are counted from 1", () => {
  assert.deepEqual(
    [0, 9, 10, 11].map((offset) => lineAt(document, offset)),
    [1, 1, 2, 3],
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOf, tokensOf } from "../../../src/core/retrieval/chunkPlace.ts";
import { unknownPlace } from "../../../src/core/retrieval/retrieval.ts";
import { isPlainText, sourcePathOf } from "../../../src/core/retrieval/sourcePath.ts";
import type { ResultView } from "../../../src/protocol/inspectorMessages.ts";
import { keptState } from "../../../webview/inspector/keptState.ts";
import { markWords, previewStart } from "../../../webview/inspector/marks.ts";
import { placeWords } from "../../../webview/inspector/placeWords.ts";
import { diffRanks, rankWords } from "../../../webview/inspector/rankDiff.ts";

function marked(text: string, ...queries: string[]): readonly string[] {
  const pieces = markWords(text, queries);
  assert.equal(pieces.map((piece) => piece.text).join(""), text, "nothing of the text is lost");
  return pieces.filter((piece) => piece.marked).map((piece) => piece.text);
}

test("the question's words are marked in their forms, and common ones are not", () => {
  assert.deepEqual(
    marked("Refunds are made in five days. We refunded it; refunding takes time.", "When is a refund made?"),
    ["Refunds", "made", "refunded", "refunding"],
  );
  assert.deepEqual(marked("Parties at the party, classes of a class", "party class"), [
    "Parties",
    "party",
    "classes",
    "class",
  ]);
  assert.deepEqual(marked("Größe und GRÖSSE, naïve", "große naive"), ["Größe", "naïve"]);
  assert.deepEqual(marked("returned", "returns"), ["returned"]);
  assert.deepEqual(marked("to be or not to be", "to be"), ["to", "be", "to", "be"], "nothing else was asked");
  assert.deepEqual(
    marked("注文 ORD-12345 の返品", "返品 ORD-12345"),
    ["ORD", "12345"],
    "scripts without spaces have no words",
  );
  assert.deepEqual(marked("", "x"), []);
  assert.deepEqual(marked("some text", ""), []);
});

test("a preview begins where the asked words are", () => {
  const filler = "A line that says nothing of it.\n".repeat(30);
  const text = `Refund rules\n${filler}A refund takes five days.\n${filler}`;
  assert.equal(previewStart(text, ["refund days"]), text.indexOf("A refund takes"));
  assert.equal(previewStart(text, ["rules"]), 0);
  assert.equal(previewStart(text, ["nothing"]), 0, "the beginning shows as much");
  assert.equal(previewStart("short refund", ["refund"]), 0);
  const long = `${"word ".repeat(1000)}refund ${"word ".repeat(1000)}`;
  const start = previewStart(long, ["refund"]);
  assert.ok(start > 4900 && start < 5000, String(start));
});

function result(filename: string, text: string): ResultView {
  return {
    fileId: `file-${filename}`,
    filename,
    score: 0.5,
    attributes: null,
    text,
    place: unknownPlace,
    scores: null,
  };
}

test("two rankings: the same passage under another id is the same, duplicates are paired in order", () => {
  const a = [result("a.md", "one"), result("a.md", "two"), result("b.md", "x"), result("b.md", "x")];
  const b = [{ ...result("a.md", " two\n"), fileId: "file-other" }, result("b.md", "x"), result("c.md", "new")];
  assert.deepEqual(diffRanks(a, b), {
    a: [{ rank: null }, { rank: 1 }, { rank: 2 }, { rank: null }],
    b: [{ rank: 2 }, { rank: 3 }, { rank: null }],
    both: 2,
    onlyA: 2,
    onlyB: 1,
    same: false,
  });
  assert.equal(diffRanks(a, a).same, true);
  assert.equal(diffRanks([], []).same, true);
  assert.deepEqual(
    [rankWords(2, { rank: 2 }, "B"), rankWords(2, { rank: 1 }, "B"), rankWords(2, { rank: null }, "B")],
    ["also 2 in B", "1 in B", "not in B"],
  );
});

test("a place is read from what a server says, and nothing else is believed", () => {
  const chunk = { index: 3, start: 0, end: 812, lines: [3, 9], pages: [31, 32], heading: "Gift cards", tokens: 204 };
  assert.deepEqual(placeOf({ x_chunk: chunk }), {
    page: 31,
    endPage: 32,
    heading: "Gift cards",
    start: 0,
    end: 812,
    startLine: 3,
    endLine: 9,
  });
  assert.equal(tokensOf({ x_chunk: chunk }), 204);
  const none: readonly unknown[] = [null, "x", {}, { x_chunk: null }, { x_chunk: 7 }];
  const wrong = { start: 1.5, end: "4", lines: [0, 2], pages: "31", heading: 7, tokens: -1 };
  for (const nonsense of [...none, { x_chunk: wrong }]) {
    assert.deepEqual(placeOf(nonsense), unknownPlace);
    assert.equal(tokensOf(nonsense), null);
  }
  assert.equal(placeWords({ ...unknownPlace, page: 31, endPage: 33 }), "pp. 31–33");
  assert.equal(placeWords({ ...unknownPlace, page: 31, startLine: 2 }), "p. 31");
  assert.equal(placeWords({ ...unknownPlace, startLine: 12, endLine: 40 }), "lines 12–40");
  assert.equal(placeWords({ ...unknownPlace, startLine: 12, endLine: 12 }), "line 12");
  assert.equal(placeWords(unknownPlace), "");
});

test("a path of a server leads nowhere but into the workspace", () => {
  const path = (value: string): string | null => sourcePathOf({ awb_path: value });
  assert.equal(path("docs/returns.md"), "docs/returns.md");
  assert.equal(path("docs/a..b.md"), "docs/a..b.md");
  for (const bad of [
    "",
    "/etc/passwd",
    "\\\\server\\share",
    "C:\\x",
    "c:x",
    "../x",
    "docs/../../x",
    "docs\\..\\x",
    "…1f…end",
    "a\0b",
  ])
    assert.equal(path(bad), null, bad);
  assert.equal(sourcePathOf(null), null);
  assert.equal(sourcePathOf({ awb_path: 7 }), null);
  assert.deepEqual(["a.md", "b.PDF", "c.docx", "d.html", "Makefile"].map(isPlainText), [
    true,
    false,
    false,
    false,
    true,
  ]);
});

test("what VS Code kept is believed only when it can be read", () => {
  const side = { settings: { storeId: "", filter: "", ranker: "auto" }, found: null };
  const state = { version: 1, id: "1", connectionId: "offline", question: "", a: side, b: null };
  assert.equal(keptState(state), state);
  const broken: readonly unknown[] = [
    undefined,
    null,
    {},
    { ...state, version: 2 },
    { ...state, a: null },
    { ...state, a: { ...side, found: {} } },
    { ...state, b: { settings: null, found: null } },
  ];
  for (const one of broken) assert.equal(keptState(one), null);
});

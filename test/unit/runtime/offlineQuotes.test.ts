import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tellPassages } from "../../../src/runtime/tools/passages.ts";
import { searchAnswer } from "../../../src/runtime/upstream/offline/searchAnswer.ts";

const quotesOf = (question: string, text: string): readonly string[] => {
  const output = tellPassages([{ mark: "【0:0†guide.md】", where: "", text }]);
  const answer = searchAnswer(question, [{ name: "file_search", arguments: "{}", output }], []);
  return answer.split("\n").filter((line) => line.startsWith(">"));
};

describe("what the offline model quotes", () => {
  it("has no marks of headings, which would make a heading of all of it", () => {
    const text =
      "# Shipping\n\nLamps leave on the working day after.\n\n## How long it takes\n\nTwo days.\n\nReturns\n=======\n\nFree.";
    assert.deepEqual(quotesOf("How long does shipping take?", text), [
      "> Lamps leave on the working day after. Two days. Returns Free. 【0:0†guide.md】",
    ]);
  });

  it("is the words of a heading where there is nothing else", () => {
    assert.deepEqual(quotesOf("Shipping?", "## Shipping abroad"), ["> Shipping abroad 【0:0†guide.md】"]);
  });
});

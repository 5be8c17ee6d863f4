import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { conflictText } from "../../../src/core/sync/conflictText.ts";
import { Random } from "../core/random.ts";

const names = { yours: "Yours", theirs: "Theirs (x)" };

/** What is left when one side of every conflict is taken. */
function sideOf(text: string, side: "yours" | "theirs"): string {
  return text
    .replaceAll("\r\n", "\n")
    .replaceAll(
      /<<<<<<< Yours\n([^]*?)=======\n([^]*?)>>>>>>> Theirs \(x\)(?:\n|$)/g,
      (_all, ours: string, theirs: string) => (side === "yours" ? ours : theirs),
    );
}

describe("two texts with conflict markers", () => {
  it("have what they share once, and both middles", () => {
    assert.equal(
      conflictText("a\nb\nc\n", "a\nx\ny\nc\n", names),
      "a\n<<<<<<< Yours\nb\n=======\nx\ny\n>>>>>>> Theirs (x)\nc\n",
    );
    assert.equal(
      conflictText("a\r\nb\r\n", "b\n", names),
      "<<<<<<< Yours\r\na\r\n=======\r\n>>>>>>> Theirs (x)\r\nb\r\n",
    );
  });

  it("lose no line of either", () => {
    const random = new Random(11);
    const text = (): string =>
      Array.from({ length: random.below(6) }, () => `${random.pick(["a", "b", "c", ""])}\n`).join("");
    for (let round = 0; round < 2000; round += 1) {
      const [yours, theirs] = [text(), text()];
      const both = conflictText(yours, theirs, names);
      const lines = (one: string): readonly string[] => one.split("\n").filter((line) => line !== "");
      assert.deepEqual(lines(sideOf(both, "yours")), lines(yours), both);
      assert.deepEqual(lines(sideOf(both, "theirs")), lines(theirs), both);
    }
  });
});

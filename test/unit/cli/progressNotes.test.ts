import assert from "node:assert/strict";
import { test } from "node:test";

import { progressNotes } from "../../../src/cli/documents/progressNotes.ts";

test("a log is told each minute in which nothing moves", () => {
  const [lines, notes]: [string[], string[]] = [[], []];
  const tell = progressNotes("docs", { progress: (line) => lines.push(line), note: (text) => notes.push(text) });
  const stillFor = (seconds: number): void =>
    tell({
      phase: "reading",
      filesDone: 1,
      files: 2,
      bytesDone: 0,
      bytes: 0,
      rate: null,
      timeLeftMs: null,
      stillMs: seconds * 1000,
    });
  for (const seconds of [0, 29, 45, 60, 61, 119, 121, 3, 64]) stillFor(seconds);
  const after = (time: string): string =>
    `assistants: docs: The server has read 1 of 2 files, nothing new for ${time}\n`;
  assert.deepEqual(notes, [after("1 min"), after("2 min"), after("1 min")]);
  assert.deepEqual(
    [lines[0], lines[2]],
    ["docs: The server has read 1 of 2 files", "docs: The server has read 1 of 2 files, nothing new for 45 s"],
  );
});

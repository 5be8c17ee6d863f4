import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnswerMarks,
  noSources,
  type AnswerPiece,
  type KnownSources,
} from "../../../src/runtime/engine/answerMarks.ts";

const known: KnownSources = {
  citations: { "0:1": "file-a", "2:13": "file-b" },
  paths: { "/mnt/data/out.csv": "file-c", "/mnt/data/out.csv.gz": "file-d", "/mnt/data/my plot.png": "file-e" },
};

function read(text: string, size: number, sources = known): AnswerPiece[] {
  const marks = new AnswerMarks();
  const pieces: AnswerPiece[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(...marks.read(text.slice(at, at + size), sources));
  return [...pieces, ...marks.end(sources)];
}

const text =
  "So【0:1†source】, and 【2:13†a b【.md】【2:13】 but 【9:9†source】; 【 or sand. [csv](sandbox:/mnt/data/out.csv), " +
  "sandbox:/mnt/data/out.csv.gz sandbox:/mnt/data/my%20plot.png sandbox:/mnt/other sandbox:/mnt/data/out.cs";

test("marks are whole pieces wherever the text is cut; nothing is lost, what is unknown is text", () => {
  for (const size of [1, 2, 3, 7, 20, text.length]) {
    const pieces = read(text, size);
    assert.equal(pieces.map((piece) => piece.text).join(""), text);
    assert.deepEqual(
      pieces.flatMap((piece) => (piece.source === undefined ? [] : [[piece.text, piece.source.fileId]])),
      [
        ["【0:1†source】", "file-a"],
        ["【2:13】", "file-b"],
        ["sandbox:/mnt/data/out.csv", "file-c"],
        ["sandbox:/mnt/data/out.csv.gz", "file-d"],
        ["sandbox:/mnt/data/my%20plot.png", "file-e"],
      ],
    );
  }
});

test("a bracket that is no mark does not hold the text back", () => {
  const marks = new AnswerMarks();
  assert.deepEqual(marks.read("【note", known), [{ text: "【note" }]);
  assert.deepEqual(marks.read("【0:1†", known), []);
  assert.deepEqual(
    marks.read("x".repeat(400), known).map((piece) => piece.text.length),
    [405],
  );
});

test("a run without sources holds nothing back", () => {
  const marks = new AnswerMarks();
  assert.deepEqual(marks.read("as", noSources), [{ text: "as" }]);
  assert.deepEqual(marks.read("【0:1†s", noSources), [{ text: "【0:1†s" }]);
});

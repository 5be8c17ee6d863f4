import assert from "node:assert/strict";
import { test } from "node:test";
import { prettyJson, shapeArguments } from "../../../webview/text/argumentsShape.ts";
import { formatCount, formatCountdown, formatDuration, formatWholeSeconds } from "../../../webview/text/duration.ts";
import { makeErrorOutput } from "../../../webview/text/errorOutput.ts";
import { checkJson } from "../../../webview/text/jsonCheck.ts";

test("JSON is told from text, with the place where it stops being JSON", () => {
  assert.deepEqual(checkJson(" \n"), { kind: "empty" });
  assert.deepEqual(checkJson('{"a":1}'), { kind: "json", value: { a: 1 } });
  for (const [text, line, column] of [
    ["hello", 1, 1],
    ["{oops", 1, 2],
    ['{"a":1', 1, 7],
    ['{"a":', 1, 6],
    ['{\n  "a": tru,\n}', 2, 11],
    ['{"a":1}}', 1, 8],
    ['["open', 1, 7],
    ["[1,]", 1, 4],
  ] as const) {
    assert.deepEqual(checkJson(text), { kind: "text", line, column }, text);
  }
});

test("arguments are a list when flat, JSON when nested, raw when broken", () => {
  assert.deepEqual(shapeArguments(""), { kind: "none" });
  assert.deepEqual(shapeArguments("{}"), { kind: "none" });
  assert.deepEqual(shapeArguments('{"id":"x","n":1}'), {
    kind: "flat",
    entries: [
      ["id", '"x"'],
      ["n", "1"],
    ],
  });
  assert.equal(shapeArguments('{"a":{"b":1}}').kind, "json");
  // Ids keep their digits, shown and formatted.
  const id = "1234567890123456789";
  assert.deepEqual(shapeArguments(`{"id":${id},"x":null}`), {
    kind: "flat",
    entries: [
      ["id", id],
      ["x", "null"],
    ],
  });
  assert.equal(prettyJson(`{"id":[${id},1.5]}`), `{\n  "id": [\n    ${id},\n    1.5\n  ]\n}`);
  assert.equal(prettyJson(id), id);
  assert.deepEqual(shapeArguments('{"a":'), { kind: "raw", text: '{"a":' });
});

test("an error output is JSON with its words selected, whatever they are", () => {
  const words = 'not "found"\n';
  const output = makeErrorOutput(words);
  assert.deepEqual(JSON.parse(output.text), { error: words });
  assert.equal(output.text.slice(output.selectionStart, output.selectionEnd), JSON.stringify(words).slice(1, -1));
});

test("durations and counts", () => {
  const written = [0, 212, 999.6, 1920, 19_400, 59_960, 125_000, 4_320_000].map(formatDuration);
  assert.deepEqual(written, ["0 ms", "212 ms", "1.00 s", "1.92 s", "19.4 s", "1 min 00 s", "2 min 05 s", "1 h 12 min"]);
  assert.equal(formatWholeSeconds(2000), "2 s");
  assert.deepEqual([581_000, 0, -5, 3_725_000].map(formatCountdown), ["9:41", "0:00", "0:00", "1:02:05"]);
  assert.deepEqual([7, 1204, 1_000_000].map(formatCount), ["7", "1,204", "1,000,000"]);
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isNode, parseDocument } from "yaml";

import { applyEdits } from "../../../src/core/definition/edit/editedText.ts";
import { changedValue, changesBetween, equalValues } from "../../../src/core/definition/edit/fieldChange.ts";
import type { FieldChange, FieldPath } from "../../../src/core/definition/edit/fieldChange.ts";
import { editDefinition, EditRefused } from "../../../src/core/definition/editDefinition.ts";
import { Random } from "./random.ts";
import { at, pathsOf, randomChange, randomText, randomValue } from "./randomDefinitions.ts";

const rounds = 1500;

function read(text: string): {
  readonly value: unknown;
  source(path: FieldPath): string | null;
  lines(path: FieldPath): string;
} {
  const document = parseDocument(text, { merge: true, logLevel: "error" });
  assert.deepEqual(document.errors, [], text);
  return {
    value: document.toJS() as unknown,
    lines: (path) => {
      const node: unknown = document.getIn(path, true);
      const [start, end] = isNode(node) && node.range ? node.range : [0, 0];
      const from = Math.max(0, text.lastIndexOf(String(path.at(-1)), start));
      return text.slice(Math.min(start, from), text.includes("\n", end) ? text.indexOf("\n", end) : text.length);
    },
    source: (path) => {
      const node: unknown = document.getIn(path, true);
      return isNode(node) && node.range ? text.slice(node.range[0], node.range[1]).trimEnd() : null;
    },
  };
}

/** Whether a change can reach what stands at a path: along its way, below it, or in a list whose indexes it moves. */
function touches(change: FieldChange, path: FieldPath): boolean {
  const shorter = Math.min(change.path.length, path.length);
  if (change.path.slice(0, shorter).every((key, index) => String(key) === String(path[index]))) return true;
  const list = change.path.slice(0, -1);
  return typeof change.path.at(-1) === "number" && list.every((key, index) => key === path[index]);
}

describe("random edits of definitions", () => {
  it("read as what was meant, and leave the text of every other field and comment as it was", () => {
    const random = new Random(4);
    let [made, refused] = [0, 0];
    for (let round = 0; round < rounds; round += 1) {
      const text = randomText(random);
      const before = read(text);
      const change = randomChange(random, before.value);
      const wanted = changedValue(before.value, change);
      let result: string;
      try {
        result = applyEdits(text, editDefinition(text, [change]));
      } catch (error) {
        assert.ok(error instanceof EditRefused, String(error));
        refused += 1;
        continue;
      }
      made += 1;
      const story = `${JSON.stringify(change)}\n--- before\n${text}\n--- after\n${result}`;
      const after = read(result);
      assert.ok(equalValues(after.value, wanted), story);
      if (/[*&]/.test(text)) continue;
      for (const path of pathsOf(before.value).filter((one) => !touches(change, one)))
        assert.equal(after.source(path), before.source(path), `${path.join(".")}\n${story}`);
      // A comment on the line of what is removed goes with it.
      const inside = change.kind === "remove" ? before.lines(change.path) : (before.source(change.path) ?? "");
      for (const [comment] of text.matchAll(/comment-\d+\./g))
        assert.ok(result.includes(comment) || inside.includes(comment), `${comment}\n${story}`);
      assert.equal(result.startsWith("\uFEFF"), text.startsWith("\uFEFF"), story);
      if (text.includes("\r\n")) assert.doesNotMatch(result, /[^\r]\n/, story);
    }
    assert.ok(made > rounds * 0.95, `${made} made, ${refused} refused`);
  });

  it("several at once: the edits are in the coordinates of the text, apart from each other, and come to the same", () => {
    const random = new Random(40);
    for (let round = 0; round < 300; round += 1) {
      const text = randomText(random);
      let value = read(text).value;
      const changes = Array.from({ length: 4 }, () => {
        const change = randomChange(random, value);
        value = changedValue(value, change);
        return change;
      }).filter((change) => typeof at(value, []) === "object" && change.path.length > 0);
      try {
        const edits = editDefinition(text, changes);
        for (const [index, edit] of edits.entries()) assert.ok(edit.start >= (edits[index - 1]?.end ?? 0), text);
        assert.ok(equalValues(read(applyEdits(text, edits)).value, value), `${JSON.stringify(changes)}\n${text}`);
      } catch (error) {
        assert.ok(error instanceof EditRefused, String(error));
      }
    }
  });

  it("changes between two values lead from one to the other", () => {
    const random = new Random(400);
    for (let round = 0; round < 500; round += 1) {
      const [before, after] = [{ v: randomValue(random, 3) }, { v: randomValue(random, 3) }];
      const reached = changesBetween(before, after).reduce<unknown>(changedValue, before);
      assert.ok(equalValues(reached, after), JSON.stringify([before, after, reached]));
    }
  });
});

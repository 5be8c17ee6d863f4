import assert from "node:assert/strict";
import { test } from "node:test";

import { parseStore } from "../../../src/core/vectorStoreDefinition/parseStore.ts";

test("a glob may have attributes of its own; plain globs stay as they were", () => {
  const parsed = parseStore(
    "name: docs\ninclude:\n  - docs/**/*.md\n  - { glob: manuals/**, attributes: { kind: manual, year: 2026 } }\nattributes: { product: widgets }\n",
  );
  assert.deepEqual(parsed.problems, []);
  assert.ok(parsed.valid);
  assert.deepEqual(parsed.store.include, ["docs/**/*.md", "manuals/**"]);
  assert.deepEqual(parsed.store.globAttributes, [{ glob: "manuals/**", attributes: { kind: "manual", year: 2026 } }]);
  assert.deepEqual([parsed.store.gitignore, parsed.store.allowSecrets], [true, []]);
});

test("what a glob with attributes may not be has its problem at its place", () => {
  const problemsIn = (text: string): readonly string[] =>
    parseStore(text).problems.map(({ start, end, message }) => `${text.slice(start, end)}: ${message}`);
  assert.match(problemsIn("name: a\ninclude: [{ glob: ../x }]\n").join(), /\.\.\/x.*stays inside/);
  assert.match(problemsIn("name: a\ninclude: [{ attributes: {} }]\n").join(), /glob/);
  assert.match(
    problemsIn("name: a\ninclude: [{ glob: x, attributes: { awb_hash: y } }]\n").join(),
    /^awb_hash: .*kept/,
  );
  assert.match(problemsIn("name: a\ninclude: [x]\nattributes: { awb_path: y }\n").join(), /^awb_path: .*kept/);
  assert.match(problemsIn("name: a\ninclude: [x]\nallow_secrets: [/etc/*]\n").join(), /stays inside/);
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { assistantSchema, fixturesSchema, labelsWith } from "./cursor.ts";

const tool = (handler: string): string =>
  `name: A\ntools:\n  - type: function\n    function: { name: f }\n    ${handler}\n`;

describe("completion where answers come from", () => {
  it("in a handler: its kinds and limits", async () => {
    const labels = await labelsWith(assistantSchema, "assistant", tool("handler:\n      |"));
    for (const key of ["command", "module", "http", "timeout_ms", "env", "on_error"])
      assert.ok(labels.includes(key), key);
    assert.deepEqual(await labelsWith(assistantSchema, "assistant", tool("handler: { on_error: | }")), [
      "ask",
      "return",
    ]);
    const files = await labelsWith(assistantSchema, "assistant", tool("handler: { module: { file: | } }"));
    assert.ok(files.includes("docs/"), files.join());
  });

  it("in a policy: the sources", async () => {
    for (const text of [tool("answers: [|]"), "name: A\nanswers:\n  - |\n"]) {
      const labels = await labelsWith(assistantSchema, "assistant", text);
      for (const source of ["ask", "fixture", "handler"])
        assert.ok(labels.includes(source), `${text} ${labels.join()}`);
    }
  });

  it("in a fixtures file: its keys", async () => {
    const labels = await labelsWith(fixturesSchema, "fixtures", "fixtures:\n  - function: f\n    |\n");
    assert.deepEqual(labels.toSorted(), ["delay_ms", "error", "output", "template", "when"]);
    assert.deepEqual(await labelsWith(fixturesSchema, "fixtures", "fixtures:\n  - when:\n      |\n"), [
      "exact",
      "partial",
      "schema",
    ]);
  });
});

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Validator } from "@cfworker/json-schema";
import { parse } from "yaml";

import { assistantSchema, labelsWith, plain, storeFileSchema } from "./cursor.ts";

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

const file = join(import.meta.dirname, "..", "..", "..", "snippets", "definitions.json");
const snippets = Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, Snippet>);

describe("snippets", () => {
  for (const [title, { prefix, description, body }] of snippets)
    it(`${title} inserts what its schema allows`, () => {
      assert.match(prefix, /^assistant/);
      assert.notEqual(description, "");
      const value = parse(plain(body.join("\n"))) as unknown;
      const whole = Array.isArray(value) ? { name: "a", tools: value } : { name: "a", ...(value as object) };
      const schema = prefix.includes("vector-store") ? storeFileSchema : assistantSchema;
      const { errors } = new Validator(schema, "7").validate(whole);
      assert.deepEqual(errors, []);
    });
});

describe("store definitions", () => {
  it("complete from the schema that the extension brings", async () => {
    assert.deepEqual((await labelsWith(storeFileSchema, "vectorstore", "|")).slice(0, 2), ["name", "include"]);
    assert.deepEqual(await labelsWith(storeFileSchema, "vectorstore", "chunking_strategy: { type: | }"), [
      "auto",
      "static",
    ]);
    const sizes = await labelsWith(
      storeFileSchema,
      "vectorstore",
      "chunking_strategy:\n  type: static\n  static:\n    |",
    );
    assert.deepEqual(sizes, ["max_chunk_size_tokens", "chunk_overlap_tokens"]);
    assert.deepEqual(await labelsWith(storeFileSchema, "vectorstore", "expires_after:\n  anchor: |"), [
      "last_active_at",
    ]);
    assert.ok((await labelsWith(storeFileSchema, "vectorstore", "include:\n  - |")).includes("docs/"));
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { canonicalJson, fingerprintOf } from "../../../src/core/sync/canonical.ts";
import { equalFields, fieldsOf } from "../../../src/core/sync/fields.ts";
import { paramsOf, patchOf } from "../../../src/core/sync/fieldsToWire.ts";
import { newDefinitionPath, newDefinitionText } from "../../../src/core/sync/newDefinition.ts";
import { referencePath } from "../../../src/core/sync/referencePath.ts";
import { Random } from "../core/random.ts";

const plain = { name: "A", model: "m" };

describe("an assistant as fields", () => {
  it("what servers fill in by themselves is no change", () => {
    const echoed = {
      id: "asst_1",
      object: "assistant",
      created_at: 1,
      ...plain,
      description: null,
      instructions: "",
      tools: [
        { type: "file_search", file_search: { ranking_options: { ranker: "default_2024_08_21", score_threshold: 0 } } },
        { type: "function", function: { name: "f", parameters: { type: "object", properties: {} }, strict: false } },
      ],
      tool_resources: { code_interpreter: { file_ids: [] } },
      metadata: { assistants_workbench: "x#1" },
      temperature: 1,
      top_p: 1,
      response_format: "auto",
      reasoning_effort: null,
    };
    const sent = { ...plain, tools: [{ type: "file_search" }, { type: "function", function: { name: "f" } }] };
    assert.deepEqual(fieldsOf(echoed), fieldsOf(sent));
    assert.equal(fingerprintOf(fieldsOf(echoed)), fingerprintOf(fieldsOf(sent)));
  });

  it("what a person set is a field of its own", () => {
    const base = fieldsOf(plain);
    for (const [changed, key] of [
      [{ temperature: 0 }, "temperature"],
      [{ top_p: 0.5 }, "top_p"],
      [{ reasoning_effort: "high" }, "reasoning_effort"],
      [{ response_format: { type: "text" } }, "response_format"],
      [{ metadata: { team: "x" } }, "metadata/team"],
      [{ tools: [{ type: "function", function: { name: "f" } }] }, "tools/function/f"],
      [{ tools: [{ type: "bing_grounding", bing_grounding: {} }] }, "tools/bing_grounding"],
      [{ tool_resources: { file_search: { vector_store_ids: ["vs_1"] } } }, "tool_resources/vector_store_ids"],
      [{ tool_resources: { code_interpreter: { file_ids: ["file-1"] } } }, "tool_resources/file_ids"],
    ] as const) {
      const fields = fieldsOf({ ...plain, ...changed });
      assert.deepEqual(
        Object.keys(fields).filter((one) => base[one] === undefined),
        [key],
      );
      assert.notEqual(fingerprintOf(fields), fingerprintOf(base));
    }
  });

  it("values are equal where their canonical JSON is", () => {
    const random = new Random(3);
    const value = (depth: number): unknown => {
      const leaf = [undefined, null, 0, -0, 1, Number.NaN, "", "a", true, {}, []];
      if (depth === 0 || random.chance(0.4)) return random.pick(leaf.map((item) => ({ item }))).item;
      const keys = ["a", "b", "toString", "__proto__"].filter(() => random.chance(0.5));
      if (random.chance(0.3)) return keys.map(() => value(depth - 1));
      return Object.fromEntries(keys.map((key) => [key, value(depth - 1)]));
    };
    let equal = 0;
    for (let round = 0; round < 5000; round += 1) {
      const [a, b] = [value(2), value(2)];
      assert.equal(equalFields(a, b), canonicalJson(a) === canonicalJson(b), `${canonicalJson(a)} ${canonicalJson(b)}`);
      if (a !== b && equalFields(a, b)) equal += 1;
    }
    assert.ok(equal > 40, String(equal));
  });

  it("a 32-bit float and an order of keys are no change", () => {
    assert.deepEqual(fieldsOf({ ...plain, temperature: 0.200_000_002_98 }), fieldsOf({ ...plain, temperature: 0.2 }));
    assert.equal(fingerprintOf({ a: 1, b: [{ c: 1, d: 2 }] }), fingerprintOf({ b: [{ d: 2, c: 1 }], a: 1 }));
  });

  it("a patch sends what changed, and lists and maps whole", () => {
    const target = fieldsOf({ ...plain, metadata: { team: "x" }, tools: [{ type: "code_interpreter" }] });
    assert.deepEqual(
      patchOf(target, ["metadata/team", "temperature", "tools/file_search", "tool_resources/file_ids"], "mark#1"),
      {
        metadata: { team: "x", assistants_workbench: "mark#1" },
        temperature: null,
        tools: [{ type: "code_interpreter" }],
        tool_resources: { code_interpreter: { file_ids: [] } },
      },
    );
    assert.deepEqual(patchOf(target, ["response_format"], "m"), { response_format: "auto" });
  });

  it("a full map of metadata goes without the marker", () => {
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, "v"]));
    assert.deepEqual(paramsOf(fieldsOf({ ...plain, metadata }), "m").metadata, metadata);
  });
});

describe("files for assistants", () => {
  it("get paths that every system takes, and none that is taken", () => {
    const path = (name: string | null, taken: readonly string[] = []): string =>
      newDefinitionPath({ id: "asst_AB", name }, new Set(taken));
    assert.equal(path("Order Support!"), "order-support.assistant.yaml");
    assert.equal(path("Order Support", ["order-support.assistant.yaml"]), "order-support-2.assistant.yaml");
    for (const name of [null, "", "…", "日本", "CON", "../.."]) assert.equal(path(name), "asst-ab.assistant.yaml");
  });

  it("hold lines of text as lines", () => {
    assert.equal(
      newDefinitionText(fieldsOf({ ...plain, instructions: "a\n\nb\n" }), "x"),
      "name: A\nmodel: m\ninstructions: |\n  a\n\n  b\n",
    );
  });

  it("refer to nothing outside their folder", () => {
    assert.equal(referencePath("agents/a.assistant.yaml", "./b/../c.md"), "agents/c.md");
    assert.equal(referencePath("agents/a.assistant.yaml", "..\\c.md"), "c.md");
    for (const reference of ["../../c.md", "/etc/passwd", "C:\\x", "..", "a\0b"])
      assert.equal(referencePath("agents/a.assistant.yaml", reference), null, reference);
  });
});

import { Validator } from "@cfworker/json-schema";
import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonAnswer } from "../../../src/runtime/upstream/offline/jsonAnswer.ts";

const schemas = [
  {
    type: "object",
    properties: {
      a: { type: "string", minLength: 40, maxLength: 41 },
      b: { type: "integer", minimum: 5, multipleOf: 4 },
    },
    required: ["a", "b"],
    additionalProperties: false,
  },
  {
    type: "array",
    items: {
      type: "object",
      properties: { when: { type: "string", format: "date-time" }, who: { type: "string", format: "email" } },
      required: ["when", "who"],
    },
    minItems: 2,
  },
  {
    type: "object",
    properties: { x: { $ref: "#/$defs/node" } },
    required: ["x"],
    $defs: {
      node: {
        type: "object",
        properties: { next: { anyOf: [{ type: "null" }, { $ref: "#/$defs/node" }] }, v: { enum: [3, 4] } },
        required: ["v"],
      },
    },
  },
  {
    type: "object",
    properties: {
      n: { type: "number", exclusiveMinimum: 0, maximum: 0.5 },
      s: { type: ["string", "null"], description: "a code, e.g. AB-12", pattern: "^[A-Z]{2}-\\d+$" },
      yes: { type: "boolean" },
    },
    required: ["n", "s", "yes"],
  },
  { const: 7 },
];

test("the answer is valid for its schema, whatever the words are", () => {
  for (const schema of schemas) {
    for (const text of ["", "order AB-7 for ann@example.com at 0.25, 12 pieces, yes"]) {
      const answer: unknown = JSON.parse(jsonAnswer(schema, text, []));
      const { valid, errors } = new Validator(schema as never, "2020-12").validate(answer);
      assert.ok(valid, `${JSON.stringify(answer)} ${JSON.stringify(errors)}`);
    }
  }
});

test("values come from the outputs first, then from the words", () => {
  const schema = {
    type: "object",
    properties: { status: { type: "string" }, city: { enum: ["Oslo", "Rome"] } },
    required: ["status", "city"],
  };
  const answer = jsonAnswer(schema, "What about Rome?", [
    { name: "f", arguments: "{}", output: '{"result":{"status":"sunny"}}' },
  ]);
  assert.deepEqual(JSON.parse(answer), { status: "sunny", city: "Rome" });
});

test("without a schema, an object that says what it is", () => {
  assert.deepEqual(JSON.parse(jsonAnswer(undefined, "x", [])), { note: "offline demonstration, no model" });
});

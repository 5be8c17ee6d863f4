import type { Schema } from "./jsonSchema.ts";

/** What people write in `function.parameters`: the part of JSON Schema that models are told of, with words for each keyword. */
const schemaMap = { type: "object", additionalProperties: { $ref: "#" } };
const schemaList = { type: "array", items: { $ref: "#" } };
const types = { enum: ["object", "string", "integer", "number", "boolean", "array", "null"] };
const count = { type: "integer", minimum: 0 };

export const metaSchema: Schema = {
  type: "object",
  properties: {
    type: {
      anyOf: [types, { type: "array", items: types }],
      description: "What kind of value this is. The parameters of a function are an `object`.",
    },
    description: { type: "string", description: "What the value means: the model reads this." },
    properties: { ...schemaMap, description: "The named values of an object, each with a schema of its own." },
    required: {
      type: "array",
      items: { type: "string" },
      uniqueItems: true,
      description: "Names of properties that must be given. In strict mode: all of them.",
    },
    additionalProperties: {
      anyOf: [{ type: "boolean" }, { $ref: "#" }],
      description: "Whether properties that are not named may be given. Strict mode asks for `false`.",
    },
    items: { $ref: "#", description: "The schema of each item of an array." },
    enum: { type: "array", description: "The only values that are allowed." },
    const: { description: "The only value that is allowed." },
    anyOf: { ...schemaList, description: "The value fits one of these schemas at least." },
    allOf: { ...schemaList, description: "The value fits all of these schemas. Not in strict mode." },
    oneOf: { ...schemaList, description: "The value fits exactly one of these schemas. Not in strict mode." },
    not: { $ref: "#", description: "The value does not fit this schema. Not in strict mode." },
    format: {
      type: "string",
      examples: ["date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid", "uri"],
      description: "The form of a string.",
    },
    pattern: { type: "string", description: "A regular expression that a string matches." },
    minLength: { ...count, description: "The fewest characters of a string." },
    maxLength: { ...count, description: "The most characters of a string." },
    minimum: { type: "number", description: "The smallest number allowed." },
    maximum: { type: "number", description: "The greatest number allowed." },
    exclusiveMinimum: { type: "number", description: "Numbers are greater than this." },
    exclusiveMaximum: { type: "number", description: "Numbers are smaller than this." },
    multipleOf: { type: "number", description: "Numbers are multiples of this." },
    minItems: { ...count, description: "The fewest items of an array." },
    maxItems: { ...count, description: "The most items of an array." },
    uniqueItems: { type: "boolean", description: "Whether an item may stand in an array only once." },
    title: { type: "string", description: "A short name, for people." },
    default: {
      description: "What holds when nothing is given. For the reader: nobody fills it in. Not in strict mode.",
    },
    examples: { type: "array", description: "Values as they might be. For the model to read." },
    $ref: { type: "string", description: "A schema elsewhere in these parameters, such as `#/$defs/address`." },
    $defs: { ...schemaMap, description: "Schemas to refer to with `$ref`." },
  },
};

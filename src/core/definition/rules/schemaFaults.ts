import type { FieldPath } from "../edit/fieldChange.ts";
import { isJsonMap } from "../json.ts";
import type { JsonMap } from "../json.ts";

export interface SchemaFault {
  readonly message: string;
  readonly path: FieldPath;
}

const types: ReadonlySet<unknown> = new Set(["object", "array", "string", "number", "integer", "boolean", "null"]);
const wholeNumbers = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];
const numbers = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

/**
 * What is wrong with a JSON Schema, as far as servers look at it (draft 2020-12 without its rare corners). Words that are no
 * part of JSON Schema are let pass, as servers do.
 */
export function schemaFaults(schema: unknown, root: JsonMap, path: FieldPath = []): readonly SchemaFault[] {
  if (typeof schema === "boolean") return [];
  if (!isJsonMap(schema)) return [{ message: "A schema is a map of keywords, or true or false.", path }];
  // Anchors can make a schema that contains itself; nobody nests this deep by hand.
  if (path.length > 60) return [];
  return [
    ...typeFaults(schema, path),
    ...valueFaults(schema, path),
    ...referenceFaults(schema, root, path),
    ...innerFaults(schema, root, path),
  ];
}

function typeFaults(schema: JsonMap, path: FieldPath): readonly SchemaFault[] {
  const type = schema["type"];
  if (type === undefined) return [];
  const all: readonly unknown[] = Array.isArray(type) ? type : [type];
  const wrong = all.find((one) => !types.has(one));
  if (wrong === undefined && all.length > 0) return [];
  return [
    {
      message: `${JSON.stringify(wrong ?? type)} is no type of JSON Schema: object, array, string, number, integer, boolean, null.`,
      path: [...path, "type"],
    },
  ];
}

function valueFaults(schema: JsonMap, path: FieldPath): readonly SchemaFault[] {
  const faults: SchemaFault[] = [];
  const say = (word: string, message: string): void =>
    void faults.push({ message: `\`${word}\` ${message}`, path: [...path, word] });
  const {
    required,
    enum: values,
    pattern,
  } = schema as { readonly required?: unknown; readonly enum?: unknown; readonly pattern?: unknown };
  if (required !== undefined) {
    if (!Array.isArray(required) || required.some((name) => typeof name !== "string"))
      say("required", "is a list of names.");
    else {
      const known = isJsonMap(schema["properties"]) ? schema["properties"] : null;
      const unknown = known === null ? undefined : required.find((name) => !Object.hasOwn(known, String(name)));
      if (unknown !== undefined) say("required", `names ${String(unknown)}, which is no property.`);
    }
  }
  if (values !== undefined && (!Array.isArray(values) || values.length === 0))
    say("enum", "is a list of one or more values.");
  if (pattern !== undefined && !isPattern(pattern)) say("pattern", "is no regular expression.");
  for (const word of wholeNumbers)
    if (schema[word] !== undefined && !(Number.isInteger(schema[word]) && Number(schema[word]) >= 0))
      say(word, "is a whole number, 0 or more.");
  for (const word of numbers)
    if (schema[word] !== undefined && typeof schema[word] !== "number") say(word, "is a number.");
  if (schema["description"] !== undefined && typeof schema["description"] !== "string")
    say("description", "is a string.");
  return faults;
}

function isPattern(pattern: unknown): boolean {
  if (typeof pattern !== "string") return false;
  try {
    return new RegExp(pattern, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

function referenceFaults(schema: JsonMap, root: JsonMap, path: FieldPath): readonly SchemaFault[] {
  const reference = schema["$ref"];
  if (reference === undefined) return [];
  if (typeof reference !== "string") return [{ message: "`$ref` is a string.", path: [...path, "$ref"] }];
  if (!reference.startsWith("#"))
    return [{ message: "`$ref` points inside the schema itself (`#/…`).", path: [...path, "$ref"] }];
  let at: unknown = root;
  for (const part of reference.slice(1).split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    at =
      isJsonMap(at) && Object.hasOwn(at, key)
        ? at[key]
        : Array.isArray(at)
          ? (at as readonly unknown[])[Number(key)]
          : undefined;
  }
  return at === undefined
    ? [{ message: `\`${reference}\` points at nothing in this schema.`, path: [...path, "$ref"] }]
    : [];
}

function innerFaults(schema: JsonMap, root: JsonMap, path: FieldPath): readonly SchemaFault[] {
  const faults: SchemaFault[] = [];
  for (const word of ["properties", "$defs", "definitions", "patternProperties"]) {
    const inner = schema[word];
    if (inner === undefined) continue;
    if (!isJsonMap(inner)) faults.push({ message: `\`${word}\` is a map of schemas.`, path: [...path, word] });
    else
      for (const [name, one] of Object.entries(inner)) faults.push(...schemaFaults(one, root, [...path, word, name]));
  }
  for (const word of ["items", "additionalProperties", "not"])
    if (schema[word] !== undefined && !Array.isArray(schema[word]))
      faults.push(...schemaFaults(schema[word], root, [...path, word]));
  for (const word of ["anyOf", "oneOf", "allOf", "prefixItems"]) {
    const inner = schema[word];
    if (inner === undefined) continue;
    if (!Array.isArray(inner) || inner.length === 0)
      faults.push({ message: `\`${word}\` is a list of schemas.`, path: [...path, word] });
    else for (const [index, one] of inner.entries()) faults.push(...schemaFaults(one, root, [...path, word, index]));
  }
  return faults;
}

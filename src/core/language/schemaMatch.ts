import { isMap, isScalar, isSeq } from "yaml";
import type { Document, Node } from "yaml";

import type { Schema } from "./jsonSchema.ts";
import { marker } from "./marker.ts";
import { childOf, keyOf, pairsOf } from "./nodes.ts";

/** Whether a node fulfils a condition (`if`). What is not there, or is being typed, fulfils none. */
export function matches(schema: Schema, node: Node | null, document: Document): boolean {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  if (!required.every((key) => typeof key === "string" && childOf(node, key, document) !== null)) return false;
  if ("const" in schema && !isOneOf(node, [schema["const"]])) return false;
  if (Array.isArray(schema["enum"]) && !isOneOf(node, schema["enum"])) return false;
  if (schema["type"] !== undefined && !isUnknown(node) && !hasType(schema["type"], node)) return false;
  if (isSchema(schema["not"]) && matches(schema["not"], node, document)) return false;
  if (Array.isArray(schema["anyOf"]) && !schema["anyOf"].some((one) => isSchema(one) && matches(one, node, document)))
    return false;
  if (Array.isArray(schema["allOf"]) && !schema["allOf"].every((one) => isSchema(one) && matches(one, node, document)))
    return false;
  return Object.entries(isSchema(schema["properties"]) ? schema["properties"] : {}).every(([key, one]) => {
    const child = childOf(node, key, document);
    return child === null || !isSchema(one) || matches(one, child, document);
  });
}

/** Whether a node, as far as it is written, may still become what an alternative asks for. */
export function couldMatch(schema: Schema, node: Node | null, document: Document): boolean {
  if (isUnknown(node)) return true;
  if (schema["type"] !== undefined && !hasType(schema["type"], node)) return false;
  // A scalar beside enum and const may be about to change into one of them.
  if (!isMap(node)) return schema["type"] !== undefined || isScalar(node);
  const known = isSchema(schema["properties"]) ? schema["properties"] : {};
  return pairsOf(node, document).every((pair) => {
    const property = known[keyOf(pair) ?? ""];
    const child = childOf(node, keyOf(pair) ?? "", document);
    if (!isSchema(property) || isUnknown(child)) return true;
    if ("const" in property) return isOneOf(child, [property["const"]]);
    return !Array.isArray(property["enum"]) || isOneOf(child, property["enum"]);
  });
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOneOf(node: Node | null, values: readonly unknown[]): boolean {
  return isScalar(node) && values.includes(node.value);
}

/** Nothing there yet, or just what stands for the cursor. */
function isUnknown(node: Node | null): boolean {
  if (node === null) return true;
  if (isScalar(node)) return node.value === null || (typeof node.value === "string" && node.value.includes(marker));
  // `key:` with the cursor on the line below: a map of nothing but the cursor.
  return isMap(node) && node.items.length === 1 && node.items.every((pair) => keyOf(pair)?.includes(marker) === true);
}

function hasType(type: unknown, node: Node | null): boolean {
  const types = Array.isArray(type) ? type : [type];
  if (isMap(node)) return types.includes("object");
  if (isSeq(node)) return types.includes("array");
  if (!isScalar(node)) return true;
  switch (typeof node.value) {
    case "string":
      return types.includes("string");
    case "boolean":
      return types.includes("boolean");
    case "number":
    case "bigint":
      return types.includes("number") || types.includes("integer");
    default:
      return types.includes("null");
  }
}

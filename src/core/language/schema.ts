import { isScalar, isSeq } from "yaml";
import type { Document, Node } from "yaml";

import type { Schema } from "./jsonSchema.ts";
import { metaSchema } from "./metaSchema.ts";
import { childOf, pathMatches, resolved } from "./nodes.ts";
import type { Path } from "./nodes.ts";
import { couldMatch, matches } from "./schemaMatch.ts";

/** A schema without its applicators followed: with the root that its references are resolved in. */
export interface SchemaView {
  readonly root: Schema;
  readonly schema: Schema;
}

/** Deeper than any schema of ours; ends a reference that leads to itself. */
const maxDepth = 24;

/** Where people write JSON Schema of their own. */
const schemaPaths = ["tools.*.function.parameters", "response_format.json_schema.schema"];

/** Whether a path lies in, or is, a JSON Schema that a person writes. */
export function isInWrittenSchema(path: Path): boolean {
  return schemaPaths.some((pattern) => pathMatches(path.slice(0, pattern.split(".").length), pattern));
}

/** The schemas that hold for the value at a path, given what the document says about its kind. */
export function schemasAt(root: Schema, path: Path, document: Document): readonly SchemaView[] {
  let node = resolved(document.contents, document);
  let views = expand({ root, schema: root }, node, document);
  for (const [index, step] of path.entries()) {
    node = childOf(node, step, document);
    const below = views.flatMap((view) => childrenOf(view, step));
    if (schemaPaths.some((pattern) => pathMatches(path.slice(0, index + 1), pattern)))
      below.push({ root: metaSchema, schema: metaSchema });
    views = below.flatMap((view) => expand(view, node, document));
  }
  return views;
}

/** Schemas of the value below a key or an index. */
export function childrenOf(view: SchemaView, step: string | number): SchemaView[] {
  const { root, schema } = view;
  if (typeof step === "number") {
    const { prefixItems, items } = schema;
    const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
    return viewOf(root, step < tuple.length ? tuple[step] : Array.isArray(items) ? schema["additionalItems"] : items);
  }
  const properties = schemaOf(schema["properties"]);
  if (properties !== null && Object.hasOwn(properties, step)) return viewOf(root, properties[step]);
  const patterns = Object.entries(schemaOf(schema["patternProperties"]) ?? {}).filter(([pattern]) =>
    new RegExp(pattern, "u").test(step),
  );
  if (patterns.length > 0) return patterns.flatMap(([, one]) => viewOf(root, one));
  return viewOf(root, schema["additionalProperties"]);
}

/** Follows references and applicators; of alternatives those that the node leaves open. */
export function expand(view: SchemaView, node: Node | null, document: Document, depth = 0): SchemaView[] {
  if (depth > maxDepth) return [];
  const { root, schema } = view;
  const into = (next: unknown): SchemaView[] =>
    viewOf(root, next).flatMap((one) => expand(one, node, document, depth + 1));
  const found: SchemaView[] = [view];
  found.push(...into(referenced(root, schema["$ref"])));
  for (const one of listOf(schema["allOf"])) found.push(...into(one));
  for (const one of [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])]) {
    const branch = schemaOf(one);
    if (branch !== null && couldMatch(follow(root, branch), node, document)) found.push(...into(branch));
  }
  const condition = schemaOf(schema["if"]);
  if (condition !== null) found.push(...into(matches(condition, node, document) ? schema["then"] : schema["else"]));
  return found;
}

/** The schema that a reference at the top leads to. */
function follow(root: Schema, schema: Schema): Schema {
  return schemaOf(referenced(root, schema["$ref"])) ?? schema;
}

/** What a reference into the same schema (`#/definitions/…`) leads to; null where it leads elsewhere, or nowhere. */
export function referenced(root: Schema, reference: unknown): unknown {
  if (typeof reference !== "string" || !reference.startsWith("#")) return null;
  let target: unknown = root;
  for (const part of reference.slice(1).split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    target = schemaOf(target)?.[key] ?? null;
  }
  return target;
}

export function schemaOf(value: unknown): Schema | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : null;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function viewOf(root: Schema, schema: unknown): SchemaView[] {
  const found = schemaOf(schema);
  return found === null ? [] : [{ root, schema: found }];
}

/** Type names that a view allows; those that follow from its other keywords where it names none. */
export function typesOf(schema: Schema): readonly string[] {
  const { type } = schema;
  if (typeof type === "string") return [type];
  if (Array.isArray(type)) return type.filter((one) => typeof one === "string");
  if (schema["properties"] !== undefined) return ["object"];
  return schema["items"] === undefined ? [] : ["array"];
}

/** Plain values of a list's scalars. */
export function valuesOf(node: Node | null): readonly unknown[] {
  return isSeq(node) ? node.items.flatMap((item) => (isScalar(item) ? [item.value] : [])) : [];
}

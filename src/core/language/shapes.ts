import { pathMatches } from "./nodes.ts";
import type { Path } from "./nodes.ts";
import { childrenOf, listOf, referenced, schemaOf, typesOf } from "./schema.ts";
import type { SchemaView } from "./schema.ts";
import type { Shape } from "./shape.ts";

export interface NamedShape {
  readonly label: string;
  readonly detail: string;
  readonly shape: Shape;
}

const stop = (text = ""): Shape => ({ kind: "stop", text });
const raw = (text = ""): Shape => ({ kind: "stop", text, raw: true });
const scalar = (value: string | number | boolean): Shape => ({ kind: "scalar", value });
const map = (...entries: readonly (readonly [string, Shape])[]): Shape => ({ kind: "map", entries });
const list = (...items: readonly Shape[]): Shape => ({ kind: "list", items });

const property = map(["type", stop("string")], ["description", stop("What it means")]);

const parameters = map(
  ["type", scalar("object")],
  ["properties", map(["name", property])],
  ["required", list(scalar("name"))],
);

const functionBody = map(
  ["name", stop("get_something")],
  ["description", stop("What it does, and when to call it")],
  ["parameters", parameters],
);

/** Scaffolds that say more than the schema's required fields, by their place. */
const written: readonly (readonly [pattern: string, shapes: readonly NamedShape[]])[] = [
  [
    "tools.*",
    [
      {
        label: "function",
        detail: "A function that your code answers",
        shape: map(["type", scalar("function")], ["function", functionBody]),
      },
      {
        label: "file_search",
        detail: "Search in a vector store",
        shape: map(["type", scalar("file_search")]),
      },
      {
        label: "code_interpreter",
        detail: "Python in a sandbox",
        shape: map(["type", scalar("code_interpreter")]),
      },
    ],
  ],
  ["tools.*.function", [{ label: "function", detail: "Name, description, parameters", shape: functionBody }]],
  ["tools.*.function.parameters", [{ label: "parameters", detail: "An object with one property", shape: parameters }]],
  [
    "tools.*.function.parameters.properties",
    [{ label: "new property", detail: "With its type and meaning", shape: map(["name", property]) }],
  ],
  [
    "tools.*.handler",
    [
      {
        label: "handler",
        detail: "A command that answers the calls",
        shape: map(["command", list(stop("node"), stop("./tools/handler.mjs"))]),
      },
      {
        label: "handler: module",
        detail: "A function of a file that answers the calls",
        shape: map(["module", map(["file", stop("./tools/handler.mjs")], ["export", stop("default")])]),
      },
      {
        label: "handler: http",
        detail: "A request that answers the calls",
        shape: map(["http", map(["method", scalar("POST")], ["url", stop("http://localhost:8000/")])]),
      },
    ],
  ],
  [
    "tool_resources.file_search",
    [{ label: "file_search", detail: "The vector store", shape: map(["vector_store", stop()]) }],
  ],
  [
    "tool_resources.code_interpreter",
    [{ label: "code_interpreter", detail: "Files for the sandbox", shape: map(["files", list(stop("./data.csv"))]) }],
  ],
  ["run", [{ label: "run", detail: "Budgets of a run", shape: map(["max_completion_tokens", raw("2000")]) }]],
];

export function writtenShapes(path: Path): readonly NamedShape[] {
  return written.find(([pattern]) => pathMatches(path, pattern))?.[1] ?? [];
}

/** What a value begins as: a scaffold of its own, or what its schema requires. */
export function shapeFor(path: Path, views: readonly SchemaView[], depth = 0): Shape {
  const own = writtenShapes(path);
  if (own.length === 1 && own[0] !== undefined) return own[0].shape;
  const always = views.flatMap((view) => referencesOf(view));
  const branches = always.flatMap((view) => alternativesOf(view));
  const all = [...always, ...branches.flat()];
  const options = unique(all.flatMap(({ schema }) => ("const" in schema ? [schema["const"]] : listOf(schema["enum"]))));
  const types = unique(all.flatMap(({ schema }) => typesOf(schema))).filter((type) => type !== "null");
  // A choice between a word and a map is left to who types.
  if (types.length > 1 && types[0] !== "string") return raw();
  if (options.length > 0 && types[0] === "object") return raw();
  if (options.length === 1) return scalar(options[0] ?? "");
  if (options.length > 1) return { kind: "choice", options: options.map(String) };
  const below = (step: string | number): Shape =>
    depth > 4
      ? stop()
      : shapeFor(
          [...path, step],
          all.flatMap((view) => childrenOf(view, step)),
          depth + 1,
        );
  switch (types[0]) {
    case "object":
      return map(...requiredIn(always, branches).map((key): readonly [string, Shape] => [key, below(key)]));
    case "array":
      return list(below(0));
    case "boolean":
      return { kind: "choice", options: ["true", "false"] };
    case "string":
      return stop();
    default:
      return raw();
  }
}

/** A schema with its references and `allOf`: what holds in any case. */
function referencesOf(view: SchemaView, depth = 0): readonly SchemaView[] {
  if (depth > 8) return [];
  const { root, schema } = view;
  const next = [referenced(root, schema["$ref"]), ...listOf(schema["allOf"])].map(schemaOf);
  return [view, ...next.flatMap((one) => (one === null ? [] : referencesOf({ root, schema: one }, depth + 1)))];
}

/** The alternatives of a schema, each with its references. */
function alternativesOf({ root, schema }: SchemaView): readonly (readonly SchemaView[])[] {
  const branches = [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])].map(schemaOf);
  return branches.flatMap((one) => (one === null ? [] : [referencesOf({ root, schema: one })]));
}

/** Keys that are required in any case: by the schema, or by each of its alternatives that are objects. */
function requiredIn(always: readonly SchemaView[], branches: readonly (readonly SchemaView[])[]): readonly string[] {
  const requiredOf = (views: readonly SchemaView[]): readonly string[] =>
    views.flatMap(({ schema }) => listOf(schema["required"])).map(String);
  const objects = branches.filter((views) => views.some(({ schema }) => typesOf(schema).includes("object")));
  const [first, ...others] = objects.map(requiredOf);
  const shared = (first ?? []).filter((key) => others.every((keys) => keys.includes(key)));
  return [...new Set([...requiredOf(always), ...shared])];
}

function unique<T>(values: readonly T[]): readonly (T & (string | number | boolean))[] {
  const scalars = values.filter((value): value is T & (string | number | boolean) =>
    ["string", "number", "boolean"].includes(typeof value),
  );
  return [...new Set(scalars)];
}

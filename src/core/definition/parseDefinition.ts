import { Validator } from "@cfworker/json-schema";
import type { Schema } from "@cfworker/json-schema";
import { LineCounter, isAlias, isMap, isNode, isPair, isScalar, parseDocument, visit } from "yaml";
import type { Document, Node } from "yaml";

import schema from "../../../schemas/assistant.schema.json" with { type: "json" };
import type { AssistantTool, Metadata, ResponseFormat } from "../wire.ts";
import type { Definition, ParsedDefinition, Problem, RunDefaults } from "./definition.ts";

const validator = new Validator(schema as unknown as Schema, "7", false);

/**
 * Reads a definition. Never throws: whatever is wrong with the text becomes a problem at its range.
 * JSON is read as YAML, of which it is a subset.
 */
export function parseDefinition(text: string): ParsedDefinition {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, merge: true });
  const problems: Problem[] = [
    ...document.errors.map((error) => yamlProblem("error", error.message, error.pos, text)),
    ...document.warnings.map((warning) => yamlProblem("warning", warning.message, warning.pos, text)),
    ...unresolvedAliases(document),
  ];
  if (problems.some((problem) => problem.severity === "error"))
    return { valid: false, name: nameOf(document), problems };

  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 1000 });
  } catch (error) {
    // The yaml package throws here on alias bombs.
    problems.push({
      severity: "error",
      code: "yaml",
      message: error instanceof Error ? error.message : String(error),
      start: 0,
      end: text.length,
    });
    return { valid: false, name: nameOf(document), problems };
  }
  if (!isRecord(value)) {
    const message =
      text.trim() === "" ? "The definition is empty: it needs at least a name." : "A definition is a map of fields.";
    problems.push({ severity: "error", code: "schema", message, start: 0, end: text.length });
    return { valid: false, name: null, problems };
  }
  problems.push(...schemaProblems(value, document, text), ...unresolvedReferences(value, document, text));
  if (problems.some((problem) => problem.severity === "error"))
    return { valid: false, name: nameOf(document), problems };
  return { valid: true, definition: definitionOf(value, document, lines), problems };
}

function yamlProblem(
  severity: Problem["severity"],
  message: string,
  pos: readonly [number, number],
  text: string,
): Problem {
  // The package appends an excerpt with a caret; the editor shows the place itself.
  const words = message.split(/ at line \d+/)[0] ?? message;
  const start = Math.min(pos[0], Math.max(0, text.length - 1));
  return { severity, code: "yaml", message: words, start, end: Math.max(start + 1, Math.min(pos[1], text.length)) };
}

/** `*nope` without an anchor raises nothing by itself until it is used. */
function unresolvedAliases(document: Document): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (isAlias(alias) && alias.resolve(document) === undefined) {
        const [start, end] = alias.range ?? [0, 1];
        problems.push({ severity: "error", code: "yaml", message: `No anchor named ${alias.source}.`, start, end });
      }
    },
  });
  return problems;
}

function schemaProblems(value: unknown, document: Document, text: string): readonly Problem[] {
  const result = validator.validate(value);
  if (result.valid) return [];
  // Each failure is reported at every level of the schema on its way up; the deepest ones say what is wrong.
  const depth = Math.max(...result.errors.map((error) => pathOf(error.instanceLocation).length));
  const leaves = result.errors.filter((error) => !wrappers.has(error.keyword));
  const chosen =
    leaves.length > 0 ? leaves : result.errors.filter((error) => pathOf(error.instanceLocation).length === depth);
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const error of chosen) {
    if (seen.has(error.instanceLocation)) continue;
    seen.add(error.instanceLocation);
    const path = pathOf(error.instanceLocation);
    const where = path.length === 0 ? "The definition" : `\`${path.join(".")}\``;
    const message = `${where}: ${error.error.replace(/^Instance /, "").replace(/^./, (letter) => letter.toLowerCase())}`;
    problems.push({ severity: "error", code: "schema", message, ...rangeAt(document, path, text) });
  }
  return problems;
}

const wrappers: ReadonlySet<string> = new Set([
  "properties",
  "items",
  "allOf",
  "anyOf",
  "if",
  "then",
  "$ref",
  "additionalProperties",
  "propertyNames",
]);

/** What this version cannot carry to a provider: said at its place, and left out of what is pushed. */
function unresolvedReferences(
  value: Readonly<Record<string, unknown>>,
  document: Document,
  text: string,
): readonly Problem[] {
  const problems: Problem[] = [];
  const resources = record(value["tool_resources"]);
  const store = record(resources["file_search"])["vector_store"];
  if (typeof store === "string" && !store.startsWith("vs_")) {
    const message = `The store "${store}" is not pushed: this version takes the id of an existing vector store (vs_…) here.`;
    problems.push({
      severity: "warning",
      code: "reference",
      message,
      ...rangeAt(document, ["tool_resources", "file_search", "vector_store"], text),
    });
  }
  if (Array.isArray(record(resources["code_interpreter"])["files"])) {
    const message = "These files are not uploaded: this version takes ids of existing files, as `file_ids`.";
    problems.push({
      severity: "warning",
      code: "reference",
      message,
      ...rangeAt(document, ["tool_resources", "code_interpreter", "files"], text),
    });
  }
  return problems;
}

function pathOf(pointer: string): readonly string[] {
  return pointer
    .replace(/^#\/?/, "")
    .split("/")
    .filter((part) => part !== "")
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The range of the node at a path; of the nearest parent that exists where it does not. */
function rangeAt(
  document: Document,
  path: readonly string[],
  text: string,
): { readonly start: number; readonly end: number } {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(document, path.slice(0, length));
    if (node?.range) {
      const [start, end] = node.range;
      return { start, end: Math.max(start + 1, end) };
    }
  }
  const newline = text.indexOf("\n");
  return { start: 0, end: Math.max(1, newline === -1 ? text.length : newline) };
}

function nodeAt(document: Document, path: readonly string[]): Node | null {
  const keys = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const node: unknown = document.getIn(keys, true);
  return isNode(node) ? node : null;
}

function nameOf(document: Document): string | null {
  if (!isMap(document.contents)) return null;
  const pair = document.contents.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === "name");
  const value = pair !== undefined && isScalar(pair.value) ? pair.value.value : null;
  return typeof value === "string" ? value : null;
}

function definitionOf(value: Readonly<Record<string, unknown>>, document: Document, lines: LineCounter): Definition {
  const resources = record(value["tool_resources"]);
  const search = record(resources["file_search"]);
  const interpreter = record(resources["code_interpreter"]);
  const store = search["vector_store"];
  const tools = (value["tools"] ?? []) as readonly (AssistantTool & Record<string, unknown>)[];
  return {
    name: value["name"] as string,
    description: (value["description"] as string | null | undefined) ?? null,
    model: (value["model"] as string | undefined) ?? null,
    instructions: instructionsOf(value["instructions"]),
    tools: tools.map((tool, index) => ({ ...tool, line: lineAt(document, lines, index) })),
    vectorStoreIds:
      typeof store === "string" && store.startsWith("vs_")
        ? [store]
        : ((search["vector_store_ids"] as string[] | undefined) ?? []),
    fileIds: (interpreter["file_ids"] as string[] | undefined) ?? [],
    metadata: (value["metadata"] as Metadata | undefined) ?? {},
    temperature: (value["temperature"] as number | null | undefined) ?? null,
    topP: (value["top_p"] as number | null | undefined) ?? null,
    reasoningEffort: (value["reasoning_effort"] as string | null | undefined) ?? null,
    responseFormat: (value["response_format"] as ResponseFormat | undefined) ?? null,
    run: (value["run"] as RunDefaults | undefined) ?? {},
  };
}

function instructionsOf(value: unknown): Definition["instructions"] {
  if (typeof value === "string") return { kind: "inline", text: value };
  return isRecord(value) ? { kind: "file", path: value["file"] as string } : null;
}

function lineAt(document: Document, lines: LineCounter, index: number): number {
  const node = nodeAt(document, ["tools", String(index)]);
  return node?.range ? lines.linePos(node.range[0]).line : 1;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

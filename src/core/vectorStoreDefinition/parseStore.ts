import { Validator } from "@cfworker/json-schema";
import type { Schema } from "@cfworker/json-schema";

import schema from "../../../schemas/vectorstore.schema.json" with { type: "json" };
import type { Problem } from "../definition/definition.ts";
import { isJsonMap, jsonMap } from "../definition/json.ts";
import type { JsonMap } from "../definition/json.ts";
import { secretsIn } from "../definition/rules/secrets.ts";
import { schemaProblems } from "../definition/schemaProblems.ts";
import type { Source } from "../definition/source.ts";
import { keyRangeAt, nameIn, rangeAt, readSource } from "../definition/source.ts";
import type { ChunkingStrategy, ParsedStore, StoreDefinition } from "./storeDefinition.ts";

const validator = new Validator(schema as unknown as Schema, "7", false);

/** Reads a store definition. Never throws: whatever is wrong with the text becomes a problem at its range. */
export function parseStore(text: string): ParsedStore {
  const source = readSource(text);
  const problems: Problem[] = [...source.problems];
  if (problems.some(({ severity }) => severity === "error")) return { valid: false, name: nameIn(source), problems };
  const { value } = source;
  if (!isJsonMap(value)) {
    const message = "A store definition is a map of fields: a name, and globs to include.";
    return {
      valid: false,
      name: null,
      problems: [...problems, { severity: "error", code: "schema", message, start: 0, end: text.length }],
    };
  }
  problems.push(...schemaProblems(source, validator, false), ...beyondSchema(source, value));
  if (problems.some(({ severity }) => severity === "error")) return { valid: false, name: nameIn(source), problems };
  return { valid: true, store: storeOf(value), problems };
}

/** What a schema cannot say. */
function beyondSchema(source: Source, value: JsonMap): readonly Problem[] {
  const problems: Problem[] = [];
  const chunks = jsonMap(jsonMap(value["chunking_strategy"])["static"]);
  const [most, overlap] = [chunks["max_chunk_size_tokens"], chunks["chunk_overlap_tokens"]];
  if (typeof most === "number" && typeof overlap === "number" && overlap > most / 2) {
    const message = `\`chunk_overlap_tokens\` is at most half of \`max_chunk_size_tokens\` (${Math.floor(most / 2)}).`;
    problems.push({
      severity: "error",
      code: "store-overlap",
      message,
      ...rangeAt(source, ["chunking_strategy", "static", "chunk_overlap_tokens"]),
    });
  }
  for (const field of ["include", "exclude"]) {
    const globs: readonly unknown[] = Array.isArray(value[field]) ? value[field] : [];
    for (const [index, glob] of globs.entries()) {
      if (typeof glob !== "string" || !/^(?:[/\\]|[A-Za-z]:|.*\.\.(?:[/\\]|$))/.test(glob)) continue;
      const message = "A glob stays inside the workspace: no absolute path, no `..`.";
      problems.push({ severity: "error", code: "store-glob", message, ...rangeAt(source, [field, index]) });
    }
  }
  if (typeof value["name"] === "string" && value["name"].startsWith("vs_")) {
    const message = "A name that begins with `vs_` would be taken for an id.";
    problems.push({ severity: "error", code: "store-name", message, ...keyRangeAt(source, ["name"]) });
  }
  for (const { start, end, what } of secretsIn(source.text))
    problems.push({
      severity: "error",
      code: "secret",
      message: `This looks like ${what}: keep secrets out of files that are committed.`,
      start,
      end,
    });
  return problems;
}

function storeOf(value: JsonMap): StoreDefinition {
  return {
    name: String(value["name"]),
    include: value["include"] as readonly string[],
    exclude: (value["exclude"] as readonly string[] | undefined) ?? [],
    chunkingStrategy: (value["chunking_strategy"] as ChunkingStrategy | null | undefined) ?? null,
    expiresAfter: (value["expires_after"] as StoreDefinition["expiresAfter"] | undefined) ?? null,
    attributes: (value["attributes"] as StoreDefinition["attributes"] | undefined) ?? {},
  };
}

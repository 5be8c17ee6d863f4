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
import type { Attributes, ChunkingStrategy, ParsedStore, StoreDefinition } from "./storeDefinition.ts";

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
  for (const field of ["include", "exclude", "allow_secrets"]) {
    const globs: readonly unknown[] = Array.isArray(value[field]) ? value[field] : [];
    for (const [index, item] of globs.entries()) {
      const glob = isJsonMap(item) ? item["glob"] : item;
      if (typeof glob !== "string" || !/^(?:[/\\]|[A-Za-z]:|.*\.\.(?:[/\\]|$))/.test(glob)) continue;
      const message = "A glob stays inside the workspace: no absolute path, no `..`.";
      problems.push({ severity: "error", code: "store-glob", message, ...rangeAt(source, [field, index]) });
    }
  }
  problems.push(...reservedAttributes(source, value));
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

/** Attributes that begin with `awb_` are the sync's own. */
function reservedAttributes(source: Source, value: JsonMap): readonly Problem[] {
  const include: readonly unknown[] = Array.isArray(value["include"]) ? value["include"] : [];
  const places = [["attributes"], ...include.map((_, index) => ["include", index, "attributes"])];
  return places.flatMap((path) => {
    const attributes = jsonMap(
      path.length === 1 ? value["attributes"] : jsonMap(include[Number(path[1])])["attributes"],
    );
    return Object.keys(attributes)
      .filter((key) => key.startsWith("awb_"))
      .map((key) => ({
        severity: "error" as const,
        code: "store-attribute",
        message: "Attributes that begin with `awb_` are kept for the sync: choose another name.",
        ...keyRangeAt(source, [...path, key]),
      }));
  });
}

function storeOf(value: JsonMap): StoreDefinition {
  const include = value["include"] as readonly (string | { readonly glob: string; readonly attributes?: Attributes })[];
  return {
    name: String(value["name"]),
    include: include.map((item) => (typeof item === "string" ? item : item.glob)),
    globAttributes: include.flatMap((item) =>
      typeof item === "string" || item.attributes === undefined
        ? []
        : [{ glob: item.glob, attributes: item.attributes }],
    ),
    exclude: (value["exclude"] as readonly string[] | undefined) ?? [],
    gitignore: value["gitignore"] !== false,
    allowSecrets: (value["allow_secrets"] as readonly string[] | undefined) ?? [],
    chunkingStrategy: (value["chunking_strategy"] as ChunkingStrategy | null | undefined) ?? null,
    expiresAfter: (value["expires_after"] as StoreDefinition["expiresAfter"] | undefined) ?? null,
    attributes: (value["attributes"] as StoreDefinition["attributes"] | undefined) ?? {},
  };
}

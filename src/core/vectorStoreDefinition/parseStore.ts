import { Validator } from "@cfworker/json-schema";
import type { Schema } from "@cfworker/json-schema";

import schema from "../../../schemas/vectorstore.schema.json" with { type: "json" };
import type { Problem } from "../definition/definition.ts";
import type { CheckOptions } from "../definition/checkedText.ts";
import { isJsonMap } from "../definition/json.ts";
import type { JsonMap } from "../definition/json.ts";
import { findingsOf } from "../definition/rules/rule.ts";
import { schemaProblems } from "../definition/schemaProblems.ts";
import { nameIn, readSource } from "../definition/source.ts";
import { storeRules } from "./rules.ts";
import type { Attributes, ChunkingStrategy, ParsedStore, StoreDefinition } from "./storeDefinition.ts";

const validator = new Validator(schema as unknown as Schema, "7", false);

/**
 * Reads a store definition and holds it to every rule that is not turned off. Never throws: whatever is wrong with the text
 * becomes a problem at its range.
 */
export function parseStore(text: string, { facts = {}, disabled }: CheckOptions = {}): ParsedStore {
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
  problems.push(...schemaProblems(source, validator, true));
  for (const rule of storeRules)
    if (disabled?.has(rule.code) !== true) problems.push(...findingsOf(rule, () => source, text, value, facts));
  problems.sort((a, b) => a.start - b.start);
  if (problems.some(({ severity }) => severity === "error")) return { valid: false, name: nameIn(source), problems };
  return { valid: true, store: storeOf(value), problems };
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

import { Validator } from "@cfworker/json-schema";
import type { Schema } from "@cfworker/json-schema";

import schema from "../../../schemas/assistant.schema.json" with { type: "json" };
import type { ParsedDefinition, Problem } from "./definition.ts";
import { definitionOf } from "./definitionOf.ts";
import { isJsonMap } from "./json.ts";
import type { DefinitionFacts, Rule } from "./rules/rule.ts";
import { findingsOf } from "./rules/rule.ts";
import { rules } from "./rules/table.ts";
import { schemaProblems } from "./schemaProblems.ts";
import { nameIn, readSource } from "./source.ts";
import type { Source } from "./source.ts";

const validator = new Validator(schema as unknown as Schema, "7", false);

export interface CheckOptions {
  /** What is known of the surroundings. Rules that need something that is not given say nothing. */
  readonly facts?: DefinitionFacts;
  /** Codes of rules that are turned off. */
  readonly disabled?: ReadonlySet<string>;
}

/** Reads a definition and holds it to every rule. Never throws: whatever is wrong becomes a problem at its range. */
export function checkDefinition(text: string, options: CheckOptions = {}): ParsedDefinition {
  return checkSource(readSource(text), rules, options);
}

/** The same for a text that was read, with a choice of rules. */
export function checkSource(source: Source, chosen: readonly Rule[], options: CheckOptions): ParsedDefinition {
  const { text } = source;
  const problems: Problem[] = [...source.problems];
  if (problems.some((problem) => problem.severity === "error")) return { valid: false, name: nameIn(source), problems };
  const { value } = source;
  if (!isJsonMap(value)) {
    const message =
      text.trim() === "" ? "The definition is empty: it needs at least a name." : "A definition is a map of fields.";
    problems.push({ severity: "error", code: "schema", message, start: 0, end: text.length });
    return { valid: false, name: null, problems };
  }
  problems.push(...schemaProblems(source, validator, true));
  for (const rule of chosen)
    if (options.disabled?.has(rule.code) !== true)
      problems.push(...findingsOf(rule, source, value, options.facts ?? {}));
  problems.sort((a, b) => a.start - b.start);
  // With a limit passed or a secret inside, the fields still read; with a field of another shape, they do not.
  if (problems.some((problem) => problem.severity === "error")) return { valid: false, name: nameIn(source), problems };
  return { valid: true, definition: definitionOf(source, value), problems };
}

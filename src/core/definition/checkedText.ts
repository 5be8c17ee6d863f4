import { Validator } from "@cfworker/json-schema";
import type { Schema } from "@cfworker/json-schema";

import schema from "../../../schemas/assistant.schema.json" with { type: "json" };
import type { ParsedDefinition, Problem } from "./definition.ts";
import { definitionOf } from "./definitionOf.ts";
import type { JsonMap } from "./json.ts";
import { isJsonMap, jsonList } from "./json.ts";
import type { DefinitionFacts, Rule } from "./rules/rule.ts";
import { findingsOf } from "./rules/rule.ts";
import { schemaProblems } from "./schemaProblems.ts";
import { lineAt, nameIn } from "./source.ts";
import type { Source } from "./source.ts";

const validator = new Validator(schema as unknown as Schema, "7", false);

/**
 * What a definition's text says by itself, whatever is around it: as long as the text is the same, so is this. It is plain data,
 * and may be kept.
 */
export interface CheckedText {
  /** Null where the text cannot be read, or is no map. */
  readonly value: JsonMap | null;
  /** The field `name`, also of a text with problems. */
  readonly name: string | null;
  /** Lines of the tools, from 1. */
  readonly toolLines: readonly number[];
  /** What is wrong with the text and its shape. This cannot be turned off. */
  readonly problems: readonly Problem[];
  /** What the rules found that look at nothing else. */
  readonly findings: readonly Problem[];
}

export interface CheckOptions {
  /** What is known of the surroundings. Rules that need something that is not given say nothing. */
  readonly facts?: DefinitionFacts;
  /** Codes of rules that are turned off. */
  readonly disabled?: ReadonlySet<string>;
}

/** Holds a text to its schema and to those of the rules that look at nothing else. */
export function checkText(source: Source, chosen: readonly Rule[]): CheckedText {
  const { value, text } = source;
  const name = nameIn(source);
  if (source.problems.some(isError))
    return { value: null, name, toolLines: [], problems: source.problems, findings: [] };
  if (!isJsonMap(value)) {
    const message =
      text.trim() === "" ? "The definition is empty: it needs at least a name." : "A definition is a map of fields.";
    const problem = { severity: "error", code: "schema", message, start: 0, end: text.length } as const;
    return { value: null, name: null, toolLines: [], problems: [...source.problems, problem], findings: [] };
  }
  const problems = [...source.problems, ...schemaProblems(source, validator, true)];
  const findings = chosen
    .filter((rule) => rule.looksAround !== true)
    .flatMap((rule) => findingsOf(rule, () => source, text, value, {}));
  const toolLines = jsonList(value["tools"]).map((_, index) => lineAt(source, ["tools", index]));
  return { value, name, toolLines, problems, findings };
}

/**
 * The same text in its surroundings.
 * @param source read only when something is found whose place has to be told
 */
export function checkAround(
  { value, name, toolLines, problems, findings }: CheckedText,
  source: () => Source,
  text: string,
  chosen: readonly Rule[],
  { facts = {}, disabled }: CheckOptions,
): ParsedDefinition {
  if (value === null) return { valid: false, name, problems };
  const isOn = ({ code }: { readonly code: string }): boolean => disabled?.has(code) !== true;
  const around = chosen
    .filter(isOn)
    .flatMap((rule) => findingsOf(rule, source, text, value, facts, rule.looksAround === true ? "check" : "around"));
  const all = [...problems, ...findings.filter(isOn), ...around].toSorted((a, b) => a.start - b.start);
  // With a limit passed or a secret inside, the fields still read; with a field of another shape, they do not.
  if (all.some(isError)) return { valid: false, name, problems: all };
  return { valid: true, definition: definitionOf(value, toolLines), problems: all };
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}

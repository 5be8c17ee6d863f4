import type { Validator } from "@cfworker/json-schema";

import type { Problem } from "./definition.ts";
import type { FieldPath } from "./edit/fieldChange.ts";
import type { Source } from "./source.ts";
import { rangeAt } from "./source.ts";

/** Reported at every level of the schema on the way up from what is wrong. */
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

/** Limits have rules of their own, with their own words; the schema holds them for other editors. */
const limits: ReadonlySet<string> = new Set([
  "maxLength",
  "maxItems",
  "maxProperties",
  "minimum",
  "maximum",
  "pattern",
]);

/**
 * Where a text departs from its schema, at most one problem a place.
 * @param ruled leave out limits (lengths, counts, ranges, patterns), which rules of their own report
 */
export function schemaProblems(source: Source, validator: Validator, ruled: boolean): readonly Problem[] {
  const result = validator.validate(source.value);
  if (result.valid) return [];
  const depth = Math.max(...result.errors.map((error) => pathOf(error.instanceLocation).length));
  const leaves = result.errors.filter((error) => !wrappers.has(error.keyword));
  const deepest = result.errors.filter((error) => pathOf(error.instanceLocation).length === depth);
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const error of leaves.length > 0 ? leaves : deepest) {
    if (seen.has(error.instanceLocation) || (ruled && limits.has(error.keyword))) continue;
    // Every branch of an `anyOf` complains; where one of them is about a limit, the rule for it says what is wrong.
    if (ruled && leaves.some((one) => one.instanceLocation === error.instanceLocation && limits.has(one.keyword)))
      continue;
    seen.add(error.instanceLocation);
    const path = pathOf(error.instanceLocation);
    const where = path.length === 0 ? "The definition" : `\`${path.join(".")}\``;
    const message = `${where}: ${error.error.replace(/^Instance /, "").replace(/^./, (letter) => letter.toLowerCase())}`;
    problems.push({ severity: "error", code: "schema", message, ...rangeAt(source, path) });
  }
  return problems;
}

function pathOf(pointer: string): FieldPath {
  return pointer
    .replace(/^#\/?/, "")
    .split("/")
    .filter((part) => part !== "")
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
}

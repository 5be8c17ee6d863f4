import { Validator } from "@cfworker/json-schema";
import type { Schema } from "@cfworker/json-schema";

import { parseDocument } from "yaml";

import schema from "../../../schemas/fixtures.schema.json" with { type: "json" };
import type { Problem } from "../definition/definition.ts";
import { isJsonMap, jsonList, jsonMap } from "../definition/json.ts";
import type { JsonMap } from "../definition/json.ts";
import { schemaProblems } from "../definition/schemaProblems.ts";
import { keepIntegers } from "../definition/exactYaml.ts";
import { withNumbers } from "../exactJson.ts";
import { lineAt, rangeAt, readSource } from "../definition/source.ts";
import type { Fixture, FixtureMatch, ParsedFixtures } from "./fixture.ts";
import { templatesIn } from "./template.ts";
import { parsePath } from "./argumentPath.ts";

const validator = new Validator(schema as unknown as Schema, "7", false);

/**
 * Reads a fixtures file. Never throws: whatever is wrong with the text becomes a problem at its range.
 * @param functions names that the definition declares; a fixture for another one is a warning. Null: not known
 */
export function parseFixtures(text: string, functions: ReadonlySet<string> | null): ParsedFixtures {
  const source = readSource(text);
  const problems: Problem[] = [...source.problems];
  const failed = (): boolean => problems.some(({ severity }) => severity === "error");
  if (failed()) return { valid: false, problems };
  // A file of comments only has no fixtures yet.
  if (source.value === null || source.value === undefined) return { valid: true, fixtures: [], problems };
  if (!isJsonMap(source.value)) {
    const message = "A fixtures file is a map with the list `fixtures`.";
    problems.push({ severity: "error", code: "schema", message, start: 0, end: Math.max(1, text.length) });
    return { valid: false, problems };
  }
  problems.push(
    ...schemaProblems(source, validator, false).map((problem) => ({
      ...problem,
      message: problem.message.replace("The definition", "The file"),
    })),
  );
  if (failed()) return { valid: false, problems };
  const entries = jsonList(jsonMap(exactValue(text, source.value))["fixtures"]).map(jsonMap);
  for (const [index, entry] of entries.entries()) {
    const at = (...path: readonly (string | number)[]): { readonly start: number; readonly end: number } =>
      rangeAt(source, ["fixtures", index, ...path]);
    if (entry["output"] !== undefined && entry["error"] !== undefined)
      problems.push({
        severity: "error",
        code: "fixture-output",
        message: "A fixture has an `output` or an `error`, not both.",
        ...at("error"),
      });
    else if (entry["output"] === undefined && entry["error"] === undefined)
      problems.push({
        severity: "error",
        code: "fixture-output",
        message: "A fixture needs an `output` or an `error`.",
        ...at(),
      });
    const name = String(entry["function"]);
    if (functions !== null && !functions.has(name))
      problems.push({
        severity: "warning",
        code: "fixture-function",
        message: `The assistant has no function ${name}.`,
        ...at("function"),
      });
    if (entry["template"] !== false)
      for (const expression of wrongTemplates(entry["output"] ?? entry["error"]))
        problems.push({
          severity: "error",
          code: "fixture-template",
          message: `{{${expression}}} is no path to an argument: write {{args.NAME}}, or add \`template: false\`.`,
          ...at(entry["output"] === undefined ? "error" : "output"),
        });
  }
  if (failed()) return { valid: false, problems };
  return {
    valid: true,
    fixtures: entries.map((entry, index) => fixtureOf(entry, index, lineAt(source, ["fixtures", index]))),
    problems,
  };
}

/** What a valid text says, with all digits of its integers. */
function exactValue(text: string, value: unknown): unknown {
  if (!/\d{16}/.test(text)) return value;
  const document = parseDocument(text, { merge: true, logLevel: "error" });
  keepIntegers(document, text);
  return document.toJS({ maxAliasCount: 1000 }) as unknown;
}

function fixtureOf(entry: JsonMap, index: number, line: number): Fixture {
  return {
    function: String(entry["function"]),
    match: matchOf(entry["when"]),
    output: entry["output"] === undefined ? null : { value: entry["output"] },
    error: typeof entry["error"] === "string" ? entry["error"] : null,
    template: entry["template"] !== false,
    delayMs: typeof entry["delay_ms"] === "number" ? entry["delay_ms"] : 0,
    index,
    line,
  };
}

function matchOf(when: unknown): FixtureMatch {
  const given = jsonMap(when);
  if (Object.hasOwn(given, "exact")) return { kind: "exact", value: given["exact"] };
  if (Object.hasOwn(given, "partial")) return { kind: "partial", value: given["partial"] };
  if (Object.hasOwn(given, "schema")) return { kind: "schema", schema: jsonMap(withNumbers(given["schema"])) };
  return { kind: "any" };
}

function wrongTemplates(value: unknown): readonly string[] {
  if (typeof value === "string")
    return templatesIn(value).filter((inside) => parsePath(inside.replace(/^json\s+/, ""))?.[0] !== "args");
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(wrongTemplates);
}

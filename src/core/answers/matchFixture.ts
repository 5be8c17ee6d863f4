import { writeJson, withNumbers } from "../exactJson.ts";
import { Validator } from "@cfworker/json-schema";

import { equalValues } from "../definition/edit/fieldChange.ts";
import { argumentsValue } from "./callArguments.ts";
import { errorOutput } from "./errorOutput.ts";
import type { Fixture } from "./fixture.ts";
import { fillTemplates } from "./template.ts";

/** A call as fixtures see it. */
export interface MatchedCall {
  readonly name: string;
  /** JSON made by a model; may not parse. */
  readonly arguments: string;
}

/**
 * The fixture that answers a call: the most specific that matches, the first in the file among equals. Exact arguments go before
 * partial ones, of these the one that says more, then schemas, then fixtures for any arguments.
 * @returns null when none matches
 */
export function matchFixture(fixtures: readonly Fixture[], call: MatchedCall): Fixture | null {
  const args = argumentsValue(call.arguments);
  let best: Fixture | null = null;
  let most = -1;
  for (const fixture of fixtures) {
    if (fixture.function !== call.name) continue;
    const rank = specificity(fixture);
    // What could not win is not even looked at: schemas cost.
    if (rank <= most || !matches(fixture, args)) continue;
    best = fixture;
    most = rank;
  }
  return best;
}

function specificity({ match }: Fixture): number {
  switch (match.kind) {
    case "exact":
      return Number.MAX_SAFE_INTEGER;
    case "partial":
      return 10 + leavesOf(match.value);
    case "schema":
      return 2;
    case "any":
      return 1;
  }
}

function matches({ match }: Fixture, args: unknown): boolean {
  switch (match.kind) {
    case "exact":
      return equalValues(match.value, args);
    case "partial":
      return contains(args, match.value);
    case "schema":
      return new Validator(match.schema, "2020-12", true).validate(withNumbers(args)).valid;
    case "any":
      return true;
  }
}

/** Whether a value has all that is asked for: maps may have more keys; everything else is equal. */
function contains(value: unknown, asked: unknown): boolean {
  if (!isMap(asked)) return equalValues(asked, value);
  return (
    isMap(value) && Object.keys(asked).every((key) => Object.hasOwn(value, key) && contains(value[key], asked[key]))
  );
}

function leavesOf(value: unknown): number {
  return isMap(value) ? Object.values(value).reduce<number>((sum, item) => sum + leavesOf(item), 1) : 1;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The output that a fixture gives to a call.
 * @throws TemplateError when it uses an argument that the call does not have
 */
export function fixtureOutput(fixture: Fixture, call: MatchedCall): string {
  const args = argumentsValue(call.arguments);
  const fill = (value: unknown): unknown => (fixture.template ? fillTemplates(value, args) : value);
  if (fixture.output === null) return errorOutput(String(fill(fixture.error ?? "")));
  const output = fill(fixture.output.value);
  return typeof output === "string" ? output : (writeJson(output) ?? "null");
}

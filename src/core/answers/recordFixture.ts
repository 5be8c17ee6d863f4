import { writeJson } from "../exactJson.ts";
import type { TextEdit } from "../definition/edit/editedText.ts";
import type { FieldChange } from "../definition/edit/fieldChange.ts";
import { equalValues } from "../definition/edit/fieldChange.ts";
import { EditRefused, editDefinition } from "../definition/editDefinition.ts";
import { argumentsValue } from "./callArguments.ts";
import { errorOutput } from "./errorOutput.ts";
import type { MatchedCall } from "./matchFixture.ts";
import { parseFixtures } from "./parseFixtures.ts";
import { templatesIn } from "./template.ts";

/** What a new fixtures file begins with. */
export function newFixturesText(definitionName: string): string {
  return `# Saved answers for ${definitionName.replaceAll(/[\r\n]+/g, " ")}\nfixtures: []\n`;
}

/**
 * The edits that keep an answer in a fixtures file, for exactly these arguments. A fixture that is there for the same function and
 * arguments gets the new output; all else stays as it is, comments too.
 * @throws EditRefused when the file is not valid
 */
export function recordFixture(text: string, call: MatchedCall, output: string): readonly TextEdit[] {
  const parsed = parseFixtures(text, null);
  if (!parsed.valid)
    throw new EditRefused(
      `The fixtures file has a problem: ${parsed.problems.find(({ severity }) => severity === "error")?.message ?? "it is not valid"}`,
    );
  const args = argumentsValue(call.arguments);
  const known = parsed.fixtures.find(
    ({ function: name, match }) => name === call.name && match.kind === "exact" && equalValues(match.value, args),
  );
  const answer = answerFields(output);
  if (known === undefined) {
    const value = { function: call.name, when: { exact: args }, ...answer };
    return editDefinition(text, [{ kind: "set", path: ["fixtures", parsed.fixtures.length], value }]);
  }
  const at = ["fixtures", known.index];
  const changes: FieldChange[] = [];
  for (const field of ["output", "error", "template"] as const) {
    if (Object.hasOwn(answer, field)) changes.push({ kind: "set", path: [...at, field], value: answer[field] });
    else if (field === "template" ? !known.template : field === "output" ? known.output !== null : known.error !== null)
      changes.push({ kind: "remove", path: [...at, field] });
  }
  return editDefinition(text, changes);
}

interface AnswerFields {
  readonly output?: unknown;
  readonly error?: string;
  readonly template?: false;
}

/** JSON is kept as a structure, which reads better in YAML, where writing it again gives the same text. */
function answerFields(output: string): AnswerFields {
  const value = argumentsValue(output);
  const plain = templatesIn(output).length > 0 ? ({ template: false } as const) : {};
  if (typeof value === "object" && value !== null && writeJson(value) === output) {
    const error = (value as { readonly error?: unknown }).error;
    if (typeof error === "string" && errorOutput(error) === output) return { error, ...plain };
    return { output: value, ...plain };
  }
  return { output, ...plain };
}

import { Validator } from "@cfworker/json-schema";

/** A request of the local runtime may have 16 MB, and JSON writes some characters with six: a single output has room in this. */
export const maxOutputBytes = 8 * 1024 * 1024;

/** From here on a person is told: the model reads all of it. */
const largeOutputBytes = 256 * 1024;

/** Something to know about an output before it is sent. An error keeps it from being sent, a warning does not. */
export interface OutputProblem {
  readonly severity: "error" | "warning";
  readonly message: string;
}

/**
 * What is wrong with an output, beside its being no JSON (which is allowed).
 * @param schema the tool's `output_schema`; null where it has none
 */
export function checkOutput(
  output: string,
  schema: Readonly<Record<string, unknown>> | null,
): readonly OutputProblem[] {
  const problems: OutputProblem[] = [];
  const bytes = new TextEncoder().encode(output).length;
  if (bytes > maxOutputBytes)
    problems.push({ severity: "error", message: `The output has ${megabytes(bytes)} MB; at most 8 can be sent.` });
  else if (bytes > largeOutputBytes)
    problems.push({
      severity: "warning",
      message: `The output has ${Math.round(bytes / 1024)} KB: the model reads all of it.`,
    });
  if (schema !== null && bytes <= maxOutputBytes) problems.push(...schemaProblem(output, schema));
  return problems;
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

function schemaProblem(output: string, schema: Readonly<Record<string, unknown>>): readonly OutputProblem[] {
  let value: unknown;
  try {
    value = JSON.parse(output) as unknown;
  } catch {
    // Whether it is JSON is told elsewhere; with a schema, that it has to be.
    return [{ severity: "warning", message: "`output_schema` asks for JSON." }];
  }
  try {
    const result = new Validator(schema, "2020-12", false).validate(value);
    // The innermost complaint says what is wrong; those around it say that something inside is.
    const deepest = result.errors.toSorted((a, b) => b.instanceLocation.length - a.instanceLocation.length)[0];
    if (result.valid || deepest === undefined) return [];
    const where = deepest.instanceLocation.replace(/^#\/?/, "").replaceAll("/", ".");
    const said = deepest.error.replace(/^Instance /, "").replace(/^./, (letter) => letter.toLowerCase());
    return [{ severity: "warning", message: `\`output_schema\`: ${where === "" ? "the output" : where} ${said}` }];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ severity: "warning", message: `\`output_schema\` cannot be used: ${reason}` }];
  }
}

import type { AnsweredCall } from "./prose.ts";
import { findValues } from "./findValues.ts";
import { examplesOf } from "./shape.ts";
import { resolveSchema, typeOf, type JsonSchema } from "./jsonSchema.ts";

const note = "offline demonstration, no model";
const deepest = 8;

/**
 * JSON for a run that asks for it. With a schema: values that the tools returned under the same name, then values from the
 * user's words, then placeholders that fit the schema. Without one: an object that says what this is.
 */
export function jsonAnswer(schema: unknown, text: string, answered: readonly AnsweredCall[]): string {
  const outputs = answered.map((call) => ({ function: call.name, output: parse(call.output) }));
  if (schema === undefined) return JSON.stringify({ note, ...(outputs.length === 0 ? {} : { tool_outputs: outputs }) });
  const known = new Map<string, unknown>();
  for (const { output } of outputs) collect(output, known);
  return JSON.stringify(instance(resolveSchema(schema, schema), schema, { name: "", text, known, depth: 0 }));
}

interface Place {
  readonly name: string;
  readonly text: string;
  readonly known: ReadonlyMap<string, unknown>;
  readonly depth: number;
}

function instance(schema: JsonSchema, root: unknown, place: Place): unknown {
  if (schema.const !== undefined) return schema.const;
  const known = place.known.get(place.name);
  if (known !== undefined && suits(known, schema)) return known;
  const type = typeOf(schema);
  const found =
    place.name === "" || type === "object" || type === "array"
      ? undefined
      : findValues(place.text, place.name, schema, false).find((one) => one.sure);
  if (found !== undefined) return found.value;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  switch (type) {
    case "object": {
      const wanted = Object.entries(schema.properties ?? {}).filter(
        ([name]) => (schema.required ?? []).includes(name) || place.depth === 0,
      );
      if (place.depth >= deepest) return {};
      return Object.fromEntries(
        wanted.map(([name, part]) => [
          name,
          instance(resolveSchema(part, root), root, { ...place, name, depth: place.depth + 1 }),
        ]),
      );
    }
    case "array": {
      const item = (): unknown =>
        instance(resolveSchema(schema.items, root), root, { ...place, depth: place.depth + 1 });
      return Array.from({ length: place.depth >= deepest ? 0 : (schema.minItems ?? 0) }, item);
    }
    case "integer":
    case "number":
      return number(schema, type === "integer");
    case "boolean":
      return false;
    case "null":
      return null;
    default:
      return string(schema);
  }
}

function number(schema: JsonSchema, integer: boolean): number {
  const step = schema.multipleOf ?? (integer ? 1 : 0);
  const low = Math.max(
    schema.minimum ?? -Infinity,
    schema.exclusiveMinimum === undefined ? -Infinity : schema.exclusiveMinimum + (step || 1e-6),
  );
  const high = Math.min(
    schema.maximum ?? Infinity,
    schema.exclusiveMaximum === undefined ? Infinity : schema.exclusiveMaximum - (step || 1e-6),
  );
  if (low <= 0 && high >= 0) return 0;
  const nearest = low > 0 ? low : high;
  return step === 0 ? nearest : (low > 0 ? Math.ceil(nearest / step) : Math.floor(nearest / step)) * step;
}

const formats: Readonly<Record<string, string>> = {
  date: "1970-01-01",
  "date-time": "1970-01-01T00:00:00Z",
  time: "00:00:00Z",
  email: "nobody@example.com",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
  ipv4: "127.0.0.1",
};

function string(schema: JsonSchema): string {
  const formatted = schema.format === undefined ? undefined : formats[schema.format];
  if (formatted !== undefined) return formatted;
  const example = examplesOf(schema).find(
    (one) => schema.pattern === undefined || new RegExp(schema.pattern, "u").test(one),
  );
  const text = schema.pattern === undefined ? note : (example ?? note);
  return text.padEnd(schema.minLength ?? 0, ".").slice(0, schema.maxLength ?? undefined);
}

function suits(value: unknown, schema: JsonSchema): boolean {
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return false;
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(String(value))) return false;
  switch (typeOf(schema)) {
    case "integer":
      return Number.isInteger(value) && inRange(Number(value), schema);
    case "number":
      return typeof value === "number" && inRange(value, schema);
    case "string":
      return (
        typeof value === "string" &&
        value.length >= (schema.minLength ?? 0) &&
        value.length <= (schema.maxLength ?? Infinity)
      );
    case "boolean":
      return typeof value === "boolean";
    default:
      return false;
  }
}

function inRange(value: number, schema: JsonSchema): boolean {
  return value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
}

/** Plain values in the outputs by their names; the first of a name counts. */
function collect(value: unknown, into: Map<string, unknown>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, one] of Object.entries(value)) {
    if (typeof one === "object") collect(one, into);
    else if (!into.has(name)) into.set(name, one);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Free text is an output too.
    return text;
  }
}

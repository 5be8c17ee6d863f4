import { writeJson, parseJson } from "../../exactJson.ts";
import { isJsonMap } from "../../definition/json.ts";
import { ExpressionError } from "./syntax.ts";
import { typeWords } from "./values.ts";

interface Builtin {
  readonly usage: string;
  readonly count: number;
  readonly apply: (args: readonly unknown[]) => unknown;
}

/** The functions of the language, and how each is called. */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ["len", { usage: "len(text, list or map)", count: 1, apply: ([value]) => lengthOf(value) }],
  ["lower", { usage: "lower(text)", count: 1, apply: ([value]) => textOf("lower", value).toLowerCase() }],
  ["upper", { usage: "upper(text)", count: 1, apply: ([value]) => textOf("upper", value).toUpperCase() }],
  [
    "starts_with",
    {
      usage: "starts_with(text, beginning)",
      count: 2,
      apply: ([value, part]) => textOf("starts_with", value).startsWith(textOf("starts_with", part)),
    },
  ],
  [
    "ends_with",
    {
      usage: "ends_with(text, end)",
      count: 2,
      apply: ([value, part]) => textOf("ends_with", value).endsWith(textOf("ends_with", part)),
    },
  ],
  ["keys", { usage: "keys(map)", count: 1, apply: ([value]) => keysOf(value) }],
  ["type", { usage: "type(value)", count: 1, apply: ([value]) => typeWords(value) }],
  ["json", { usage: "json(text)", count: 1, apply: ([value]) => parsed(textOf("json", value)) }],
  [
    "text",
    {
      usage: "text(value)",
      count: 1,
      apply: ([value]) => (typeof value === "string" ? value : (writeJson(value) ?? "null")),
    },
  ],
  ["error", { usage: 'error("what went wrong")', count: 1, apply: ([value]) => ({ error: textOf("error", value) }) }],
]);

function lengthOf(value: unknown): number {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  if (isJsonMap(value)) return Object.keys(value).length;
  throw new ExpressionError(`len() wants a text, a list or a map; this is ${typeWords(value)}.`);
}

function keysOf(value: unknown): readonly string[] {
  if (!isJsonMap(value)) throw new ExpressionError(`keys() wants a map; this is ${typeWords(value)}.`);
  return Object.keys(value);
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== "string") throw new ExpressionError(`${name}() wants a text; this is ${typeWords(value)}.`);
  return value;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new ExpressionError(`The text is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

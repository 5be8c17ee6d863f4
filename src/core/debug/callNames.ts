import { parseJson } from "../exactJson.ts";
import { isJsonMap, jsonMap } from "../definition/json.ts";
import type { Names } from "./expression/evaluate.ts";
import { ExpressionError } from "./expression/syntax.ts";

/** What an expression can speak of at some place of a run. */
export interface Surroundings {
  /** By name, such as `args`, `output`, `run`. Functions are asked when the name is used. */
  readonly known: ReadonlyMap<string, () => unknown>;
  /** The arguments of the call; its fields are names of their own. Null where there is no call, or they are not a map. */
  readonly args: unknown;
  /** Names of the function's parameters: one that the model left out is null. */
  readonly parameters: ReadonlySet<string>;
}

/** Names by their surroundings: what the debugger knows goes before arguments of the same name, which `args` has too. */
export function namesOf(surroundings: Surroundings): Names {
  const { known, args, parameters } = surroundings;
  return {
    value(name) {
      const find = known.get(name);
      if (find !== undefined) return find();
      if (isJsonMap(args) && Object.hasOwn(args, name)) return args[name];
      if (parameters.has(name)) return null;
      const names = [...known.keys(), ...Object.keys(jsonMap(args)), ...parameters];
      const near = nearest(name, names);
      throw new ExpressionError(
        `Nothing here is called ${name}.${near === null ? ` There is: ${[...new Set(names)].join(", ")}.` : ` Is it ${near}?`}`,
      );
    },
  };
}

/** The value that a text of JSON stands for; the text itself where it is none. */
export function valueOfJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // Outputs may be any text, and what a model writes as arguments too.
    return text;
  }
}

/** The names of a function's parameters, from its JSON Schema. */
export function parametersOf(schema: unknown): ReadonlySet<string> {
  return new Set(Object.keys(jsonMap(jsonMap(schema)["properties"])));
}

function nearest(name: string, names: readonly string[]): string | null {
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) > 2) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= 2 && distance < name.length && (best === null || distance < best.distance))
      best = { name: candidate, distance };
  }
  return best?.name ?? null;
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

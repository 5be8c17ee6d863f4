import { isJsonMap } from "../../definition/json.ts";
import { ExpressionError } from "./syntax.ts";
import { inlineText, typeWords } from "./values.ts";

/**
 * The value with a part set, as a copy. Maps on the way are made where there is nothing yet.
 * @param keys from the outside in; none replaces the whole
 * @throws ExpressionError where a key does not fit what is there
 */
export function withPart(value: unknown, keys: readonly unknown[], part: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return part;
  if (Array.isArray(value)) {
    if (typeof key !== "number" || !Number.isInteger(key))
      throw new ExpressionError(`A list has numbers for keys; this is ${typeWords(key)}.`);
    const index = key < 0 ? value.length + key : key;
    if (index < 0 || index > value.length)
      throw new ExpressionError(`The list has ${value.length} items: there is no item ${key}.`);
    const copy = [...(value as unknown[])];
    copy[index] = withPart(copy[index], rest, part);
    return copy;
  }
  if (value !== null && value !== undefined && !isJsonMap(value))
    throw new ExpressionError(`${inlineText(key)} cannot be set: there is ${typeWords(value)}, which has no parts.`);
  const name = inlineText(key);
  const map = value ?? {};
  const before = Object.hasOwn(map, name) ? map[name] : undefined;
  // A key that is there keeps its place.
  return Object.fromEntries([...Object.entries(map), [name, withPart(before, rest, part)]]);
}

import { writeJson } from "../../exactJson.ts";
import { isJsonMap } from "../../definition/json.ts";

/** What a value is, as messages name it. */
export function typeWords(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
    case "bigint":
      return "a number";
    case "boolean":
      return "true or false";
    default:
      return "a map";
  }
}

/** Whether a condition holds with this value: null, false, 0 and what is empty do not. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isJsonMap(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** Equality of JSON values: the order of keys does not count. */
export function areEqual(left: unknown, right: unknown): boolean {
  if (left === right || (left == null && right == null)) return true;
  // A whole number that was computed, and one that was read.
  if (typeof left === "bigint" && typeof right === "number") return Number.isInteger(right) && BigInt(right) === left;
  if (typeof left === "number" && typeof right === "bigint") return areEqual(right, left);
  if (Array.isArray(left))
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => areEqual(item, right[index]))
    );
  if (!isJsonMap(left) || !isJsonMap(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && areEqual(left[key], right[key]))
  );
}

/** A value in a line of text: strings as they are, the rest as JSON. */
export function inlineText(value: unknown): string {
  if (typeof value === "string") return value;
  return writeJson(value) ?? "null";
}

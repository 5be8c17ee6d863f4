import type * as z from "zod/mini";
import { badRequest, type ApiError } from "./apiError.ts";

type Issue = z.core.$ZodIssue;

/** The first thing that is wrong with a body, in the words that OpenAI's servers use, with `param` and `code`. */
export function schemaError(issues: readonly Issue[], body: unknown): ApiError {
  // A missing parameter says more than an unknown one, which is often its misspelling; both are in `issues`.
  const issue = issues.find((candidate) => isMissing(candidate, body)) ?? issues[0];
  return issue === undefined ? badRequest("Invalid request.") : describe(issue, [], body);
}

function describe(issue: Issue, above: readonly PropertyKey[], body: unknown): ApiError {
  const path = [...above, ...issue.path];
  const param = pathText(path);
  const value = valueAt(body, path);
  const named = param === "" ? {} : { param };
  switch (issue.code) {
    case "unrecognized_keys": {
      const key = pathText([...path, issue.keys[0] ?? ""]);
      return badRequest(`Unknown parameter: '${key}'.`, { param: key, code: "unknown_parameter" });
    }
    case "invalid_type":
      if (value === undefined && param !== "") {
        return badRequest(`Missing required parameter: '${param}'.`, { ...named, code: "missing_required_parameter" });
      }
      return wrongType(param, article(wireType(issue.expected)), value);
    case "invalid_value":
      if (value === undefined)
        return badRequest(`Missing required parameter: '${param}'.`, { ...named, code: "missing_required_parameter" });
      return wrongValue(param, value, issue.values);
    case "too_big":
    case "too_small":
      return outOfBounds(issue, param, value);
    case "invalid_format":
      return badRequest(
        `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '${issue.pattern ?? issue.format}'.`,
        { ...named, code: "invalid_value" },
      );
    case "invalid_key":
    case "invalid_element": {
      const inner = issue.issues[0];
      const key = String(issue.path.at(-1));
      return inner === undefined
        ? badRequest(`Invalid key in '${param}'.`, named)
        : describe({ ...inner, path: [] }, path, withValue(body, path, key));
    }
    case "invalid_union":
      return describeUnion(issue, path, body);
    default:
      return badRequest(param === "" ? issue.message : `Invalid '${param}': ${issue.message}`, {
        ...named,
        code: "invalid_value",
      });
  }
}

/** Of a union's alternatives, the one that came furthest speaks: an object with a wrong field beats "not a string". */
function describeUnion(
  issue: Extract<Issue, { code: "invalid_union" }>,
  path: readonly PropertyKey[],
  body: unknown,
): ApiError {
  const param = pathText(path);
  const value = valueAt(body, path);
  if (value === undefined && param !== "")
    return badRequest(`Missing required parameter: '${param}'.`, { param, code: "missing_required_parameter" });
  if ("options" in issue && Array.isArray(issue.options)) return wrongValue(param, value, issue.options);
  const deeper = issue.errors.flatMap((issues) =>
    issues.filter((inner) => inner.path.length > 0 || inner.code === "unrecognized_keys"),
  );
  const furthest = deeper.toSorted((a, b) => b.path.length - a.path.length)[0];
  if (furthest !== undefined) return describe(furthest, path, body);
  const values = issue.errors.flat().flatMap((inner) => (inner.code === "invalid_value" ? inner.values : []));
  if (typeof value === "string" && values.length > 0) return wrongValue(param, value, values);
  const bound = issue.errors.flat().find((inner) => inner.code === "too_big" || inner.code === "too_small");
  if (bound !== undefined) return describe(bound, path, body);
  const expected = issue.errors
    .flat()
    .flatMap((inner) => (inner.code === "invalid_type" ? [article(wireType(inner.expected))] : []));
  return wrongType(
    param,
    `one of ${[...new Set(values.length > 0 ? ["a string", ...expected] : expected)].join(" or ")}`,
    value,
  );
}

function outOfBounds(
  issue: Extract<Issue, { code: "too_big" | "too_small" }>,
  param: string,
  value: unknown,
): ApiError {
  const big = issue.code === "too_big";
  const bound = Number(big ? issue.maximum : issue.minimum);
  if (typeof value === "number") {
    const kind = Number.isInteger(value) && Number.isInteger(bound) ? "integer" : "decimal";
    const text = `Invalid '${param}': ${kind} ${big ? "above maximum" : "below minimum"} value. Expected a value ${big ? "<=" : ">="} ${bound}, but got ${value} instead.`;
    return badRequest(text, { param, code: `${kind}_${big ? "above_max" : "below_min"}_value` });
  }
  const [noun, length, counted] = Array.isArray(value)
    ? (["array", value.length, "length"] as const)
    : typeof value === "object" && value !== null
      ? (["object", Object.keys(value).length, "properties"] as const)
      : (["string", String(value).length, "length"] as const);
  const code = `${noun}_${big ? "above_max" : "below_min"}_${counted}`;
  const text =
    counted === "properties"
      ? `Invalid '${param}': too ${big ? "many" : "few"} properties. Expected an object with at ${big ? "most" : "least"} ${bound} properties, but got an object with ${length} properties instead.`
      : `Invalid '${param}': ${noun} too ${big ? "long" : "short"}. Expected ${article(noun)} with ${big ? "maximum" : "minimum"} length ${bound}, but got ${article(noun)} with length ${length} instead.`;
  return badRequest(text, { param, code });
}

function wrongType(param: string, expected: string, value: unknown): ApiError {
  const got = article(typeName(value));
  return param === ""
    ? badRequest(`Invalid body: expected ${expected}, but got ${got} instead.`, { code: "invalid_type" })
    : badRequest(`Invalid type for '${param}': expected ${expected}, but got ${got} instead.`, {
        param,
        code: "invalid_type",
      });
}

function wrongValue(param: string, value: unknown, allowed: readonly unknown[]): ApiError {
  const names = allowed.map((one) => `'${String(one)}'`);
  const supported =
    names.length > 1
      ? `${names.slice(0, -1).join(", ")}${names.length > 2 ? "," : ""} and ${names.at(-1)}`
      : (names[0] ?? "");
  if (typeof value === "object" && value !== null)
    return wrongType(param, names.length === 0 ? "another type" : `one of ${supported}`, value);
  return badRequest(`Invalid value: '${String(value)}'. Supported values are: ${supported}.`, {
    param,
    code: "invalid_value",
  });
}

function isMissing(issue: Issue, body: unknown): boolean {
  return issue.code === "invalid_type" && issue.path.length > 0 && valueAt(body, issue.path) === undefined;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    body,
  );
}

/** A body in which `path` holds `value`: lets the words about a key speak of the key. */
function withValue(body: unknown, path: readonly PropertyKey[], value: unknown): unknown {
  const copy: unknown = structuredClone(body);
  const last = path.at(-1);
  const holder = valueAt(copy, path.slice(0, -1));
  if (last !== undefined && typeof holder === "object" && holder !== null)
    (holder as Record<PropertyKey, unknown>)[last] = value;
  return copy;
}

function wireType(expected: string): string {
  const names: Record<string, string> = { int: "integer", record: "object", number: "decimal" };
  return names[expected] ?? expected;
}

function typeName(value: unknown): string {
  if (value === null) return "null value";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "decimal";
  return typeof value;
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

import { writeJson } from "../../exactJson.ts";
import { parse, stringify } from "yaml";

import { equalValues } from "./fieldChange.ts";

/** How a definition's text is written, as far as new text must fit in. */
export interface Dialect {
  readonly json: boolean;
  readonly eol: "\n" | "\r\n";
  /** Emit every value in JSON's form on one line: what always parses, where the natural form did not. */
  readonly plainest: boolean;
}

/** The style that a string had, in the yaml package's words. */
export type StringStyle = "PLAIN" | "QUOTE_SINGLE" | "QUOTE_DOUBLE" | "BLOCK_LITERAL" | "BLOCK_FOLDED";

/** Text for a string, number, boolean or null on the line where it stands, in a style as near to the old one as parses. */
export function inlineScalar(value: unknown, style: StringStyle, inFlow: boolean, dialect: Dialect): string {
  const json = writeJson(value) ?? "null";
  if (typeof value !== "string" || dialect.json || dialect.plainest || style === "QUOTE_DOUBLE") return json;
  const single = `'${value.replaceAll("'", "''")}'`;
  const candidates = style === "QUOTE_SINGLE" ? [single] : [value];
  for (const text of candidates) {
    // eslint-disable-next-line no-control-regex -- what YAML does not print
    if (/[\u0000-\u001F\u007F-\u009F\u2028\u2029\uFEFF]/.test(value)) break;
    if (readsAs(inFlow ? `[{ k: ${text} }]` : `- k: ${text} # c\n`, value)) return text;
  }
  return json;
}

function readsAs(text: string, value: string): boolean {
  try {
    return equalValues(parse(text, { merge: true, logLevel: "error" }), [{ k: value }]);
  } catch {
    // Not a text that YAML takes: the question was whether it is.
    return false;
  }
}

/**
 * A literal block scalar, without the line break at its end; null for a string that cannot stand in one.
 * @param indent columns of its lines
 * @param parent columns of what it belongs to, from which an explicit indentation counts
 */
export function blockLiteral(value: string, indent: number, parent: number, eol: string): string | null {
  // eslint-disable-next-line no-control-regex -- what a block scalar cannot hold
  if (value.trim() === "" || /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\uFEFF]/.test(value)) return null;
  const chomp = value.endsWith("\n\n") ? "+" : value.endsWith("\n") ? "" : "-";
  const body = value.endsWith("\n") ? value.slice(0, -1) : value;
  const explicit = /^\n*[ \t]/.test(value) ? String(indent - parent) : "";
  if (explicit.length > 1 || explicit === "0") return null;
  const lines = body.split("\n").map((line) => (line === "" ? "" : " ".repeat(indent) + line));
  return [`|${explicit}${chomp}`, ...lines].join(eol);
}

/** A value inside `{}` or `[]`, on one line. */
export function flowText(value: unknown, dialect: Dialect): string {
  if (typeof value !== "object" || value === null) return inlineScalar(value, "PLAIN", true, dialect);
  if (dialect.plainest) return writeJson(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, dialect)).join(", ")}]`;
  const pairs = Object.entries(value).map(([key, item]) => `${keyText(key, dialect)}: ${flowText(item, dialect)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

/** JSON over several lines; the first without indentation, the others behind `margin`. */
export function jsonText(value: unknown, margin: string, unit: string, eol: string): string {
  return (writeJson(value, unit) ?? "null").replaceAll("\n", eol + margin);
}

/** A key of a map. */
export function keyText(key: string, dialect: Dialect): string {
  if (dialect.json || dialect.plainest) return JSON.stringify(key);
  return /^[A-Za-z_][\w.-]*$/.test(key) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(key)
    ? key
    : JSON.stringify(key);
}

/** Lines of a map or a list in block style, every line behind `indent` columns, without a line break at the end. */
export function blockText(value: unknown, indent: number, eol: string): string {
  const text = stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, minContentWidth: 0 });
  const margin = " ".repeat(indent);
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => (line === "" ? "" : margin + line))
    .join(eol);
}

import { writeJson } from "../../exactJson.ts";
import { isCollection, isScalar } from "yaml";
import type { Node, Pair, YAMLMap, YAMLSeq } from "yaml";

import type { TextEdit } from "./editedText.ts";
import { columnOf, contentEnd, endsLine, isEmpty, isFlow, lineStart, propsEnd } from "./place.ts";
import { blockLiteral, blockText, flowText, inlineScalar, jsonText } from "./valueText.ts";
import type { Dialect, StringStyle } from "./valueText.ts";

/** Spaces that a nested level of this text has, as its first nested line shows. */
export function indentUnit(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
}

/** Puts a new value in the place of a pair's. */
export function setPairValue(
  text: string,
  map: YAMLMap,
  pair: Pair<Node, Node | null>,
  value: unknown,
  dialect: Dialect,
): TextEdit | null {
  const colon = propsEnd(map, pair);
  if (colon === null) {
    // `{ key }`: a key alone, between brackets.
    const end = pair.key.range?.[1];
    return end === undefined ? null : { start: end, end, text: `: ${flowText(value, dialect)}` };
  }
  const keyColumn = columnOf(text, pair.key.range?.[0] ?? 0);
  const old = pair.value !== null && !isEmpty(pair.value) ? pair.value : null;
  return replaceValue(text, old, colon, keyColumn, isFlow(map), value, dialect);
}

/** Puts a new value in the place of a list's item; `dash` is where its dash stands, in a block list. */
export function setItem(
  text: string,
  list: YAMLSeq,
  index: number,
  dash: number | null,
  value: unknown,
  dialect: Dialect,
): TextEdit | null {
  const item = list.items[index] as Node | null;
  const old = item !== null && !isEmpty(item) ? item : null;
  if (dash === null) {
    return old === null || !isFlow(list) ? null : replaceValue(text, old, old.range?.[0] ?? 0, 0, true, value, dialect);
  }
  return replaceValue(text, old, dash + 1, columnOf(text, dash), false, value, dialect);
}

/**
 * @param old the node that stands there; null for none
 * @param indicator where the colon or the dash ends
 * @param column of the key or the dash
 */
function replaceValue(
  text: string,
  old: Node | null,
  indicator: number,
  column: number,
  inFlow: boolean,
  value: unknown,
  dialect: Dialect,
): TextEdit {
  const start = old?.range?.[0] ?? indicator;
  const end = old === null ? indicator : contentEnd(text, old);
  const gap =
    old !== null && start > indicator && /^[ \t\r\n]*$/.test(text.slice(indicator, start)) ? indicator : start;
  const spaced = (fresh: string): TextEdit => {
    const own = old === null || gap < start;
    // One space as before keeps the edit inside the value.
    return own && text.slice(gap, start) !== " " ? { start: gap, end, text: ` ${fresh}` } : { start, end, text: fresh };
  };
  if (dialect.json || inFlow) return spacedFlow(text, start, end, old, value, dialect);
  const scalar = typeof value !== "object" || value === null;
  if (scalar) {
    const style = styleOf(old);
    const wantsBlock = typeof value === "string" && (style.startsWith("BLOCK") || value.includes("\n"));
    if (wantsBlock && !dialect.plainest && endsLine(text, end)) {
      const block = blockLiteral(value, blockIndent(text, old, column), column, dialect.eol);
      if (block !== null) return spaced(block);
    }
    return spaced(inlineScalar(value, style.startsWith("BLOCK") ? "PLAIN" : style, false, dialect));
  }
  if (dialect.plainest || Object.keys(value).length === 0 || isFlow(old)) return spaced(flowText(value, dialect));
  if (isCollection(old) && lineStart(text, start) !== lineStart(text, indicator)) {
    const indent = columnOf(text, start);
    return { start, end, text: blockText(value, indent, dialect.eol).slice(indent) };
  }
  const lines = dialect.eol + blockText(value, column + 2, dialect.eol);
  return gap < start || old === null ? { start: gap, end, text: lines } : { start, end, text: lines };
}

function spacedFlow(
  text: string,
  start: number,
  end: number,
  old: Node | null,
  value: unknown,
  dialect: Dialect,
): TextEdit {
  const lead = old === null ? " " : "";
  if (!dialect.json) {
    const style = styleOf(old);
    const fresh =
      typeof value === "string"
        ? inlineScalar(value, style.startsWith("BLOCK") ? "PLAIN" : style, true, dialect)
        : flowText(value, dialect);
    return { start, end, text: lead + fresh };
  }
  const line = text.slice(lineStart(text, start), start);
  const margin = /^[ \t]*/.exec(line)?.[0] ?? "";
  const fresh = text.trim().includes("\n")
    ? jsonText(value, margin, indentUnit(text), dialect.eol)
    : (writeJson(value) ?? "null");
  return { start, end, text: lead + fresh };
}

function styleOf(node: Node | null): StringStyle {
  return isScalar(node) && node.type !== undefined && typeof node.value === "string" ? node.type : "PLAIN";
}

/** The indentation that a block scalar has, or that a new one gets. */
function blockIndent(text: string, node: Node | null, column: number): number {
  if (isScalar(node) && node.type?.startsWith("BLOCK") && node.range) {
    const [header = "", ...lines] = text.slice(node.range[0], node.range[1]).split(/\r?\n/);
    const explicit = /[1-9]/.exec(header.split("#")[0] ?? "")?.[0];
    if (explicit !== undefined) return column + Number(explicit);
    const first = lines.find((line) => line.trim() !== "");
    if (first !== undefined) return first.length - first.trimStart().length;
  }
  return column + 2;
}

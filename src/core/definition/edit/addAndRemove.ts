import { writeJson } from "../../exactJson.ts";
import type { Node, Pair, YAMLMap, YAMLSeq } from "yaml";

import type { TextEdit } from "./editedText.ts";
import { beginsLine, columnOf, contentEnd, dashOf, isFlow, lineAfter, lineStart, pairEnd } from "./place.ts";
import { indentUnit } from "./setValue.ts";
import { blockLiteral, blockText, flowText, inlineScalar, jsonText, keyText } from "./valueText.ts";
import type { Dialect } from "./valueText.ts";

/** Adds a pair behind the last one of a map that has some; null where there is no place for it. */
export function addPair(text: string, map: YAMLMap, key: string, value: unknown, dialect: Dialect): TextEdit | null {
  const pairs = map.items as Pair<Node, Node | null>[];
  const last = pairs.at(-1);
  if (last === undefined) return null;
  const at = last.key.range?.[0] ?? 0;
  if (isFlow(map))
    return addInFlow(text, map, at, pairEnd(text, map, last), `${keyText(key, dialect)}: `, value, dialect);
  const column = columnOf(text, pairs[0]?.key.range?.[0] ?? at);
  return newLine(
    text,
    pairEnd(text, map, last, true),
    `${" ".repeat(column)}${keyText(key, dialect)}:${behindColon(value, column, dialect)}`,
    dialect,
  );
}

/** Inserts an item before an index of a list that has some, or appends it. */
export function addItem(text: string, list: YAMLSeq, index: number, value: unknown, dialect: Dialect): TextEdit | null {
  const items = list.items as (Node | null)[];
  const last = items.at(-1);
  if (last?.range == null) return null;
  if (isFlow(list)) {
    const before = items[index];
    if (before?.range == null) return addInFlow(text, list, last.range[0], last.range[1], "", value, dialect);
    const fresh = valueInFlow(text, before.range[0], value, dialect);
    return { start: before.range[0], end: before.range[0], text: `${fresh}, ` };
  }
  const dash = dashOf(list, Math.min(index, items.length - 1));
  if (dash === null) return null;
  const column = columnOf(text, dash);
  const lines = dialect.plainest
    ? `${" ".repeat(column)}- ${flowText(value, dialect)}`
    : blockText([value], column, dialect.eol);
  if (index >= items.length) return newLine(text, contentEnd(text, last, true), lines, dialect);
  // The first item of a list that begins behind another dash: it moves to a line of its own.
  if (!beginsLine(text, dash))
    return { start: dash, end: dash, text: lines.slice(column) + dialect.eol + " ".repeat(column) };
  const start = lineStart(text, dash);
  return { start, end: start, text: lines + dialect.eol };
}

/** Removes a pair with its line; the last one of a map leaves `{}`. */
export function removePair(text: string, map: YAMLMap, pair: Pair<Node, Node | null>): TextEdit | null {
  const pairs = map.items as Pair<Node, Node | null>[];
  const index = pairs.indexOf(pair);
  const spans = pairs.map((one) => ({ start: one.key.range?.[0] ?? 0, end: pairEnd(text, map, one, true) }));
  return removeSpan(text, map, spans, index, "{}");
}

/** Removes an item with its line; the last one of a list leaves `[]`. */
export function removeItem(text: string, list: YAMLSeq, index: number): TextEdit | null {
  const spans = (list.items as (Node | null)[]).map((item, at) => {
    const dash = isFlow(list) ? null : dashOf(list, at);
    const start = dash ?? item?.range?.[0] ?? 0;
    return { start, end: Math.max(item === null ? 0 : contentEnd(text, item, true), dash === null ? 0 : dash + 1) };
  });
  return removeSpan(text, list, spans, index, "[]");
}

function removeSpan(
  text: string,
  collection: YAMLMap | YAMLSeq,
  spans: readonly { readonly start: number; readonly end: number }[],
  index: number,
  empty: string,
): TextEdit | null {
  const [span, next, before] = [spans[index], spans[index + 1], spans[index - 1]];
  if (span === undefined || collection.range == null) return null;
  if (spans.length === 1) return { start: collection.range[0], end: contentEnd(text, collection), text: empty };
  if (isFlow(collection)) {
    if (next !== undefined) return { start: span.start, end: next.start, text: "" };
    return before === undefined ? null : { start: before.end, end: span.end, text: "" };
  }
  if (beginsLine(text, span.start))
    return { start: lineStart(text, span.start), end: lineAfter(text, span.end), text: "" };
  // The first pair behind a dash: the next one takes its place.
  return next === undefined ? null : { start: span.start, end: next.start, text: "" };
}

function addInFlow(
  text: string,
  collection: YAMLMap | YAMLSeq,
  lastStart: number,
  lastEnd: number,
  lead: string,
  value: unknown,
  dialect: Dialect,
): TextEdit {
  const open = collection.range?.[0] ?? 0;
  const apart = lineStart(text, open) !== lineStart(text, lastStart) && beginsLine(text, lastStart);
  const separator = apart ? `,${dialect.eol}${text.slice(lineStart(text, lastStart), lastStart)}` : ", ";
  return { start: lastEnd, end: lastEnd, text: separator + lead + valueInFlow(text, lastStart, value, dialect) };
}

function valueInFlow(text: string, at: number, value: unknown, dialect: Dialect): string {
  if (!dialect.json) return flowText(value, dialect);
  if (!text.trim().includes("\n")) return writeJson(value) ?? "null";
  const margin = /^[ \t]*/.exec(text.slice(lineStart(text, at)))?.[0] ?? "";
  return jsonText(value, margin, indentUnit(text), dialect.eol);
}

function newLine(text: string, contentEndsAt: number, line: string, dialect: Dialect): TextEdit {
  const at = lineAfter(text, contentEndsAt);
  const open = at === text.length && !text.endsWith("\n");
  return { start: at, end: at, text: open ? dialect.eol + line : line + dialect.eol };
}

function behindColon(value: unknown, column: number, dialect: Dialect): string {
  if (typeof value !== "object" || value === null) {
    const block =
      typeof value === "string" && value.includes("\n") && !dialect.plainest
        ? blockLiteral(value, column + 2, column, dialect.eol)
        : null;
    return ` ${block ?? inlineScalar(value, "PLAIN", false, dialect)}`;
  }
  if (dialect.plainest || Object.keys(value).length === 0) return ` ${flowText(value, dialect)}`;
  return dialect.eol + blockText(value, column + 2, dialect.eol);
}

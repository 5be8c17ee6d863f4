import { writeJson } from "../../exactJson.ts";
import { isMap, isSeq } from "yaml";
import type { Document, YAMLSeq } from "yaml";

import { addItem, addPair, removeItem, removePair } from "./addAndRemove.ts";
import type { TextEdit } from "./editedText.ts";
import type { FieldChange, FieldPath } from "./fieldChange.ts";
import { contentEnd, dashOf, isEmpty, pairOf } from "./place.ts";
import { setItem, setPairValue } from "./setValue.ts";
import { blockText, flowText, jsonText } from "./valueText.ts";
import type { Dialect } from "./valueText.ts";

/**
 * The edit that makes one change in a parsed text, as small as it can be; null where this text has no place for it (a value
 * behind an alias, an unusual way to write a key). The caller parses the result: it may still mean something else.
 */
export function nodeEdit(text: string, document: Document, change: FieldChange, dialect: Dialect): TextEdit | null {
  const key = change.path.at(-1);
  if (key === undefined) return change.kind === "remove" ? null : replaceRoot(text, document, change.value, dialect);
  const { parent, rest } = deepest(document, change.path.slice(0, -1));
  if (change.kind === "remove") {
    if (rest.length > 0) return null;
    if (isSeq(parent)) return removeItem(text, parent, Number(key));
    const pair = isMap(parent) ? pairOf(parent, key) : undefined;
    return isMap(parent) && pair !== undefined ? removePair(text, parent, pair) : null;
  }
  // What is missing on the way is made, inside out, and set on the deepest parent that is there.
  const [at, ...inner] = [...rest, key];
  const value = inner.reduceRight<unknown>(
    (made, name) => (typeof name === "number" ? [made] : { [name]: made }),
    change.value,
  );
  if (at === undefined) return null;
  if (isSeq(parent))
    return setInList(text, parent, Number(at), value, change.kind === "insert" && inner.length === 0, dialect);
  if (!isMap(parent)) return null;
  const pair = pairOf(parent, at);
  if (pair !== undefined) return setPairValue(text, parent, pair, value, dialect);
  if (parent.items.length > 0) return addPair(text, parent, String(at), value, dialect);
  const [start, end] = parent.range ?? [0, 0];
  if (!dialect.json) return { start, end, text: flowText({ [at]: value }, dialect) };
  return {
    start,
    end,
    text: text.trim().includes("\n")
      ? jsonText({ [at]: value }, "", "  ", dialect.eol)
      : (writeJson({ [at]: value }) ?? "null"),
  };
}

function setInList(
  text: string,
  list: YAMLSeq,
  index: number,
  value: unknown,
  insert: boolean,
  dialect: Dialect,
): TextEdit | null {
  if (list.items.length === 0) {
    const [start, end] = list.range ?? [0, 0];
    return { start, end, text: flowText([value], dialect) };
  }
  if (insert || index >= list.items.length) return addItem(text, list, index, value, dialect);
  return setItem(text, list, index, list.flow === true ? null : dashOf(list, index), value, dialect);
}

/** The last collection on a path, and the keys behind it that are not there, or hold nothing that could be gone into. */
function deepest(document: Document, path: FieldPath): { readonly parent: unknown; readonly rest: FieldPath } {
  let parent: unknown = document.contents;
  for (const [index, key] of path.entries()) {
    const next: unknown = isMap(parent)
      ? pairOf(parent, key)?.value
      : isSeq(parent)
        ? parent.items[Number(key)]
        : undefined;
    if (!isMap(next) && !isSeq(next)) return { parent, rest: path.slice(index) };
    parent = next;
  }
  return { parent, rest: [] };
}

function replaceRoot(text: string, document: Document, value: unknown, dialect: Dialect): TextEdit {
  const root = document.contents;
  const fresh = dialect.json
    ? jsonText(value, "", "  ", dialect.eol)
    : dialect.plainest
      ? flowText(value, dialect)
      : blockText(value, 0, dialect.eol);
  if (root === null || isEmpty(root)) return { start: text.length, end: text.length, text: fresh + dialect.eol };
  return { start: root.range?.[0] ?? 0, end: contentEnd(text, root), text: fresh };
}

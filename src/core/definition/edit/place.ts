import { isCollection, isPair, isScalar } from "yaml";
import type { CST, Node, Pair, YAMLMap, YAMLSeq } from "yaml";

/** The text between two offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the line of an offset begins, behind a byte order mark. */
export function lineStart(text: string, at: number): number {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return start === 0 && text.startsWith("\uFEFF") ? 1 : start;
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** Where the next line begins; the end of the text on the last one. An offset that is at a line's start stays. */
export function lineAfter(text: string, at: number): number {
  if (at > 0 && text[at - 1] === "\n") return at;
  const newline = text.indexOf("\n", at);
  return newline === -1 ? text.length : newline + 1;
}

/** Whether nothing but indentation stands before an offset on its line. */
export function beginsLine(text: string, at: number): boolean {
  return text.slice(lineStart(text, at), at).trim() === "";
}

/** Whether nothing follows an offset on its line, not even a comment. */
export function endsLine(text: string, at: number): boolean {
  const newline = text.indexOf("\n", at);
  return text.slice(at, newline === -1 ? text.length : newline).trim() === "";
}

/**
 * Where a node's own text ends: without trailing comments, and without the line break at the end of a block scalar unless
 * `whole` asks for it.
 */
export function contentEnd(text: string, node: Node, whole = false): number {
  if (isCollection(node) && node.flow !== true) {
    const last = node.items.at(-1);
    if (isPair(last)) return pairEnd(text, node as YAMLMap, last as Pair<Node, Node | null>, whole);
    if (last !== undefined) return contentEnd(text, last as Node, whole);
  }
  const end = node.range?.[1] ?? 0;
  if (
    !whole &&
    isScalar(node) &&
    (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED") &&
    text[end - 1] === "\n"
  )
    return text[end - 2] === "\r" ? end - 2 : end - 1;
  return end;
}

/** Where a pair's text ends. An empty value ends with the colon, or with its anchor or tag. */
export function pairEnd(text: string, map: YAMLMap, pair: Pair<Node, Node | null>, whole = false): number {
  const value = pair.value;
  if (value !== null && !isEmpty(value)) return contentEnd(text, value, whole);
  return propsEnd(map, pair) ?? pair.key.range?.[1] ?? 0;
}

/** A value that has no text of its own: `key:` and nothing behind it. */
export function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? "") === "";
}

/** Where the colon of a pair, and an anchor or tag behind it, ends; null for a key without a colon. */
export function propsEnd(map: YAMLMap, pair: Pair): number | null {
  let end: number | null = null;
  for (const token of itemToken(map, map.items.indexOf(pair))?.sep ?? [])
    if (token.type === "map-value-ind" || token.type === "anchor" || token.type === "tag")
      end = token.offset + token.source.length;
  return end;
}

/** Where the dash of an item in a block list stands. */
export function dashOf(list: YAMLSeq, index: number): number | null {
  return itemToken(list, index)?.start.find((token) => token.type === "seq-item-ind")?.offset ?? null;
}

/** The parser's own record of an item: it says where colons, dashes and anchors are. Items that hold only comments are skipped. */
function itemToken(collection: YAMLMap | YAMLSeq, index: number): CST.CollectionItem | undefined {
  const token = collection.srcToken;
  if (token === undefined || !("items" in token)) return undefined;
  const items = (token.items as CST.CollectionItem[]).filter(
    (item) =>
      item.key != null ||
      item.value != null ||
      item.sep !== undefined ||
      item.start.some((one) => one.type === "seq-item-ind"),
  );
  return items[index];
}

/** The pair of a key, as far as keys are strings or numbers. */
export function pairOf(map: YAMLMap, key: string | number): Pair<Node, Node | null> | undefined {
  const pairs = map.items as Pair<Node, Node | null>[];
  return pairs.find(({ key: one }) => isScalar(one) && String(one.value) === String(key));
}

/** Whether a node is written between brackets. */
export function isFlow(node: unknown): boolean {
  return isCollection(node) && node.flow === true;
}

import { isMap, isNode, isPair, isScalar, isSeq } from "yaml";
import type { Document, Node, Pair, Scalar } from "yaml";

import { childOf, keyOf, resolved, spanOf, stringOf } from "./nodes.ts";
import type { Span } from "./nodes.ts";
import { signatureOf } from "./signature.ts";
import type { Source } from "./source.ts";

export type OutlineKind = "name" | "field" | "group" | "function" | "tool";

export interface OutlineEntry {
  readonly name: string;
  readonly detail: string;
  readonly kind: OutlineKind;
  /** All of it. */
  readonly span: Span;
  /** What is selected when it is chosen; within `span`. */
  readonly selection: Span;
  readonly children: readonly OutlineEntry[];
}

/** The definition as an outline: its fields, tools by their names. */
export function outlineOf(source: Source): readonly OutlineEntry[] {
  return source.documents.flatMap((document) => entriesOf(document.contents, document, [], source));
}

const maxDepth = 3;

function entriesOf(
  node: unknown,
  document: Document,
  path: readonly string[],
  source: Source,
): readonly OutlineEntry[] {
  if (!isMap(node) || path.length >= maxDepth) return [];
  return node.items.flatMap((pair) => entryOf(pair, document, path, source) ?? []);
}

function entryOf(pair: Pair, document: Document, path: readonly string[], source: Source): OutlineEntry | null {
  const key = keyOf(pair);
  const selection = spanOf(pair.key);
  if (key === null || key === "" || selection === null || selection.start === selection.end) return null;
  const value = isNode(pair.value) ? pair.value : null;
  const below = [...path, key];
  const isTools = path.length === 0 && key === "tools" && source.kind === "assistant";
  const children = isTools ? toolsOf(value, document) : entriesOf(value, document, below, source);
  return {
    name: key,
    detail: isScalar(value) ? excerpt(value, source.text) : "",
    kind: path.length === 0 && key === "name" ? "name" : children.length > 0 ? "group" : "field",
    span: around(selection, spanOf(pair.value), source.text),
    selection,
    children,
  };
}

function toolsOf(node: Node | null, document: Document): readonly OutlineEntry[] {
  if (!isSeq(node)) return [];
  return node.items.flatMap((item): readonly OutlineEntry[] => {
    const span = spanOf(item);
    const tool = isPair(item) ? null : resolved(item, document);
    if (span === null || !isMap(tool)) return [];
    const declared = childOf(tool, "function", document);
    const type = stringOf(childOf(tool, "type", document)) ?? "tool";
    const name = stringOf(childOf(declared, "name", document));
    const nameSpan = spanOf(childOf(declared, "name", document));
    const isInside = nameSpan !== null && nameSpan.start >= span.start && nameSpan.end <= span.end;
    return [
      {
        name: name === null || name === "" ? type : name,
        detail: signatureOf(declared, document)?.slice(name?.length ?? 0) ?? "",
        kind: type === "function" ? "function" : "tool",
        span,
        selection: isInside ? nameSpan : { start: span.start, end: span.start },
        children: [],
      },
    ];
  });
}

/** From a key to the end of its value, without the line breaks behind it. */
function around(key: Span, value: Span | null, text: string): Span {
  const end = Math.max(key.end, value?.end ?? key.end);
  const body = text.slice(key.start, end);
  return { start: key.start, end: Math.max(key.end, key.start + body.trimEnd().length) };
}

/** The first line of a value. A plain one as it stands in the text, which may have been mended to be parsed. */
function excerpt(node: Scalar, text: string): string {
  const { value, type } = node;
  const span = spanOf(node);
  const whole =
    type === "PLAIN" && span !== null ? text.slice(span.start, span.end) : typeof value === "string" ? value : "";
  const line = whole.trim().split(/\r?\n/, 1)[0] ?? "";
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

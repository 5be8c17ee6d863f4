import { LineCounter, isAlias, isMap, isNode, isPair, isScalar, parseDocument, visit } from "yaml";
import type { Document, Node } from "yaml";

import type { Problem } from "./definition.ts";
import type { FieldPath } from "./edit/fieldChange.ts";
import type { Span } from "./edit/place.ts";

/** A text read as YAML. JSON is read as YAML, of which it is a subset. */
export interface Source {
  readonly text: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** What the text says; undefined where an error keeps it from saying anything. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** The texts that were read last: after a keystroke the tree, the diagnostics and the sync ask for the same one. */
const recent = new Map<string, Source>();
const mostRecent = 4;

/**
 * Reads a text. Never throws: whatever is wrong with it becomes a problem at its range. Those who ask for the same text get the
 * same source, and leave it as it is.
 */
export function readSource(text: string): Source {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const source = parsed(text);
  const oldest = recent.keys().next().value;
  if (recent.size >= mostRecent && oldest !== undefined) recent.delete(oldest);
  recent.set(text, source);
  return source;
}

function parsed(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    merge: true,
    logLevel: "error",
  });
  const problems: Problem[] = [
    ...document.errors.map((error) => yamlProblem("error", error, text)),
    ...document.warnings.map((warning) => yamlProblem("warning", warning, text)),
    ...aliasProblems(document, text),
  ];
  if (problems.some((problem) => problem.severity === "error"))
    return { text, document, lines, value: undefined, problems };
  try {
    return { text, document, lines, value: document.toJS({ maxAliasCount: 1000 }), problems };
  } catch (error) {
    // The yaml package throws here on alias bombs.
    const message = error instanceof Error ? error.message : String(error);
    problems.push({ severity: "error", code: "yaml-alias", message, start: 0, end: text.length });
    return { text, document, lines, value: undefined, problems };
  }
}

const yamlCodes: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "yaml-multi-document",
  DUPLICATE_KEY: "yaml-duplicate-key",
  TAB_AS_INDENT: "yaml-tab",
  BAD_ALIAS: "yaml-alias",
};

interface YamlFinding {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

function yamlProblem(severity: Problem["severity"], { code, message, pos }: YamlFinding, text: string): Problem {
  // The package appends an excerpt with a caret; the editor shows the place itself.
  const words = message.split(/ at line \d+/)[0] ?? message;
  const start = Math.min(pos[0], Math.max(0, text.length - 1));
  const end = Math.max(start + 1, Math.min(pos[1], text.length));
  if (code === "MULTIPLE_DOCS") {
    const said =
      "A file holds one definition: what follows this line is a second document. Move it to a file of its own.";
    const newline = text.indexOf("\n", start);
    return {
      severity,
      code: "yaml-multi-document",
      message: said,
      start,
      end: newline === -1 ? end : Math.max(start + 1, newline),
    };
  }
  // The package points at the first letter of the key.
  const key = code === "DUPLICATE_KEY" ? (/^[^\s:]+/.exec(text.slice(start))?.[0].length ?? 1) : 0;
  return { severity, code: yamlCodes[code] ?? "yaml-syntax", message: words, start, end: Math.max(end, start + key) };
}

/** `*nope` without an anchor raises nothing by itself until it is used; one inside what it names would contain itself. */
function aliasProblems(document: Document, text: string): readonly Problem[] {
  if (!text.includes("*")) return [];
  const problems: Problem[] = [];
  const anchors = new Map<string, Node>();
  visit(document, {
    Node(_key, node, path) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined && !path.includes(target)) return;
        const message =
          target === undefined
            ? `No anchor named ${node.source}.`
            : `*${node.source} stands inside what it names, which would have no end.`;
        const [start, end] = node.range ?? [0, 1];
        problems.push({ severity: "error", code: "yaml-alias", message, start, end });
      } else if (isNode(node) && "anchor" in node && typeof node.anchor === "string") anchors.set(node.anchor, node);
    },
  });
  return problems;
}

/** The range of the node at a path; of the nearest parent that exists where it does not. */
export function rangeAt({ document, text }: Source, path: FieldPath): Span {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(document, path.slice(0, length));
    if (node?.range) {
      const [start, end] = node.range;
      return { start, end: Math.max(start + 1, end) };
    }
  }
  const newline = text.indexOf("\n");
  return { start: 0, end: Math.max(1, newline === -1 ? text.length : newline) };
}

/** The range of a field's key; of its value where it has none (an item of a list), of the nearest parent where it is missing. */
export function keyRangeAt(source: Source, path: FieldPath): Span {
  const parent: unknown = path.length === 1 ? source.document.contents : nodeAt(source.document, path.slice(0, -1));
  const key = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
    if (pair !== undefined && isNode(pair.key) && pair.key.range)
      return { start: pair.key.range[0], end: pair.key.range[1] };
  }
  return rangeAt(source, path);
}

/** The line of the node at a path, from 1. */
export function lineAt(source: Source, path: FieldPath): number {
  const node = nodeAt(source.document, path);
  return node?.range ? source.lines.linePos(node.range[0]).line : 1;
}

function nodeAt(document: Document, path: FieldPath): Node | null {
  const keys = path.map((part) => (typeof part === "string" && /^\d+$/.test(part) ? Number(part) : part));
  const node: unknown = document.getIn(keys, true);
  return isNode(node) ? node : null;
}

/** What the field `name` says, also in a text with problems. */
export function nameIn({ document }: Source): string | null {
  if (!isMap(document.contents)) return null;
  const pair = document.contents.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === "name");
  const value = pair !== undefined && isScalar(pair.value) ? pair.value.value : null;
  return typeof value === "string" ? value : null;
}

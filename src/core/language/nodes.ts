import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Document, Node, Pair, YAMLMap } from "yaml";

/** Keys and indexes from the root to a node. */
export type Path = readonly (string | number)[];

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The text of a pair's key; null for keys that are no strings. A merge key reads as `<<`. */
export function keyOf(pair: Pair): string | null {
  if (!isScalar(pair.key)) return null;
  const { value, source } = pair.key;
  if (typeof value === "string") return value;
  return source ?? (value === null ? "" : null);
}

/** What an alias stands for; the node itself otherwise. Null where the anchor does not exist. */
export function resolved(node: unknown, document: Document): Node | null {
  if (!isNode(node)) return null;
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

/** Pairs of a map, those of merged maps (`<<`) after its own. */
export function pairsOf(map: YAMLMap, document: Document, depth = 0): readonly Pair[] {
  const own = map.items.filter((pair) => keyOf(pair) !== "<<");
  if (depth > 8 || own.length === map.items.length) return own;
  const merged = map.items
    .filter((pair) => keyOf(pair) === "<<")
    .flatMap((pair) => {
      const target = resolved(pair.value, document);
      const maps = isSeq(target) ? target.items.map((item) => resolved(item, document)) : [target];
      return maps.filter(isMap).flatMap((one) => pairsOf(one, document, depth + 1));
    });
  return [...own, ...merged];
}

/** The node below a key or an index, through aliases and merges. */
export function childOf(parent: Node | null, step: string | number, document: Document): Node | null {
  const node = resolved(parent, document);
  if (isSeq(node) && typeof step === "number") return resolved(node.items[step], document);
  if (!isMap(node)) return null;
  const pair = pairsOf(node, document).find((one) => keyOf(one) === String(step));
  return pair === undefined ? null : resolved(pair.value, document);
}

export function nodeAt(document: Document, path: Path): Node | null {
  let node = resolved(document.contents, document);
  for (const step of path) node = childOf(node, step, document);
  return node;
}

/** The string that stands at a path; null where there is none. */
export function stringAt(document: Document, path: Path): string | null {
  return stringOf(nodeAt(document, path));
}

export function stringOf(node: unknown): string | null {
  return isScalar(node) && typeof node.value === "string" ? node.value : null;
}

/** From the node's first character to the end of its value, without comments behind it. */
export function spanOf(node: unknown): Span | null {
  if (!isNode(node) || !node.range) return null;
  return { start: node.range[0], end: node.range[1] };
}

/** Whether a path has the form of a pattern such as `tools.*.function`; `*` is any one step. */
export function pathMatches(path: Path, pattern: string): boolean {
  const parts = pattern.split(".");
  return parts.length === path.length && parts.every((part, index) => part === "*" || part === String(path[index]));
}

/** The keys of a map, merged ones too, without that of one pair. */
export function keysBeside(map: unknown, pair: Pair | null, document: Document): ReadonlySet<string> {
  if (!isMap(map)) return new Set();
  const others = pairsOf(map, document).filter((one) => one !== pair);
  return new Set(others.flatMap((one) => keyOf(one) ?? []));
}

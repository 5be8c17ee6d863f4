import { isMap, isPair, isScalar, isSeq } from "yaml";
import type { Document, Node, Pair, Scalar } from "yaml";

import { keyOf, spanOf } from "./nodes.ts";
import type { Path } from "./nodes.ts";

/** A key or a scalar in a document, with the path of the value that it belongs to. */
export interface Place {
  readonly role: "key" | "value";
  /** Of the value: for a key, that of what stands behind it. */
  readonly path: Path;
  readonly node: Scalar;
  /** The pair that the node is a key or the value of; null in a list and at the root. */
  readonly pair: Pair | null;
  /** Collections from the root to the node, the nearest last. */
  readonly parents: readonly Node[];
}

/** Every key and scalar, in the order of the text. Aliases are not followed: their text stands elsewhere. */
export function* placesOf(document: Document): Generator<Place> {
  yield* placesIn(document.contents, [], null, []);
}

function* placesIn(node: unknown, path: Path, pair: Pair | null, parents: readonly Node[]): Generator<Place> {
  if (isScalar(node)) yield { role: "value", path, node, pair, parents };
  else if (isMap(node)) {
    const inner = [...parents, node];
    for (const item of node.items) yield* placesOfPair(item, path, inner);
  } else if (isSeq(node)) {
    const inner = [...parents, node];
    for (const [index, item] of node.items.entries()) {
      const below = [...path, index];
      if (isPair(item)) yield* placesOfPair(item, below, inner);
      else yield* placesIn(item, below, null, inner);
    }
  }
}

function* placesOfPair(pair: Pair, path: Path, parents: readonly Node[]): Generator<Place> {
  const below = [...path, keyOf(pair) ?? ""];
  if (isScalar(pair.key)) yield { role: "key", path: below, node: pair.key, pair, parents };
  yield* placesIn(pair.value, below, pair, parents);
}

/** The key or scalar that an offset touches; null between them. */
export function placeAt(document: Document, offset: number): Place | null {
  for (const place of placesOf(document)) {
    const span = spanOf(place.node);
    if (span === null || span.start === span.end) continue;
    if (span.start > offset) return null;
    if (offset <= span.end) return place;
  }
  return null;
}

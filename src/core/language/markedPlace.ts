import { isMap, isNode, isScalar } from "yaml";
import type { Document, Scalar } from "yaml";

import { marker } from "./marker.ts";
import type { Patch } from "./patch.ts";
import { placesOf } from "./place.ts";
import type { Place } from "./place.ts";
import { parseDocuments } from "./source.ts";
import type { Source } from "./source.ts";

/** The marker in a parsed patch: what became of the word at the cursor. */
export interface MarkedPlace {
  readonly document: Document;
  readonly documents: readonly Document[];
  readonly place: Place;
}

export function findMarker(patch: Patch): MarkedPlace | null {
  const documents = parseDocuments(patch.text);
  for (const document of documents) {
    for (const place of placesOf(document)) {
      const [start, end] = place.node.range ?? [0, 0];
      const isHere = start <= patch.at && patch.at < end;
      if (isHere && String(place.node.value).includes(marker)) return { document, documents, place };
    }
  }
  return null;
}

/** Whether a key at the cursor breaks what is good without it: its indentation fits nowhere. */
export function hasNewErrors(source: Source, { documents }: MarkedPlace): boolean {
  const count = (of: readonly Document[]): number => of.reduce((sum, { errors }) => sum + errors.length, 0);
  return count(documents) > count(source.documents);
}

/** Whether the line below is indented deeper than the key at the cursor. */
export function hasLinesBelow({ pair, node }: Place, patch: Patch): boolean {
  const start = isNode(pair?.value) ? pair.value.range?.[0] : undefined;
  const isEmpty = isScalar(pair?.value) && pair.value.value === null;
  return start !== undefined && !isEmpty && columnOf(patch.text, start) > columnOf(patch.text, node.range?.[0] ?? 0);
}

/** Keys in another column than their map's: the parser puts them into whatever map is open. */
export function isMisplaced(place: Place, patch: Patch): boolean {
  const map = place.parents.at(-1);
  if (place.role !== "key" || !isMap(map) || map.flow === true) return false;
  const other = map.items.find((pair) => pair !== place.pair);
  const start = (other?.key as Scalar | null | undefined)?.range?.[0];
  return start !== undefined && columnOf(patch.text, start) !== columnOf(patch.text, place.node.range?.[0] ?? 0);
}

/** Characters between the beginning of the line and an offset. */
export function columnOf(text: string, offset: number): number {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  // A byte order mark takes no column.
  return offset - (start === 0 && text.startsWith("\uFEFF") ? 1 : start);
}

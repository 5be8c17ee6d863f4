import type { CitationView } from "../../src/protocol/panelState.ts";

/** A mark of a source as servers write it, such as `【4:0†returns.md】`. */
const mark = /【\d+:\d+†[^【】\n]*】/g;

/** What may become such a mark when more text comes. */
const beginning = /【(?:\d*|\d+:\d*|\d+:\d+†[^【】\n]{0,300})$/;

/**
 * A text that is still being written, without the marks of sources that nothing is known about yet: the annotation that says what to
 * show in the place of a mark may come after it, and a mark is no text to read.
 */
export function withoutPendingMarks(text: string, citations: readonly CitationView[]): string {
  if (!text.includes("【")) {
    return text;
  }
  return text
    .replace(beginning, "")
    .replace(mark, (found) => (citations.some(({ marker }) => marker === found) ? found : ""));
}

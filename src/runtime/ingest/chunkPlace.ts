/** Where a chunk stands in its file. Sent as `x_chunk` with search results (an extension; coverage.md). */
export interface ChunkPlace {
  /** Counts the chunks of the file from 0. */
  readonly index: number;
  /** The characters of the file's text that it is, `[start, end)`, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** First and last line, from 1; null where lines of the text are not lines of the file. */
  readonly lines: readonly [number, number] | null;
  /** First and last page of a PDF, or slide of a presentation, from 1; null for other files. */
  readonly pages: readonly [number, number] | null;
  /** The headings above its new text, outermost first, joined by “ › ”; null when there are none. */
  readonly heading: string | null;
  readonly tokens: number;
}

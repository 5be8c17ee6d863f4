import type { MarkdownIt, Token } from "markdown-it";

/** How much of a growing text is made of finished top-level blocks, and what its last block is. */
export interface BlockSplit {
  /** Length of the part that no later text can change. */
  readonly finished: number;
  /** The fence that is open at the end, when the unfinished part is nothing else. */
  readonly openFence: OpenFence | null;
}

export interface OpenFence {
  readonly marker: "`" | "~";
  readonly length: number;
  readonly info: string;
  /** Offset of the first line of code, from the start of the text. */
  readonly bodyStart: number;
}

/**
 * Splits a text that is still being written (with `\n` as its only line break). A block is finished when another one begins after it on a line that is
 * complete: before its line break, `#` may yet become a word and a line may yet join the paragraph above.
 */
export function splitBlocks(markdown: MarkdownIt, text: string): BlockSplit {
  const starts: number[] = [];
  const tokens: Token[] = [];
  // Blocks only: what is inside them does not matter here and costs most.
  markdown.block.parse(limitNesting(text), markdown, {}, tokens);
  for (const token of tokens) {
    if (token.level === 0 && token.nesting >= 0 && token.map) {
      starts.push(token.map[0]);
    }
  }
  const lines = lineOffsets(text);
  const last = starts.at(-1) ?? 0;
  let finished = 0;
  for (let index = starts.length - 1; index > 0; index--) {
    const line = starts[index] ?? 0;
    if (line < lines.length - 1) {
      finished = lines[line] ?? 0;
      break;
    }
  }
  const token = tokens.at(-1);
  const isLast = finished === (lines[last] ?? 0);
  return { finished, openFence: token?.type === "fence" && isLast ? findOpenFence(text, finished, lines) : null };
}

/**
 * A line of hundreds of list and quote marks, made harmless: past the parser's greatest depth all that follows would be
 * dropped. The mark is replaced by another character, so that offsets hold.
 */
export function limitNesting(text: string): string {
  return text.replace(/^([ \t]{0,3}(?:>[ \t]{0,4}|[-+*][ \t]{1,4}){40})[-+*>]/gm, "$1·");
}

function lineOffsets(text: string): number[] {
  const offsets = [0];
  for (let index = text.indexOf("\n"); index !== -1; index = text.indexOf("\n", index + 1)) {
    offsets.push(index + 1);
  }
  return offsets;
}

function findOpenFence(text: string, start: number, lines: readonly number[]): OpenFence | null {
  const opening = /^ {0,3}(`{3,}|~{3,})([^\n]*)\n/.exec(text.slice(start));
  const run = opening?.[1];
  if (!opening || !run) {
    return null;
  }
  const marker = run.startsWith("~") ? "~" : "`";
  const body = start + opening[0].length;
  const fence: OpenFence = { marker, length: run.length, info: (opening[2] ?? "").trim(), bodyStart: body };
  const closes = lines.some(
    (offset, index) => offset >= body && closesFence(fence, text.slice(offset, lines[index + 1])),
  );
  return closes ? null : fence;
}

/** Whether a line ends a fence. */
export function closesFence(fence: OpenFence, line: string): boolean {
  const closing = /^ {0,3}(`+|~+)[ \t]*\r?\n?$/.exec(line)?.[1];
  return closing !== undefined && closing[0] === fence.marker && closing.length >= fence.length;
}

/** Whether a line that is not complete may yet end a fence: such a line is held back. */
export function mayCloseFence(line: string): boolean {
  return /^ {0,3}(`*|~*)[ \t\r]*$/.test(line);
}

/** Whether a text defines link references: those reach across blocks, so the end result is rendered as one. */
export function definesReferences(text: string): boolean {
  return /^ {0,3}\[[^\]\n]+\]:/m.test(text);
}

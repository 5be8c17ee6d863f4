import type { Source } from "./source.ts";

/** The part of a long text that matters to its cursor, as a text of its own. */
export interface Excerpt {
  readonly text: string;
  /** Add it to an offset on the cursor's line to get the one in the whole text. */
  readonly shift: number;
}

/** Shorter texts are parsed as fast as they are cut. */
const worthIt = 4_000;

/**
 * A keystroke must not cost the parsing of thousands of lines: of the field that the cursor is in, what is above the list item
 * and the item itself; of all others just the key. Null where the text is short, where what stands elsewhere matters (anchors,
 * several documents), and where lines do not tell the structure (JSON).
 */
export function excerptAt({ text, json }: Source, offset: number): Excerpt | null {
  if (text.length < worthIt || json || /^\s*[[{]/.test(text)) return null;
  if (/(?:^|[\s[{,])[&*][^\s*]|<<\s*:|^(?:---|\.\.\.|%)/m.test(text)) return null;
  const fields = startsOf(text, /^[^\s#\-[\]{}][^\n]*/gm);
  const at = fields.findLastIndex((start) => start <= offset);
  const start = fields[at];
  if (start === undefined) return null;
  const end = fields[at + 1] ?? text.length;
  const head = fields.slice(0, at).map((field) => keyLine(text, field));
  const tail = fields.slice(at + 1).map((field) => keyLine(text, field));
  const items = itemsOf(text, start, end);
  const item = items.findLast((one) => one <= offset);
  const next = items.find((one) => one > offset);
  const above = item === undefined ? "" : text.slice(start, items[0]);
  const before = head.join("") + above;
  const from = item ?? start;
  const body = text.slice(from, item === undefined ? end : (next ?? end));
  // Of the item below just the dash: what the cursor's line would tear apart shows by it.
  const dash = item === undefined || next === undefined ? "" : (/^ *-/.exec(text.slice(next))?.[0] ?? "");
  const below = [dash === "" ? "" : `${dash}\n`, ...tail].join("");
  return {
    text: before + body + (body.endsWith("\n") || below === "" ? "" : "\n") + below,
    shift: from - before.length,
  };
}

function startsOf(text: string, pattern: RegExp): readonly number[] {
  return [...text.matchAll(pattern)].map(({ index }) => index);
}

/** A field without its value. */
function keyLine(text: string, start: number): string {
  const key = /^(?:"[^"\n]*"|'[^'\n]*'|[^\n:"']+)(?=\s*:)/.exec(text.slice(start, start + 300));
  return key === null ? "" : `${key[0]}: 0\n`;
}

/** Where the items of the list begin that is a field's value. */
function itemsOf(text: string, start: number, end: number): readonly number[] {
  const field = text.slice(start, end);
  const indent = /^[^\n:]+:[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)- /.exec(field)?.[1];
  if (indent === undefined) return [];
  return startsOf(field, new RegExp(`^ {${indent.length}}-(?=[ \\r\\n])`, "gm")).map((index) => start + index);
}

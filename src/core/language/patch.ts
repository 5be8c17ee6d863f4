import { marker } from "./marker.ts";
import type { Source } from "./source.ts";

/** A text with the marker where the cursor is, mended around it so that a half-typed line parses as what it is about to be. */
export interface Patch {
  readonly text: string;
  /** Where the marker is in it. */
  readonly at: number;
  /** The line held nothing but a word: a colon was added, and the marker is a key, though it may be meant as a value. */
  readonly alone: boolean;
  /** A quote was open, and was closed behind the marker. */
  readonly closedQuote: boolean;
  /** What has to be inserted before a completion as well: the space that `type:` lacks, or the dash of a list. */
  readonly lead: string;
  /** Where an offset of the patched text is in the original one. */
  readonly original: (offset: number) => number;
}

interface Line {
  readonly before: string;
  readonly after: string;
}

/** @param dash whether a list item is to begin at the cursor's word */
export function patchAt(source: Source, offset: number, dash = false): Patch {
  const line = lineAt(source.text, offset);
  const colon = /^[ \t]*(?:- +)*[\w$-]+:([\w.-]*)$/.exec(line.before);
  const alone = isAlone(line) && !source.json;
  const quote = openQuote(line);
  const wordStart = offset - (/[^\s:]*$/.exec(line.before)?.[0].length ?? 0);
  const lead = dash ? "- " : colon !== null && !source.json ? " " : "";
  const commas = source.json && quote === null ? commasAround(source.text, wordStart, offset) : noCommas;
  const wordEnd = offset + (/^[^\s#]*(?: +[^\s#]+)*/.exec(line.after)?.[0].length ?? 0);
  const insertions = [
    { at: wordStart, text: lead + commas.before },
    { at: offset, text: marker + (quote ?? "") + commas.after },
    { at: wordEnd, text: alone ? ": " : "" },
  ];
  const text =
    source.text.slice(0, wordStart) +
    insertions[0]?.text +
    source.text.slice(wordStart, offset) +
    insertions[1]?.text +
    source.text.slice(offset, wordEnd) +
    insertions[2]?.text +
    source.text.slice(wordEnd);
  const original = (patched: number): number => {
    let shift = 0;
    for (const { at, text: inserted } of insertions) {
      if (patched - shift <= at) break;
      shift += Math.min(inserted.length, patched - shift - at);
    }
    return patched - shift;
  };
  return { text, at: offset + lead.length + commas.before.length, alone, closedQuote: quote !== null, lead, original };
}

function lineAt(text: string, offset: number): Line {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const newline = text.indexOf("\n", offset);
  return {
    before: text.slice(start, offset),
    after: text.slice(offset, newline === -1 ? text.length : newline).replace(/\r$/, ""),
  };
}

/** Whether a line holds, beside dashes and a comment, at most one word: a key or a value that is being typed. */
function isAlone({ before, after }: Line): boolean {
  if (!/^[ \t]*(?:- +)*(?:[^\s#"'{}[\],&*!|>%@`-][^#"{}[\],]*)?$/.test(before)) return false;
  const body = (before + after).replace(/^[ \t]*(?:- +)*/, "").replace(/(?:^|\s)#.*$/, "");
  return !/[{}[\],"]|:(?:\s|$)/.test(body) && !/\s#/.test(before);
}

/** The quote that is open at the cursor and closed nowhere behind it on the line. */
function openQuote({ before, after }: Line): '"' | "'" | null {
  let open: '"' | "'" | null = null;
  for (let index = 0; index < before.length; index += 1) {
    const char = before[index];
    if (open === '"' && char === "\\") index += 1;
    else if (open !== null) open = char === open ? null : open;
    else if ((char === '"' || char === "'") && /^$|[\s[{,:]/.test(before[index - 1] ?? "")) open = char;
    else if (char === "#" && /^$|\s/.test(before[index - 1] ?? "")) return null;
  }
  return open === null || after.includes(open) ? null : open;
}

const noCommas = { before: "", after: "" };

/** JSON that is being typed lacks commas about the cursor. */
function commasAround(text: string, start: number, end: number): typeof noCommas {
  const last = text.slice(0, start).trimEnd().at(-1) ?? "{";
  const next = text.slice(end).trimStart()[0] ?? "}";
  return { before: "{[,:".includes(last) ? "" : ",", after: next === '"' ? "," : "" };
}

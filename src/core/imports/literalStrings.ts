import { LiteralProblem } from "./literalProblem.ts";

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\u0007",
  "0": "\0",
};

export interface ReadString {
  readonly value: string;
  /** Behind the closing quote. */
  readonly end: number;
  /** Whether the program fills values in: `{name}` of an f-string, `${name}` of a template. */
  readonly filled: boolean;
}

/**
 * Reads a string of Python, JavaScript or JSON that begins at an offset, with its prefix: `"…"`, `'…'`, `` `…` ``, three quotes,
 * `r"…"`. What an f-string or a template fills in stays in braces, as it is written.
 * @throws LiteralProblem when it is never closed
 */
export function readString(text: string, start: number): ReadString {
  const prefix = /^[rRuUbBfF]*/.exec(text.slice(start, start + 2))?.[0] ?? "";
  const raw = /r/i.test(prefix);
  const open = start + prefix.length;
  const quote = text[open] ?? "";
  const mark = quote !== "`" && text.startsWith(quote.repeat(3), open) ? quote.repeat(3) : quote;
  let value = "";
  for (let at = open + mark.length; at < text.length;) {
    if (text.startsWith(mark, at)) {
      const filled = quote === "`" ? value.includes("${") : /f/i.test(prefix) && /(?<!\{)\{[^{]/.test(value);
      return { value: value.replaceAll("\r\n", "\n"), end: at + mark.length, filled };
    }
    const char = text[at] ?? "";
    if (char === "\n" && mark.length === 1 && quote !== "`") break;
    if (char !== "\\") {
      value += char;
      at += 1;
    } else if (raw) {
      value += text.slice(at, at + 2);
      at += 2;
    } else {
      const escape = escapeAt(text, at);
      value += escape.value;
      at = escape.end;
    }
  }
  throw new LiteralProblem("This string is never closed.", text, start);
}

function escapeAt(text: string, at: number): { readonly value: string; readonly end: number } {
  const next = text[at + 1] ?? "";
  const hex = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{([\da-fA-F]{1,6})\}|U([\da-fA-F]{8}))/.exec(
    text.slice(at, at + 12),
  );
  const code = Number.parseInt(hex?.[1] ?? hex?.[2] ?? hex?.[3] ?? hex?.[4] ?? "", 16);
  // Half of a surrogate pair is a code unit; the other half follows.
  if (hex !== null && code <= 0x10_ff_ff)
    return { value: code > 0xff_ff ? String.fromCodePoint(code) : String.fromCharCode(code), end: at + hex[0].length };
  const lineEnd = /^\\\r?\n/.exec(text.slice(at, at + 3))?.[0];
  if (lineEnd !== undefined) return { value: "", end: at + lineEnd.length };
  if (Object.hasOwn(escapes, next)) return { value: escapes[next] ?? "", end: at + 2 };
  // Python keeps the backslash of an escape that it does not know; JavaScript drops it. Quotes and backslashes lose it in both.
  return { value: /[\\'"`$/]/.test(next) ? next : `\\${next}`, end: at + 2 };
}

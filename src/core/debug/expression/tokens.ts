import { integerOf } from "../../exactJson.ts";
import { ExpressionError, longestExpression } from "./syntax.ts";

export type Token =
  | { readonly kind: "number"; readonly value: number | bigint; readonly at: number }
  | { readonly kind: "string"; readonly value: string; readonly at: number }
  | { readonly kind: "name"; readonly text: string; readonly at: number }
  | { readonly kind: "symbol"; readonly text: string; readonly at: number }
  | { readonly kind: "end"; readonly at: number };

const space = /\s+/y;
const number = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const symbol = /===|!==|==|!=|<=|>=|&&|\|\||[-+*/%<>!=()[\]{}.,:]/y;

/** Cuts an expression into tokens; the last one is its end. @throws ExpressionError */
export function tokensOf(text: string): readonly Token[] {
  if (text.length > longestExpression)
    throw new ExpressionError(`The expression is longer than ${longestExpression} characters.`);
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  for (;;) {
    at += match(space)?.length ?? 0;
    if (at >= text.length) return [...tokens, { kind: "end", at: text.length }];
    const first = text.charAt(at);
    const start = at;
    if (first === '"' || first === "'") {
      const end = closingQuote(text, at);
      tokens.push({ kind: "string", value: unescaped(text.slice(at + 1, end), at), at: start });
      at = end + 1;
      continue;
    }
    const digits = match(number);
    if (digits !== null) {
      at += digits.length;
      tokens.push({ kind: "number", value: /^\d+$/.test(digits) ? integerOf(digits) : Number(digits), at: start });
      continue;
    }
    const word = match(name);
    if (word !== null) {
      at += word.length;
      tokens.push({ kind: "name", text: word, at: start });
      continue;
    }
    const sign = match(symbol);
    if (sign === null) throw new ExpressionError(`“${first}” at character ${at + 1} means nothing here.`);
    at += sign.length;
    tokens.push({ kind: "symbol", text: sign, at: start });
  }
}

function closingQuote(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at;
  }
  throw new ExpressionError(`The text that begins at character ${start + 1} has no closing ${quote}.`);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "0": "\0" };

function unescaped(text: string, at: number): string {
  return text.replaceAll(/\\(?:u([\da-fA-F]{4})|([\s\S]))/g, (_whole, code?: string, letter?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    if (letter === "u") throw new ExpressionError(`\\u in the text at character ${at + 1} wants four hex digits.`);
    return escapes[letter ?? ""] ?? letter ?? "";
  });
}

import { evaluate } from "./expression/evaluate.ts";
import type { Names } from "./expression/evaluate.ts";
import { parseExpression } from "./expression/parse.ts";
import { ExpressionError } from "./expression/syntax.ts";
import type { Expression } from "./expression/syntax.ts";
import { inlineText } from "./expression/values.ts";

/** The message of a logpoint: text with expressions in braces. */
export type LogMessage = readonly (string | Expression)[];

/** Reads a logpoint's message, such as `order {args.order_id}`. `\{` is a brace. @throws ExpressionError */
export function parseLogMessage(text: string): LogMessage {
  const parts: (string | Expression)[] = [];
  let plain = "";
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === "\\" && /[{}\\]/.test(text.charAt(at + 1))) plain += text.charAt(++at);
    else if (letter !== "{") plain += letter;
    else {
      const end = closingBrace(text, at);
      if (plain !== "") parts.push(plain);
      plain = "";
      parts.push(parseExpression(text.slice(at + 1, end)));
      at = end;
    }
  }
  return plain === "" ? parts : [...parts, plain];
}

/** Braces and quotes inside the expression are its own. */
function closingBrace(text: string, start: number): number {
  let depth = 0;
  let quote = "";
  for (let at = start; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quote !== "") {
      if (letter === "\\") at++;
      else if (letter === quote) quote = "";
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "{") depth++;
    else if (letter === "}" && --depth === 0) return at;
  }
  throw new ExpressionError(`The { at character ${start + 1} of the message has no closing }.`);
}

/** The message with its expressions filled in; what cannot be said stands there as the reason. */
export function logText(message: LogMessage, names: Names): string {
  return message.map((part) => (typeof part === "string" ? part : said(part, names))).join("");
}

function said(expression: Expression, names: Names): string {
  try {
    return inlineText(evaluate(expression, names));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return `<${error.message}>`;
  }
}

import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { decodeText } from "./decodeText.ts";
import { docxText } from "./documents/docx.ts";
import { pdfText } from "./documents/pdf.ts";
import { pptxText } from "./documents/pptx.ts";
import { HtmlText } from "./htmlText.ts";
import type { TextFormat } from "./textFormat.ts";

/** A part of a file's text, and the page or slide that it is on. */
export interface TextPart {
  readonly text: string;
  readonly page?: number;
}

/** About so much text is cut into tokens at once. */
const portion = 16_384;

/**
 * The text of a file in parts that end between words. Text files are read as they come, whatever their size; documents are read
 * whole, because their formats begin at the end. Whitespace alone is no text. Throws `InvalidContent`.
 */
export async function* textParts(
  kind: Exclude<TextFormat["kind"], "unreadable">,
  path: string,
): AsyncGenerator<TextPart> {
  for await (const { text, page } of wholeParts(kind, path))
    for (let rest = text; rest !== "";) {
      const end = rest.length <= portion ? rest.length : betweenWords(rest);
      yield { text: rest.slice(0, end), ...(page === undefined ? {} : { page }) };
      rest = rest.slice(end);
    }
}

async function* wholeParts(kind: Exclude<TextFormat["kind"], "unreadable">, path: string): AsyncGenerator<TextPart> {
  switch (kind) {
    case "plain":
    case "markdown":
      return yield* streamed(path, undefined);
    case "html":
      return yield* streamed(path, new HtmlText());
    case "pdf":
      return yield* pdfText(new Uint8Array(await readFile(path)));
    case "docx":
      return yield { text: await docxText(await readFile(path)) };
    case "pptx":
      return yield* pptxText(await readFile(path));
  }
}

/** Parts of about a portion, each but the last ending between words. */
async function* streamed(path: string, html: HtmlText | undefined): AsyncGenerator<TextPart> {
  let held = "";
  for await (const text of decodeText(createReadStream(path))) {
    held += html === undefined ? text : html.write(text);
    while (held.length >= portion) {
      const end = betweenWords(held);
      yield { text: held.slice(0, end) };
      held = held.slice(end);
    }
  }
  yield { text: held + (html?.end() ?? "") };
}

/** A place to cut near the end of the first portion: after a line, else after a word, else anywhere but inside a letter. */
function betweenWords(text: string): number {
  for (const mark of ["\n", " "]) {
    const at = text.lastIndexOf(mark, portion - 1);
    if (at > portion / 2) return at + 1;
  }
  const code = text.charCodeAt(portion - 1);
  return code >= 0xd800 && code <= 0xdbff ? portion - 1 : portion;
}

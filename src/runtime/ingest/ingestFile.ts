import { setImmediate as nextTurn } from "node:timers/promises";
import type { FileBytes } from "../files/fileBytes.ts";
import type { FileObject, VectorStoreFile } from "../objects.ts";
import type { Chunk } from "../store/chunkStore.ts";
import { loadTokenizer } from "../tokenizer.ts";
import { autoSize, Chunker, type ChunkSize } from "./chunker.ts";
import { decodeText, InvalidContent } from "./decodeText.ts";
import { HtmlText } from "./htmlText.ts";
import { textFormatOf } from "./textFormat.ts";

/** How reading a file ended. `unwanted`: it was removed or cancelled meanwhile. */
export type IngestOutcome =
  | { readonly kind: "read"; readonly bytes: number }
  | { readonly kind: "failed"; readonly error: NonNullable<VectorStoreFile["last_error"]> }
  | { readonly kind: "unwanted" };

/** OpenAI's limit for a file in a vector store. */
const maxTokens = 5_000_000;
/** About so much text is cut into tokens at once: some milliseconds, and then everything else has its turn. */
const portion = 16_384;

/**
 * Reads a file's text and hands it to `keep` in chunks, a few at a time; `keep` says whether they are still wanted. Memory
 * holds one portion, whatever the size of the file. Rejects only when the disk or the database do.
 */
export async function ingestFile(
  file: FileObject,
  strategy: VectorStoreFile["chunking_strategy"],
  bytes: FileBytes,
  keep: (chunks: readonly Chunk[]) => boolean,
): Promise<IngestOutcome> {
  const format = textFormatOf(file.filename);
  if (format.kind === "unreadable") return failed("unsupported_file", format.message);
  if (file.bytes === 0) return failed("invalid_file", "The file is empty.");
  const chunker = new Chunker(await loadTokenizer(), sizeOf(strategy), {
    headings: format.kind === "markdown",
    lines: format.kind !== "html",
  });
  let kept = 0;
  const hand = (chunks: readonly Chunk[]): boolean => {
    kept += chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk.text), 0);
    return keep(chunks);
  };
  const content = await bytes.read(file.id);
  try {
    for await (const text of portions(content, format.kind === "html" ? new HtmlText() : undefined)) {
      if (!hand(chunker.write(text))) return { kind: "unwanted" };
      if (chunker.total > maxTokens)
        return failed("invalid_file", `The file is longer than ${maxTokens.toLocaleString("en")} tokens.`);
      await nextTurn();
    }
  } catch (error) {
    if (error instanceof InvalidContent) return failed("invalid_file", error.message);
    throw error;
  } finally {
    content.destroy();
  }
  if (!hand(chunker.end())) return { kind: "unwanted" };
  return chunker.total === 0 ? failed("invalid_file", "There is no text in the file.") : { kind: "read", bytes: kept };
}

/** The text in portions that end between words. Whitespace alone is no text. */
async function* portions(content: AsyncIterable<Uint8Array>, html: HtmlText | undefined): AsyncGenerator<string> {
  let held = "";
  let blank = true;
  const take = function* (end: number): Generator<string> {
    const text = held.slice(0, end);
    held = held.slice(end);
    blank &&= text.trim() === "";
    if (!blank) yield text;
  };
  for await (const text of decodeText(content)) {
    held += html === undefined ? text : html.write(text);
    while (held.length >= portion) yield* take(betweenWords(held));
  }
  held += html?.end() ?? "";
  yield* take(held.length);
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

function sizeOf(strategy: VectorStoreFile["chunking_strategy"]): ChunkSize {
  return strategy?.type === "static"
    ? { max: strategy.static.max_chunk_size_tokens, overlap: strategy.static.chunk_overlap_tokens }
    : autoSize;
}

function failed(code: "unsupported_file" | "invalid_file", message: string): IngestOutcome {
  return { kind: "failed", error: { code, message } };
}

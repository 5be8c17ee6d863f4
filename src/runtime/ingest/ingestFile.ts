import type { VectorStoreFile } from "../objects.ts";
import type { Chunk } from "../store/chunkStore.ts";
import { loadTokenizer } from "../tokenizer.ts";
import { autoSize, Chunker, type ChunkSize } from "./chunker.ts";
import { InvalidContent } from "./invalidContent.ts";
import { textFormatOf } from "./textFormat.ts";
import { textParts } from "./textParts.ts";

/** A stored file that is to be read. */
export interface IngestSource {
  readonly path: string;
  readonly filename: string;
  /** Its size. */
  readonly bytes: number;
}

/** How reading a file ended. `unwanted`: it was removed or cancelled meanwhile. */
export type IngestOutcome =
  | { readonly kind: "read"; readonly bytes: number }
  | { readonly kind: "failed"; readonly error: NonNullable<VectorStoreFile["last_error"]> }
  | { readonly kind: "unwanted" };

/** OpenAI's limit for a file in a vector store. */
const maxTokens = 5_000_000;

/**
 * Reads a file's text and hands it to `keep` in chunks, a few at a time; `keep` says whether they are still wanted. Rejects only
 * when the disk does.
 */
export async function ingestFile(
  source: IngestSource,
  strategy: VectorStoreFile["chunking_strategy"],
  keep: (chunks: readonly Chunk[]) => Promise<boolean>,
): Promise<IngestOutcome> {
  const format = textFormatOf(source.filename);
  if (format.kind === "unreadable") return failed("unsupported_file", format.message);
  if (source.bytes === 0) return failed("invalid_file", "The file is empty.");
  const isText = format.kind === "plain" || format.kind === "markdown";
  const chunker = new Chunker(await loadTokenizer(), sizeOf(strategy), {
    headings: format.kind !== "plain" && format.kind !== "pdf",
    lines: isText,
  });
  let kept = 0;
  let blank = true;
  const hand = (chunks: readonly Chunk[]): boolean | Promise<boolean> => {
    kept += chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk.text), 0);
    return chunks.length === 0 || blank || keep(chunks);
  };
  try {
    for await (const { text, page } of textParts(format.kind, source.path)) {
      blank &&= text.trim() === "";
      if (!(await hand(chunker.write(text, page)))) return { kind: "unwanted" };
      if (chunker.total > maxTokens)
        return failed("invalid_file", `The file is longer than ${maxTokens.toLocaleString("en")} tokens.`);
    }
  } catch (error) {
    if (error instanceof InvalidContent) return failed("invalid_file", error.message);
    throw error;
  }
  if (blank) return failed("invalid_file", "There is no text in the file.");
  return (await hand(chunker.end())) ? { kind: "read", bytes: kept } : { kind: "unwanted" };
}

function sizeOf(strategy: VectorStoreFile["chunking_strategy"]): ChunkSize {
  return strategy?.type === "static"
    ? { max: strategy.static.max_chunk_size_tokens, overlap: strategy.static.chunk_overlap_tokens }
    : autoSize;
}

function failed(code: "unsupported_file" | "invalid_file", message: string): IngestOutcome {
  return { kind: "failed", error: { code, message } };
}

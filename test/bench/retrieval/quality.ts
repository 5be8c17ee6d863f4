import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Chunker } from "../../../src/runtime/ingest/chunker.ts";
import { ChunkVectors } from "../../../src/runtime/retrieval/chunkVectors.ts";
import type { Embedder } from "../../../src/runtime/retrieval/embedder.ts";
import { StoreIndex } from "../../../src/runtime/retrieval/storeIndex.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ChunkStore } from "../../../src/runtime/store/chunkStore.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";
import { loadTokenizer } from "../../../src/runtime/tokenizer.ts";
import { ngrams } from "../../wire/embeddingServer.ts";
import { print } from "../runtime/report.ts";

const root = join(import.meta.dirname, "..", "..", "..");
/** Packages whose README is documentation of some length. */
const packages = [
  "openai",
  "mammoth",
  "fflate",
  "html-to-text",
  "picomatch",
  "dompurify",
  "ignore",
  "gpt-tokenizer",
  "highlight.js",
  "diff",
];
const dims = 1024;

interface Question {
  readonly text: string;
  readonly fileId: string;
  /** The section that answers it. */
  readonly start: number;
  readonly end: number;
}

/**
 * Recall@5 and nDCG@10 by words alone and by words and meaning, on questions that are the headings of documentation; the headings
 * themselves are taken out of the text that is searched, and the section below is the answer. The embedder is no language model: it
 * counts runs of letters.
 */
export async function measureQuality(): Promise<void> {
  const database = await openDatabase(":memory:");
  const [store, chunks] = [new ObjectStore(database), new ChunkStore(database)];
  const embedder: Embedder = {
    model: "letters",
    embed: (texts) => Promise.resolve(texts.map((text) => unit(ngrams(text, dims)))),
  };
  const vectors = new ChunkVectors(database, embedder);
  const tokenizer = await loadTokenizer();
  const questions: Question[] = [];
  for (const name of packages) {
    const fileId = `file-${name}`;
    const { text, sections } = withoutHeadings(readFileSync(readmeOf(name), "utf8"));
    questions.push(...sections.map((one) => ({ ...one, text: `${name}: ${one.text}`, fileId })));
    const file = {
      id: fileId,
      object: "vector_store.file",
      usage_bytes: 0,
      created_at: 1,
      vector_store_id: "vs_1",
      status: "completed",
      last_error: null,
      attributes: {},
    } as const;
    store.insert("vector_store_file", file, { parent: "vs_1" });
    const owner = Number(database.prepare("SELECT seq FROM objects WHERE id = ?").get(fileId)?.["seq"]);
    const chunker = new Chunker(tokenizer, { max: 200, overlap: 50 });
    chunks.add(owner, [...chunker.write(text), ...chunker.end()]);
    await vectors.complete(owner, new AbortController().signal);
  }
  const index = new StoreIndex(database, embedder.model, false);
  const byWords = { recall: 0, ndcg: 0 };
  const hybrid = { recall: 0, ndcg: 0 };
  for (const question of questions) {
    const request = {
      storeIds: ["vs_1"],
      queries: [question.text],
      maxResults: 10,
      scoreThreshold: 0,
      ranker: "auto",
    } as const;
    const relevant = chunks
      .chunksOf("vs_1", question.fileId)
      .filter(({ place }) => place !== null && isIn(place, question)).length;
    for (const [sums, own] of [
      [byWords, []],
      [hybrid, [unit(ngrams(question.text, dims))]],
    ] as const) {
      const hits = index
        .search(request, own)
        .map((one) => one.fileId === question.fileId && one.place !== null && isIn(one.place, question));
      sums.recall += hits.slice(0, 5).filter(Boolean).length / Math.min(5, relevant) / questions.length;
      sums.ndcg += gain(hits) / gain(Array.from({ length: Math.min(10, relevant) }, () => true)) / questions.length;
    }
  }
  const said = `${questions.length} headings of ${packages.length} packages' documentation, embedder: hashed letter runs`;
  for (const [name, by] of [
    ["Recall@5", "recall"],
    ["nDCG@10", "ndcg"],
  ] as const)
    print(
      {
        case: `${name} of hybrid search (${said})`,
        ours: hybrid[by],
        peer: byWords[by],
        peerName: "BM25 alone",
        unit: "share",
        aim: null,
        met: null,
      },
      "retrieval",
    );
  store.close();
}

/** A chunk answers when most of it, or most of the section, is shared. */
function isIn({ start, end }: { readonly start: number; readonly end: number }, section: Question): boolean {
  const shared = Math.min(end, section.end) - Math.max(start, section.start);
  return shared > 0.5 * Math.min(end - start, section.end - section.start);
}

function gain(hits: readonly boolean[]): number {
  return hits.reduce((sum, hit, at) => sum + (hit ? 1 / Math.log2(at + 2) : 0), 0);
}

function unit(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return Float32Array.from(vector, (one) => one / length);
}

function readmeOf(name: string): string {
  return join(root, "node_modules", name, "README.md");
}

/** The text without its headings, and where each section of some length, whose heading says something, is in it. */
function withoutHeadings(markdown: string): { text: string; sections: { text: string; start: number; end: number }[] } {
  let text = "";
  let fenced = false;
  const found: { text: string; start: number; end: number }[] = [];
  for (const line of markdown.split("\n")) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    const title = fenced
      ? undefined
      : /^#{2,6}\s+(.*)$/
          .exec(line)?.[1]
          ?.replace(/[`*_[\]]|\(http.*?\)|<[^>]*>/g, "")
          .trim();
    if (title === undefined) {
      text += `${line}\n`;
      continue;
    }
    const open = found.at(-1);
    if (open !== undefined) open.end = text.length;
    found.push({ text: title, start: text.length, end: text.length });
  }
  const open = found.at(-1);
  if (open !== undefined) open.end = text.length;
  const sections = found.filter((one) => one.end - one.start > 200 && one.text.split(/\s+/).length >= 2);
  return { text, sections };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Chunker } from "../../../src/runtime/ingest/chunker.ts";
import { ChunkVectors } from "../../../src/runtime/retrieval/chunkVectors.ts";
import type { Embedder } from "../../../src/runtime/retrieval/embedder.ts";
import { UpstreamEmbedder } from "../../../src/runtime/retrieval/upstreamEmbedder.ts";
import { StoreIndex } from "../../../src/runtime/retrieval/storeIndex.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ChunkStore } from "../../../src/runtime/store/chunkStore.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";
import { loadTokenizer } from "../../../src/runtime/tokenizer.ts";
import { ngrams } from "../../wire/embeddingServer.ts";
import { print } from "../runtime/report.ts";
import { asked } from "./questions.ts";

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

/** The server whose embeddings are tried; without one, vectors count runs of letters, which is no language model. */
export interface EmbeddingServerOptions {
  readonly baseUrl: string;
  readonly model: string;
}

/**
 * Recall@5 and nDCG@10 by words alone, by meaning alone, and by both, on documentation whose headings were taken out of the text that
 * is searched; the section below a heading is the answer. Two sets of questions: the headings themselves, and questions in words of
 * people (`questions.ts`), which are the harder ones: they share few words with what answers them.
 */
export async function measureQuality(server: EmbeddingServerOptions | null): Promise<void> {
  const database = await openDatabase(":memory:");
  const [store, chunks] = [new ObjectStore(database), new ChunkStore(database)];
  const embedder = embedderOf(server);
  const vectors = new ChunkVectors(database, embedder);
  const tokenizer = await loadTokenizer();
  const headings: Question[] = [];
  const people: Question[] = [];
  for (const name of packages) {
    const fileId = `file-${name}`;
    const { text, sections } = withoutHeadings(readFileSync(readmeOf(name), "utf8"));
    for (const one of sections) {
      if (one.end - one.start > 200 && one.text.split(/\s+/).length >= 2)
        headings.push({ ...one, text: `${name}: ${one.text}`, fileId });
      for (const [pack, heading, question] of asked)
        if (pack === name && bare(heading) === one.text) people.push({ ...one, text: `${name}: ${question}`, fileId });
    }
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
  for (const [name, questions] of [
    ["headings", headings],
    ["questions in people's words", people],
  ] as const) {
    const [words, meaning, hybrid] = [emptySums(), emptySums(), emptySums()];
    for (const question of questions) {
      const [vector = new Float32Array(0)] = await embedder.embed([question.text], "question");
      const relevant = chunks
        .chunksOf("vs_1", question.fileId)
        .filter(({ place }) => place !== null && isIn(place, question)).length;
      // A section that no chunk is mostly of cannot be found by anything.
      if (relevant === 0) continue;
      for (const [sums, ranker, own] of [
        [words, "auto", []],
        [meaning, "none", [vector]],
        [hybrid, "auto", [vector]],
      ] as const) {
        const hits = index
          .search({ storeIds: ["vs_1"], queries: [question.text], maxResults: 10, scoreThreshold: 0, ranker }, own)
          .map((one) => one.fileId === question.fileId && one.place !== null && isIn(one.place, question));
        sums.questions += 1;
        sums.recall += hits.slice(0, 5).filter(Boolean).length / Math.min(5, relevant);
        sums.ndcg += gain(hits) / gain(Array.from({ length: Math.min(10, relevant) }, () => true));
      }
    }
    const said = `${hybrid.questions} ${name}, ${packages.length} packages' documentation, embedder: ${embedder.model}`;
    for (const [measure, by] of [
      ["Recall@5", "recall"],
      ["nDCG@10", "ndcg"],
    ] as const)
      for (const [peerName, peer] of [
        ["BM25 alone", words],
        ["embeddings alone", meaning],
      ] as const)
        print(
          {
            case: `${measure} of hybrid search (${said})`,
            ours: hybrid[by] / hybrid.questions,
            peer: peer[by] / peer.questions,
            peerName,
            unit: "share",
            aim: null,
            met: null,
          },
          "retrieval",
        );
  }
  store.close();
}

interface Sums {
  questions: number;
  recall: number;
  ndcg: number;
}

function emptySums(): Sums {
  return { questions: 0, recall: 0, ndcg: 0 };
}

function embedderOf(server: EmbeddingServerOptions | null): Embedder {
  if (server === null)
    return {
      model: "hashed letter runs",
      embed: (texts) => Promise.resolve(texts.map((text) => unit(ngrams(text, dims)))),
    };
  const target = {
    url: server.baseUrl.replace(/\/+$/, ""),
    key: process.env["OPENAI_API_KEY"],
    keyName: "OPENAI_API_KEY",
    server: "other",
    apiVersion: undefined,
    model: undefined,
  } as const;
  return new UpstreamEmbedder(target, server.model);
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

/** A heading's words without its markup. */
function bare(heading: string): string {
  return heading.replace(/[`*_[\]]|\(http.*?\)|<[^>]*>/g, "").trim();
}

/** The text without its headings, and where each section is in it. */
function withoutHeadings(markdown: string): { text: string; sections: { text: string; start: number; end: number }[] } {
  let text = "";
  let fenced = false;
  const found: { text: string; start: number; end: number }[] = [];
  for (const line of markdown.split("\n")) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    const title = fenced ? undefined : /^#{2,6}\s+(.*)$/.exec(line)?.[1];
    if (title === undefined) {
      text += `${line}\n`;
      continue;
    }
    const open = found.at(-1);
    if (open !== undefined) open.end = text.length;
    found.push({ text: bare(title), start: text.length, end: text.length });
  }
  const open = found.at(-1);
  if (open !== undefined) open.end = text.length;
  return { text, sections: found };
}

import type { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { reasonOf, type Log } from "../log.ts";
import { workerEntry } from "../workerEntry.ts";
import type { Embedder } from "./embedder.ts";
import type { FoundChunk, SearchRequest, StoreSearch } from "./search.ts";
import type { SearchQuestion, SearchReply, SearchThreadData } from "./searchProtocol.ts";
import { StoreIndex } from "./storeIndex.ts";

interface Waiting {
  readonly resolve: (found: FoundChunk[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Searches in a thread of its own, which is started with the first search and again when it has died. A database in memory is
 * searched here: no other thread can see it.
 */
export class SearchService implements StoreSearch {
  readonly #database: DatabaseSync;
  readonly #databasePath: string | undefined;
  readonly #embedder: Embedder | undefined;
  readonly #log: Log;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #asked = 0;

  /** Without a path, the database is in memory. */
  constructor(around: {
    readonly database: DatabaseSync;
    readonly databasePath: string | undefined;
    readonly embedder: Embedder | undefined;
    readonly log: Log;
  }) {
    this.#database = around.database;
    this.#databasePath = around.databasePath;
    this.#embedder = around.embedder;
    this.#log = around.log;
  }

  async search(request: SearchRequest): Promise<FoundChunk[]> {
    const vectors = await this.#vectorsOf(request.queries);
    const databasePath = this.#databasePath;
    if (databasePath === undefined)
      return new StoreIndex(this.#database, this.#embedder?.model, false).search(request, vectors);
    const id = this.#asked++;
    const thread = (this.#thread ??= this.#start({ databasePath, model: this.#embedder?.model }));
    thread.ref();
    return new Promise<FoundChunk[]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      thread.postMessage({ id, request, vectors } satisfies SearchQuestion);
    }).finally(() => {
      // A thread that only waits does not hold the process.
      if (this.#waiting.size === 0) thread.unref();
    });
  }

  async stop(): Promise<void> {
    await this.#thread?.terminate();
  }

  /** Without its vector, a query is still searched for by its words. */
  async #vectorsOf(queries: readonly string[]): Promise<Float32Array[]> {
    if (this.#embedder === undefined || queries.every((query) => query.trim() === "")) return [];
    try {
      return await this.#embedder.embed(queries, "question");
    } catch (error) {
      this.#log(`a query is searched for by its words alone: ${reasonOf(error)}`);
      return [];
    }
  }

  #start(data: SearchThreadData): Worker {
    const thread = new Worker(workerEntry("searchThread", "./retrieval/searchThread.ts"), { workerData: data });
    thread.unref();
    thread.on("message", (reply: SearchReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ("failed" in reply) waiting?.reject(new Error(reply.failed));
      else waiting?.resolve([...reply.found]);
    });
    const ended = (reason: string): void => {
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      for (const { reject } of this.#waiting.values()) reject(new Error(`the search stopped: ${reason}`));
      this.#waiting.clear();
    };
    thread.on("error", (error) => ended(reasonOf(error)));
    thread.on("exit", (code) => ended(`exit code ${code}`));
    return thread;
  }
}

import type { FileBytes } from "../files/fileBytes.ts";
import { reasonOf, type Log } from "../log.ts";
import type { VectorStoreFile } from "../objects.ts";
import type { ChunkVectors } from "../retrieval/chunkVectors.ts";
import type { ChunkStore, IngestJob } from "../store/chunkStore.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import { FileReader } from "./fileReader.ts";
import type { IngestOutcome } from "./ingestFile.ts";

interface Around {
  readonly store: ObjectStore;
  readonly chunks: ChunkStore;
  readonly bytes: FileBytes;
  /** Embeds what was read; without it, search is by words. */
  readonly vectors?: ChunkVectors | undefined;
  readonly log: Log;
}

/** So many files wait for their embeddings while the next is read. */
const maxEmbedding = 4;

/**
 * Reads the files of vector stores, one after the other, in a thread of its own; what it reads is stored here, a handful at a time.
 *
 * The queue is the rows in the database that are `in_progress`: what a killed process was at is read again from its start,
 * and a file that is removed or cancelled meanwhile is dropped at its next portion.
 */
export class IngestQueue {
  readonly #around: Around;
  readonly #reader = new FileReader();
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  /** Files that have been read and wait for their embeddings, by their rows. */
  readonly #embedding = new Map<number, Promise<void>>();
  #working: Promise<void> | undefined;
  #asked = false;
  /** There may be files that were read without embeddings. */
  #catchUp = true;

  constructor(around: Around) {
    this.#around = around;
  }

  /** Says that there may be files to read. They are looked for in a moment, when the caller's transaction is over. */
  wake(): void {
    this.#asked = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      if (this.#asked && !this.#stopped) this.wake();
    });
  }

  /** Calls `listener` whenever a file has been read, has failed or was dropped, until the returned function is called. */
  onProgress(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says that files were taken out of stores, or cancelled: what they had is removed in a moment. */
  taken(): void {
    this.#tell();
    this.wake();
  }

  /** Ends after the handful that is being stored. The rest waits for the next process. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#reader.stop();
    await this.#working;
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #work(): Promise<void> {
    try {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        this.#asked = false;
        const { chunks, store } = this.#around;
        if (this.#stopped) return void (await Promise.all(this.#embedding.values()));
        if (store.transaction(() => chunks.sweep())) continue;
        const job = this.#embedding.size < maxEmbedding ? chunks.nextJob(this.#embedding.keys()) : undefined;
        if (job !== undefined) {
          await this.#read(job);
          continue;
        }
        if (this.#embedding.size > 0) {
          await Promise.race(this.#embedding.values());
          continue;
        }
        if (!this.#asked && !(await this.#embedLeftOut())) return;
      }
    } catch (error) {
      // The disk or the database refuse. The rows stay in progress; the next file or the next start tries again.
      this.#around.log(`reading files into vector stores stopped: ${reasonOf(error)}`);
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  async #read(job: IngestJob): Promise<void> {
    const { store, chunks, vectors } = this.#around;
    const { owner, file } = job;
    // What a killed process had kept of it.
    while (store.transaction(() => chunks.clearSome(owner))) await new Promise((resolve) => setImmediate(resolve));
    const outcome = await this.#outcome(owner, file);
    if (outcome.kind !== "read" || vectors === undefined) return this.#finish(job, outcome);
    const embedded = this.#embed(vectors, owner)
      .then(() => this.#finish(job, outcome))
      .catch((error: unknown) => this.#around.log(`a file could not be stored: ${reasonOf(error)}`))
      .finally(() => this.#embedding.delete(owner));
    this.#embedding.set(owner, embedded);
  }

  #finish({ owner, file }: IngestJob, outcome: IngestOutcome): void {
    const { store, chunks } = this.#around;
    if (this.#stopped || outcome.kind === "unwanted") return this.#tell();
    store.transaction(() => {
      if (!chunks.isWanted(owner)) return;
      // Attributes may have been changed while it was read.
      const current = store.get("vector_store_file", file.id, file.vector_store_id) ?? file;
      if (outcome.kind === "failed") chunks.discard(owner);
      const ended: VectorStoreFile =
        outcome.kind === "read"
          ? { ...current, status: "completed", usage_bytes: outcome.bytes }
          : { ...current, status: "failed", last_error: outcome.error };
      store.update("vector_store_file", ended, file.vector_store_id);
    });
    this.#tell();
  }

  /** Whether all of a file's text has its embeddings now. Without them, it is found by its words, and embedded another time. */
  async #embed(vectors: ChunkVectors, owner: number): Promise<boolean> {
    try {
      await vectors.complete(owner, this.#stop.signal);
      return true;
    } catch (error) {
      if (!this.#stopped) this.#around.log(`a file is searched by its words alone for now: ${reasonOf(error)}`);
      return false;
    }
  }

  /** Embeds one file that was read without; whether there may be more. After a failure, the next start tries again. */
  async #embedLeftOut(): Promise<boolean> {
    const { vectors } = this.#around;
    if (vectors === undefined || !this.#catchUp) return false;
    const [owner] = vectors.incomplete();
    this.#catchUp = owner !== undefined && (await this.#embed(vectors, owner));
    return this.#catchUp;
  }

  async #outcome(owner: number, file: VectorStoreFile): Promise<IngestOutcome> {
    const { store, chunks, bytes, log } = this.#around;
    const source = store.get("file", file.id, "");
    if (source === undefined) return failed(`The file ${file.id} has been deleted.`);
    try {
      const what = { path: bytes.pathOf(file.id), filename: source.filename, bytes: source.bytes };
      return await this.#reader.read(what, file.chunking_strategy, (some) =>
        store.transaction(() => {
          if (this.#stopped || !chunks.isWanted(owner)) return false;
          chunks.add(owner, some);
          return true;
        }),
      );
    } catch (error) {
      log(`file ${file.id} could not be read into ${file.vector_store_id}: ${reasonOf(error)}`);
      return failed(`The runtime could not read the file: ${reasonOf(error)}`);
    }
  }
}

function failed(message: string): IngestOutcome {
  return { kind: "failed", error: { code: "server_error", message } };
}

import { Worker } from "node:worker_threads";
import type { VectorStoreFile } from "../objects.ts";
import type { Chunk } from "../store/chunkStore.ts";
import { workerEntry } from "../workerEntry.ts";
import type { IngestOutcome, IngestSource } from "./ingestFile.ts";
import type { IngestNews, IngestOrder } from "./ingestProtocol.ts";

/** What reading may take of memory, in megabytes, beside the file's own bytes. */
const usualHeapMb = 1024;
/** A parser that has told nothing for so long is in a loop, in milliseconds. */
const silentMs = 300_000;
/** A thread without work is let go after so long: its parsers and tables are large. */
const idleMs = 60_000;

/** What is done with what the thread tells of the file that it reads. */
interface Reading {
  heard(news: IngestNews): void;
  died(why: string): void;
}

/** Reads files in a thread of its own. When one kills the thread, that file has failed, and the next one gets a new thread. */
export class FileReader {
  readonly #entry: URL;
  readonly #maxHeapMb: number;
  #thread: Worker | undefined;
  #reading: Reading | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** `entry` is the thread's program. */
  constructor(entry: URL = workerEntry("ingestThread", "./ingest/ingestThread.ts"), maxHeapMb = usualHeapMb) {
    this.#entry = entry;
    this.#maxHeapMb = maxHeapMb;
  }

  /** As `ingestFile`; one file at a time. Rejects when the disk or `keep` do. */
  async read(
    source: IngestSource,
    strategy: VectorStoreFile["chunking_strategy"],
    keep: (chunks: readonly Chunk[]) => boolean,
  ): Promise<IngestOutcome> {
    if (this.#reading !== undefined) throw new Error("a file is being read");
    clearTimeout(this.#idle);
    const thread = (this.#thread ??= this.#start());
    thread.ref();
    try {
      return await this.#ask(thread, { kind: "read", source, strategy }, keep);
    } finally {
      this.#reading = undefined;
      thread.unref();
      this.#idle = setTimeout(() => void this.stop(), idleMs).unref();
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    this.#reading?.died("reading was stopped");
    await thread?.terminate();
  }

  #start(): Worker {
    const thread = new Worker(this.#entry, {
      resourceLimits: { maxOldGenerationSizeMb: this.#maxHeapMb },
    });
    // What an earlier thread still tells, such as its end after an error, is not about the file that is read now.
    const died = (why: string): void => {
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      this.#reading?.died(why);
    };
    thread.on("message", (news: IngestNews) => {
      if (this.#thread === thread) this.#reading?.heard(news);
    });
    thread.on("error", (error) => died(whyDied(error, this.#maxHeapMb)));
    thread.on("exit", () => died("the thread that read it ended"));
    return thread;
  }

  #ask(thread: Worker, order: IngestOrder, keep: (chunks: readonly Chunk[]) => boolean): Promise<IngestOutcome> {
    return new Promise<IngestOutcome>((resolve, reject) => {
      let silence: NodeJS.Timeout | undefined;
      const died = (why: string): void => {
        clearTimeout(silence);
        resolve(failed(`The file could not be read: ${why}.`));
      };
      const listen = (): void => {
        clearTimeout(silence);
        silence = setTimeout(() => {
          died(`reading it made no progress for ${silentMs / 60_000} minutes`);
          void this.stop();
        }, silentMs).unref();
      };
      const heard = (news: IngestNews): void => {
        clearTimeout(silence);
        if (news.kind === "ended") return resolve(news.outcome);
        if (news.kind === "broken") return reject(new Error(news.reason));
        listen();
        thread.postMessage({ kind: "go on", wanted: keep(news.chunks) } satisfies IngestOrder);
      };
      this.#reading = {
        died,
        heard: (news) => {
          try {
            heard(news);
          } catch (error) {
            // What is in the thread now is of no use to anybody.
            clearTimeout(silence);
            reject(error instanceof Error ? error : new Error(String(error)));
            void this.stop();
          }
        },
      };
      listen();
      thread.postMessage(order);
    });
  }
}

function whyDied(error: unknown, maxHeapMb: number): string {
  if (error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY")
    return `it needs more than ${maxHeapMb} MB of memory`;
  return error instanceof Error ? error.message : String(error);
}

function failed(message: string): IngestOutcome {
  return { kind: "failed", error: { code: "invalid_file", message } };
}

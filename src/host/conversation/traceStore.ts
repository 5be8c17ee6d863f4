import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { reduceTrace } from "../../core/reduceTrace.ts";
import type { RunTrace, TraceEntry } from "../../core/runTrace.ts";
import type { Log } from "../log.ts";

/** Entries wait this long for company before they are written. */
const flushDelayMs = 100;

/** Run traces on disk: NDJSON, only ever appended to, a file for each run. */
export class TraceStore {
  readonly #root: string;
  readonly #log: Log;
  readonly #buffers = new Map<string, string[]>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(root: string, log: Log) {
    this.#root = root;
    this.#log = log;
  }

  append(connectionId: string, threadId: string, runId: string, entry: TraceEntry): void {
    const file = this.#file(connectionId, threadId, runId);
    const buffer = this.#buffers.get(file);
    if (buffer === undefined) this.#buffers.set(file, [JSON.stringify(entry)]);
    else buffer.push(JSON.stringify(entry));
    this.#timer ??= setTimeout(() => void this.flush(), flushDelayMs);
  }

  /** The entries of a run, oldest first; none when nobody recorded it. */
  async entries(connectionId: string, threadId: string, runId: string): Promise<readonly TraceEntry[]> {
    await this.flush();
    const file = this.#file(connectionId, threadId, runId);
    let text: string;
    try {
      text = await readFile(file, "utf8");
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
    const entries: TraceEntry[] = [];
    for (const line of text.split("\n")) {
      if (line === "") continue;
      try {
        entries.push(JSON.parse(line) as TraceEntry);
      } catch {
        // The last line of a process that was killed while it wrote. What follows does not exist.
        this.#log.warn(`A damaged line of ${file} is left out.`);
      }
    }
    return entries;
  }

  /** The trace of a run as it was recorded; null when nobody recorded it. */
  async read(connectionId: string, threadId: string, runId: string): Promise<RunTrace | null> {
    let trace: RunTrace | null = null;
    for (const entry of await this.entries(connectionId, threadId, runId)) trace = reduceTrace(trace, entry);
    return trace;
  }

  /** Forgets all runs of a thread. */
  async deleteThread(connectionId: string, threadId: string): Promise<void> {
    await this.flush();
    await rm(join(this.#root, pathPart(connectionId), pathPart(threadId)), { recursive: true, force: true });
  }

  /** Resolves when everything that was appended is on disk. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const buffers = [...this.#buffers];
    this.#buffers.clear();
    if (buffers.length === 0) return this.#writing;
    this.#writing = this.#writing.then(async () => {
      for (const [file, lines] of buffers) await this.#write(file, lines);
    });
    return this.#writing;
  }

  async #write(file: string, lines: readonly string[]): Promise<void> {
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
    } catch (error) {
      // The run itself is not harmed; a later look at it has whole seconds only.
      this.#log.error("The record of a run could not be written", error);
    }
  }

  #file(connectionId: string, threadId: string, runId: string): string {
    return join(this.#root, pathPart(connectionId), pathPart(threadId), `${pathPart(runId)}.ndjson`);
  }
}

/** Ids come from a server: one that is no plain name never becomes a path. */
function pathPart(id: string): string {
  return /^[A-Za-z0-9_-]{1,100}$/.test(id) ? id : `sha-${createHash("sha256").update(id).digest("hex").slice(0, 32)}`;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

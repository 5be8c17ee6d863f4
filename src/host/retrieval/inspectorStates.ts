import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { InspectorState } from "../../protocol/inspectorMessages.ts";
import type { Log } from "../log.ts";

/** Panels that VS Code never brought back leave their files behind; the oldest beyond this many go. */
const maxFiles = 20;

/**
 * What open inspectors show, on disk. VS Code keeps what a page tells it as well, but in a browser it writes that down only once a
 * minute, and a reload may come before.
 */
export class InspectorStates {
  readonly #folder: string;
  readonly #log: Log;
  readonly #waiting = new Map<string, InspectorState>();
  #writing: Promise<void> | null = null;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** @returns null when nothing is kept under this id; the page checks whether it can read the state */
  async read(id: string): Promise<InspectorState | null> {
    try {
      return JSON.parse(await readFile(this.#path(id), "utf8")) as InspectorState;
    } catch (error) {
      if (!isMissing(error)) this.#log.error("What an inspector showed could not be read", error);
      return null;
    }
  }

  /** Keeps a state. Of several in a row the last one is written. */
  keep(state: InspectorState): void {
    this.#waiting.set(state.id, state);
    this.#writing ??= this.#write().finally(() => (this.#writing = null));
  }

  /** The panel was closed. */
  async forget(id: string): Promise<void> {
    this.#waiting.delete(id);
    await this.#writing;
    await rm(this.#path(id), { force: true });
  }

  /** Resolves when everything is on disk. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
        const [id, state] = next;
        this.#waiting.delete(id);
        const path = this.#path(id);
        await writeFile(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
        await rename(`${path}.new`, path);
      }
      await this.#prune();
    } catch (error) {
      this.#log.error("What an inspector shows could not be kept", error);
    }
  }

  async #prune(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(".json"));
    if (names.length <= maxFiles) return;
    const aged = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(this.#folder, name))).mtimeMs })),
    );
    for (const { name } of aged.toSorted((a, b) => b.at - a.at).slice(maxFiles))
      await rm(join(this.#folder, name), { force: true });
  }

  /** Ids come back from VS Code's disk: only those that were made here are part of a path. */
  #path(id: string): string {
    return join(this.#folder, `${/^[\w-]{1,64}$/.test(id) ? id : "unknown"}.json`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { BegunUpload, UploadJournal } from "../core/documents/uploadJournal.ts";
import { isGone } from "./isGone.ts";
import { writeWhole } from "./writeWhole.ts";

type Line =
  | ({ readonly kind: "begin" } & BegunUpload)
  | {
      readonly kind: "done";
      readonly sha256: string;
      readonly name: string;
      readonly bytes: number;
      readonly id: string;
    }
  | { readonly kind: "forget"; readonly id: string };

/** Old lines are thrown away when there are more of them than this, and than of those that count. */
const mostOldLines = 2000;

/**
 * The journal on disk: a line for every step, appended. A line is with the operating system when a step returns, so that it
 * outlives the program, however that ends.
 */
export class JournalFile implements UploadJournal {
  readonly #path: string;
  readonly #begun = new Map<string, BegunUpload>();
  readonly #done = new Map<string, { readonly key: string; readonly line: Line }>();
  readonly #idsByKey = new Map<string, Set<string>>();
  #lines = 0;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @param connection what tells one provider's ids from another's */
  static async open(cacheDir: string, connection: string): Promise<JournalFile> {
    const name = createHash("sha256").update(connection).digest("hex").slice(0, 24);
    const journal = new JournalFile(join(cacheDir, `${name}.uploads.ndjson`));
    await journal.#load();
    return journal;
  }

  known(sha256: string, name: string): readonly string[] {
    return [...(this.#idsByKey.get(keyOf(sha256, name)) ?? [])];
  }

  begun(sha256: string, name: string): BegunUpload | null {
    return this.#begun.get(keyOf(sha256, name)) ?? null;
  }

  ambiguous({ sha256, name, bytes }: BegunUpload): boolean {
    return [...this.#begun.values()].some((one) => one.sha256 !== sha256 && one.name === name && one.bytes === bytes);
  }

  claims(id: string): boolean {
    return this.#done.has(id);
  }

  ids(): readonly string[] {
    return [...this.#done.keys()];
  }

  begin(upload: BegunUpload): Promise<void> {
    return this.#append({ kind: "begin", ...upload });
  }

  done({ sha256, name, bytes }: Pick<BegunUpload, "sha256" | "name" | "bytes">, id: string): Promise<void> {
    return this.#append({ kind: "done", sha256, name, bytes, id });
  }

  forget(id: string): Promise<void> {
    return this.#append({ kind: "forget", id });
  }

  #append(line: Line): Promise<void> {
    mkdirSync(dirname(this.#path), { recursive: true });
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
    this.#take(line);
    return Promise.resolve();
  }

  async #load(): Promise<void> {
    let text: string;
    try {
      text = await readFile(this.#path, "utf8");
    } catch (error) {
      if (isGone(error)) return;
      throw error;
    }
    for (const line of text.split("\n")) {
      const step = lineOf(line);
      if (step !== null) this.#take(step);
    }
    // A line that a power cut left unfinished ends here.
    if (text !== "" && !text.endsWith("\n")) appendFileSync(this.#path, "\n");
    const live = this.#done.size + this.#begun.size;
    if (this.#lines - live > Math.max(mostOldLines, live)) await this.#compact();
  }

  async #compact(): Promise<void> {
    const lines: Line[] = [...this.#done.values()].map(({ line }) => line);
    for (const upload of this.#begun.values()) lines.push({ kind: "begin", ...upload });
    await writeWhole(this.#path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    this.#lines = lines.length;
  }

  #take(line: Line): void {
    this.#lines += 1;
    if (line.kind === "forget") {
      const known = this.#done.get(line.id);
      if (known === undefined) return;
      this.#done.delete(line.id);
      this.#idsByKey.get(known.key)?.delete(line.id);
      return;
    }
    const key = keyOf(line.sha256, line.name);
    if (line.kind === "begin") {
      this.#begun.set(key, line);
      return;
    }
    this.#begun.delete(key);
    this.#done.set(line.id, { key, line });
    const ids = this.#idsByKey.get(key) ?? new Set();
    ids.add(line.id);
    this.#idsByKey.set(key, ids);
  }
}

function keyOf(sha256: string, name: string): string {
  return `${sha256} ${name}`;
}

/** Null for the end of a line that a kill cut off. */
function lineOf(text: string): Line | null {
  if (text === "") return null;
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}

import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { ContentVerdict } from "../core/documents/fileRules.ts";
import { isGone } from "./listFiles.ts";
import { writeWhole } from "./writeWhole.ts";

const version = 1;

/** Some file systems tell times by two seconds. */
const coarsestMs = 2000;

const mostUnasked = 10_000;

interface Entry {
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  /** When its content was looked at, in milliseconds since 1970. */
  readonly checkedAt: number;
  readonly sha256: string;
  readonly verdict: ContentVerdict;
}

/** As an array, an entry takes half the room. */
type Row = readonly [number, number, number, number, number, string, string];

/**
 * What was in the files of one folder when they were last read. As git's index does, it takes a file with the same size and times
 * for the same file, except when it was changed so shortly before it was read that a change after it could have the same time.
 */
export class FileIndex {
  readonly #file: string;
  readonly #known: Map<string, Entry>;
  readonly #fresh = new Map<string, Entry>();
  #changed = false;

  private constructor(file: string, known: Map<string, Entry>) {
    this.#file = file;
    this.#known = known;
  }

  /** @param cacheDir where indexes are kept @param folder whose files it is about. A damaged index is an empty one. */
  static async open(cacheDir: string, folder: string): Promise<FileIndex> {
    const file = join(cacheDir, `${createHash("sha256").update(folder).digest("hex").slice(0, 24)}.index.json`);
    return new FileIndex(file, await readIndex(file));
  }

  /** What is known of a file that looks like this; null when it has to be read. */
  known(path: string, stats: Stats): Pick<Entry, "sha256" | "verdict"> | null {
    const entry = this.#known.get(path);
    if (
      entry === undefined ||
      entry.bytes !== stats.size ||
      entry.mtimeMs !== stats.mtimeMs ||
      entry.ctimeMs !== stats.ctimeMs ||
      entry.ino !== stats.ino ||
      Math.max(entry.mtimeMs, entry.ctimeMs) > entry.checkedAt - coarsestMs
    )
      return null;
    this.#fresh.set(path, entry);
    return entry;
  }

  /** @param checkedAt before the file was read */
  put(path: string, stats: Stats, checkedAt: number, content: Pick<Entry, "sha256" | "verdict">): void {
    const { size: bytes, mtimeMs, ctimeMs, ino } = stats;
    const { sha256, verdict } = content;
    this.#fresh.set(path, { bytes, mtimeMs, ctimeMs, ino, checkedAt, sha256, verdict });
    this.#changed = true;
  }

  /** Writes what was learned. Entries of files that nobody asked for may be another store's: they stay, as long as they are few. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    if (this.#known.size > 4 * this.#fresh.size + mostUnasked) this.#known.clear();
    for (const [path, entry] of this.#fresh) this.#known.set(path, entry);
    const rows = Object.fromEntries([...this.#known].map(([path, entry]) => [path, rowOf(entry)]));
    await writeWhole(this.#file, JSON.stringify({ version, files: rows }));
    this.#changed = false;
  }
}

async function readIndex(file: string): Promise<Map<string, Entry>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (isGone(error)) return new Map();
    throw error;
  }
  const value = parsed(text);
  if (value?.version !== version || typeof value.files !== "object") return new Map();
  return new Map(Object.entries(value.files).map(([path, row]) => [path, entryOf(row)]));
}

function parsed(text: string): { readonly version?: unknown; readonly files: Record<string, Row> } | null {
  try {
    return JSON.parse(text) as { readonly version?: unknown; readonly files: Record<string, Row> };
  } catch {
    // Damaged: everything is read again, and it is written anew.
    return null;
  }
}

function rowOf({ bytes, mtimeMs, ctimeMs, ino, checkedAt, sha256, verdict }: Entry): Row {
  const words = verdict.kind === "secret" ? `secret ${verdict.what}` : verdict.kind;
  return [bytes, mtimeMs, ctimeMs, ino, checkedAt, sha256, words];
}

function entryOf([bytes, mtimeMs, ctimeMs, ino, checkedAt, sha256, words]: Row): Entry {
  const verdict: ContentVerdict = words.startsWith("secret ")
    ? { kind: "secret", what: words.slice("secret ".length) }
    : { kind: words as "text" | "packed" | "binary" | "encoding" };
  return { bytes, mtimeMs, ctimeMs, ino, checkedAt, sha256, verdict };
}

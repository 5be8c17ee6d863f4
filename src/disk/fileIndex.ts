import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { ContentVerdict } from "../core/documents/fileRules.ts";
import { isGone } from "./listFiles.ts";
import { writeWhole } from "./writeWhole.ts";

const version = 2;

/** Some file systems tell times by two seconds. */
const coarsestMs = 2000;

const mostUnasked = 10_000;

interface KnownContent {
  readonly sha256: string;
  readonly verdict: ContentVerdict;
}

/**
 * An entry as it is written: with 10,000 of them, making objects takes longer than reading. Size, times of change, inode, when its
 * content was looked at (milliseconds since 1970), hash, verdict.
 */
type Row = readonly [
  path: string,
  bytes: number,
  mtimeMs: number,
  ctimeMs: number,
  ino: number,
  checkedAt: number,
  sha256: string,
  verdict: string,
];

/**
 * What was in the files of one folder when they were last read. As git's index does, it takes a file with the same size and times
 * for the same file, except when it was changed so shortly before it was read that a change after it could have the same time.
 */
export class FileIndex {
  readonly #file: string;
  readonly #known: Map<string, Row>;
  readonly #fresh = new Map<string, Row>();
  #changed = false;

  private constructor(file: string, known: Map<string, Row>) {
    this.#file = file;
    this.#known = known;
  }

  /** @param cacheDir where indexes are kept @param folder whose files it is about. A damaged index is an empty one. */
  static async open(cacheDir: string, folder: string): Promise<FileIndex> {
    const file = join(cacheDir, `${createHash("sha256").update(folder).digest("hex").slice(0, 24)}.index.json`);
    return new FileIndex(file, await readIndex(file));
  }

  /** What is known of a file that looks like this; null when it has to be read. */
  known(path: string, stats: Stats): KnownContent | null {
    const row = this.#known.get(path);
    if (row === undefined) return null;
    const [, bytes, mtimeMs, ctimeMs, ino, checkedAt, sha256, verdict] = row;
    if (bytes !== stats.size || mtimeMs !== stats.mtimeMs || ctimeMs !== stats.ctimeMs || ino !== stats.ino)
      return null;
    if (mtimeMs > checkedAt - coarsestMs || ctimeMs > checkedAt - coarsestMs) return null;
    this.#fresh.set(path, row);
    return { sha256, verdict: verdict === "text" ? text : verdictOf(verdict) };
  }

  /** @param checkedAt before the file was read */
  put(path: string, stats: Stats, checkedAt: number, { sha256, verdict }: KnownContent): void {
    const words = verdict.kind === "secret" ? `secret ${verdict.what}` : verdict.kind;
    const { size, mtimeMs, ctimeMs, ino } = stats;
    this.#fresh.set(path, [path, size, mtimeMs, ctimeMs, ino, checkedAt, sha256, words]);
    this.#changed = true;
  }

  /** Writes what was learned. Entries of files that nobody asked for may be another store's: they stay, as long as they are few. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    if (this.#known.size > 4 * this.#fresh.size + mostUnasked) this.#known.clear();
    for (const [path, row] of this.#fresh) this.#known.set(path, row);
    await writeWhole(this.#file, JSON.stringify({ version, files: [...this.#known.values()] }));
    this.#changed = false;
  }
}

const text: ContentVerdict = { kind: "text" };

async function readIndex(file: string): Promise<Map<string, Row>> {
  let content: string;
  try {
    content = await readFile(file, "utf8");
  } catch (error) {
    if (isGone(error)) return new Map();
    throw error;
  }
  const value = parsed(content);
  if (value?.version !== version || !Array.isArray(value.files)) return new Map();
  const rows = new Map<string, Row>();
  for (const row of value.files as readonly Row[]) rows.set(row[0], row);
  return rows;
}

function parsed(content: string): { readonly version?: unknown; readonly files?: unknown } | null {
  try {
    return JSON.parse(content) as { readonly version?: unknown; readonly files?: unknown };
  } catch {
    // Damaged: everything is read again, and it is written anew.
    return null;
  }
}

function verdictOf(words: string): ContentVerdict {
  return words.startsWith("secret ")
    ? { kind: "secret", what: words.slice("secret ".length) }
    : { kind: words as "text" | "packed" | "binary" | "encoding" };
}

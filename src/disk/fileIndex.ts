import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { ContentVerdict } from "../core/documents/fileRules.ts";
import { isGone } from "./isGone.ts";
import { writeWhole } from "./writeWhole.ts";

const version = 3;

/** Some file systems tell times by two seconds. */
const coarsestMs = 2000;

const mostUnasked = 10_000;

interface KnownContent {
  readonly sha256: string;
  readonly verdict: ContentVerdict;
}

/**
 * The index as it is written, file by file in each list, sorted by path: with 10,000 of them, making objects takes longer than reading.
 * Numbers are five for a file: size, times of change, inode, when its content was looked at (milliseconds since 1970).
 */
interface Columns {
  readonly paths: readonly string[];
  readonly numbers: readonly number[];
  readonly hashes: readonly string[];
  readonly verdicts: readonly string[];
}

const perFile = 5;

/** A file that was read now. */
interface Row {
  readonly numbers: readonly [bytes: number, mtimeMs: number, ctimeMs: number, ino: number, checkedAt: number];
  readonly sha256: string;
  readonly verdict: string;
}

/**
 * What was in the files of one folder when they were last read. As git's index does, it takes a file with the same size and times
 * for the same file, except when it was changed so shortly before it was read that a change after it could have the same time.
 */
export class FileIndex {
  readonly #file: string;
  readonly #kept: Columns;
  /** Whether each of the kept files was asked for and is as it was. */
  readonly #seen: Uint8Array;
  readonly #read = new Map<string, Row>();
  /** Where the next file that is asked for stands, if files are asked for in order. */
  #next = 0;
  #places: Map<string, number> | null = null;

  private constructor(file: string, kept: Columns) {
    this.#file = file;
    this.#kept = kept;
    this.#seen = new Uint8Array(kept.paths.length);
  }

  /** @param cacheDir where indexes are kept @param folder whose files it is about. A damaged index is an empty one. */
  static async open(cacheDir: string, folder: string): Promise<FileIndex> {
    const file = join(cacheDir, `${createHash("sha256").update(folder).digest("hex").slice(0, 24)}.index.json`);
    return new FileIndex(file, await readIndex(file));
  }

  /** What is known of a file that looks like this; null when it has to be read. */
  known(path: string, stats: Stats): KnownContent | null {
    const at = this.#placeOf(path);
    if (at === undefined) return null;
    const { numbers, hashes, verdicts } = this.#kept;
    const from = at * perFile;
    const { mtimeMs, ctimeMs } = stats;
    if (
      numbers[from] !== stats.size ||
      numbers[from + 1] !== mtimeMs ||
      numbers[from + 2] !== ctimeMs ||
      numbers[from + 3] !== stats.ino
    )
      return null;
    const settled = (numbers[from + 4] ?? 0) - coarsestMs;
    const [sha256, verdict] = [hashes[at], verdicts[at]];
    if (mtimeMs > settled || ctimeMs > settled || sha256 === undefined || verdict === undefined) return null;
    this.#seen[at] = 1;
    return { sha256, verdict: verdict === "text" ? text : verdictOf(verdict) };
  }

  /** @param checkedAt before the file was read */
  put(path: string, stats: Stats, checkedAt: number, { sha256, verdict }: KnownContent): void {
    const words = verdict.kind === "secret" ? `secret ${verdict.what}` : verdict.kind;
    const { size, mtimeMs, ctimeMs, ino } = stats;
    this.#read.set(path, { numbers: [size, mtimeMs, ctimeMs, ino, checkedAt], sha256, verdict: words });
  }

  /** Writes what was learned. Entries of files that nobody asked for may be another store's: they stay, as long as they are few. */
  async save(): Promise<void> {
    if (this.#read.size === 0) return;
    const { paths, numbers, hashes, verdicts } = this.#kept;
    const asked = this.#seen.reduce((sum, one) => sum + one, this.#read.size);
    const few = paths.length <= 4 * asked + mostUnasked;
    const rows: (readonly [path: string, row: Row])[] = [...this.#read];
    for (const [at, path] of paths.entries()) {
      if (this.#read.has(path) || (!few && this.#seen[at] === 0)) continue;
      const own = numbers.slice(at * perFile, (at + 1) * perFile) as unknown as Row["numbers"];
      rows.push([path, { numbers: own, sha256: hashes[at] ?? "", verdict: verdicts[at] ?? "" }]);
    }
    rows.sort(([a], [b]) => (a < b ? -1 : 1));
    const columns: Columns = {
      paths: rows.map(([path]) => path),
      numbers: rows.flatMap(([, row]) => row.numbers),
      hashes: rows.map(([, { sha256 }]) => sha256),
      verdicts: rows.map(([, { verdict }]) => verdict),
    };
    await writeWhole(this.#file, JSON.stringify({ version, ...columns }));
    this.#read.clear();
  }

  /** Files are asked for in the order that they are kept in, mostly; looking them up by their names takes longer. */
  #placeOf(path: string): number | undefined {
    const { paths } = this.#kept;
    let at: number | undefined = this.#next;
    if (paths[at] !== path) {
      this.#places ??= new Map(paths.map((one, place) => [one, place]));
      at = this.#places.get(path);
    }
    if (at !== undefined) this.#next = at + 1;
    return at;
  }
}

const text: ContentVerdict = { kind: "text" };

const nothing: Columns = { paths: [], numbers: [], hashes: [], verdicts: [] };

async function readIndex(file: string): Promise<Columns> {
  let content: string;
  try {
    content = await readFile(file, "utf8");
  } catch (error) {
    if (isGone(error)) return nothing;
    throw error;
  }
  const value = parsed(content);
  if (value?.version !== version) return nothing;
  const { paths, numbers, hashes, verdicts } = value;
  const whole =
    Array.isArray(paths) &&
    Array.isArray(numbers) &&
    Array.isArray(hashes) &&
    Array.isArray(verdicts) &&
    numbers.length === paths.length * perFile &&
    hashes.length === paths.length &&
    verdicts.length === paths.length;
  return whole ? (value as Columns) : nothing;
}

function parsed(
  content: string,
): ({ readonly version?: unknown } & { readonly [Name in keyof Columns]?: unknown }) | null {
  try {
    return JSON.parse(content) as { readonly version?: unknown };
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

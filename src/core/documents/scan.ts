import type { SkipReason } from "./fileRules.ts";

/** A file that belongs into a store, as it was when it was looked at. */
export interface LocalDocument {
  /** From the store definition's folder, with forward slashes, spelled as the disk spells it. */
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970, with fractions. */
  readonly mtimeMs: number;
  /** Of the content, in hex. */
  readonly sha256: string;
}

export interface SkippedFile {
  readonly path: string;
  /** Null where it could not be told. */
  readonly bytes: number | null;
  readonly reason: SkipReason;
  /** In words, without a capital and a full stop. */
  readonly message: string;
}

/** What a store definition's globs find, sorted by path. */
export interface Scan {
  readonly files: readonly LocalDocument[];
  readonly skipped: readonly SkippedFile[];
}

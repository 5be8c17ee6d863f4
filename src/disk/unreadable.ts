import type { SkippedFile } from "../core/documents/scan.ts";

/** A file that could not be looked at or read: what a store has of it stays. */
export function unreadable(path: string, bytes: number | null, message: string): SkippedFile {
  return { path, bytes, reason: "unreadable", message };
}

/** What the file system says went wrong, such as `EACCES`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Put in by the bundler. Unbundled, the program may change from one run to the next. */
declare const CLI_VERSION: string | undefined;

/**
 * Which build of this program runs, for what only the same build may read; null where that is not known. The times of packed
 * files are all the same, so the version counts, too.
 */
export function buildOf(): string | null {
  if (typeof CLI_VERSION === "undefined") return null;
  const { size, mtimeMs } = statSync(fileURLToPath(import.meta.url));
  return `${CLI_VERSION} ${size} ${mtimeMs}`;
}

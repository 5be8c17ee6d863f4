import type { Lock } from "./lock.ts";
import { referencePath } from "./referencePath.ts";

/** What a definition's file is called. */
export const definitionName = /\.assistant\.(?:ya?ml|json)$/;

/**
 * Definitions that a lock knows and a search of the folder did not find. They may be there all the same: excluded from the search, in a
 * folder that could not be listed. Whoever takes them for deleted looks for each first. A file of which only the case changed is
 * not among them: where the case does not count, the old name leads to the new file.
 * @param listed paths of what was found
 */
export function unlistedPaths(lock: Lock, listed: readonly string[]): readonly string[] {
  const found = new Set(listed.map((path) => path.toLowerCase()));
  const known = new Set(Object.values(lock.connections).flatMap(({ definitions }) => Object.keys(definitions)));
  return [...known]
    .filter((path) => definitionName.test(path) && referencePath("", path) === path && !found.has(path.toLowerCase()))
    .toSorted();
}

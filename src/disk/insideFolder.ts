import { realpath } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";

/**
 * Where a path below a folder leads when every link is followed; null when that is outside of the folder. The folder itself may be
 * a link. Rejects as `realpath` does where nothing is.
 */
export async function insideFolder(folder: string, path: string): Promise<string | null> {
  const [root, target] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
  const way = relative(root, target);
  // On Windows, a path on another drive is absolute still.
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way) ? null : target;
}

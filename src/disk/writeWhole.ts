import { chmod, mkdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { isGone } from "./isGone.ts";

/**
 * Writes a file so that it has its old content or its new one, whatever happens in between. A file that is there keeps its mode; where a
 * link leads to it, the link stays.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const { target, mode } = await fileAt(path);
  const beside = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text, { flush: true });
    // Not when it is made: the umask would take some of it away. Not without need: there are disks without modes.
    if (mode !== null && (await modeOf(beside)) !== mode) await chmod(beside, mode);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** The file itself, with links followed; `mode` is null where there is none yet. */
async function fileAt(path: string): Promise<{ readonly target: string; readonly mode: number | null }> {
  try {
    const target = await realpath(path);
    return { target, mode: await modeOf(target) };
  } catch (error) {
    if (isGone(error)) return { target: path, mode: null };
    throw error;
  }
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o7777;
}

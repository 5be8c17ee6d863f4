import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { say, seconds } from "./terminal.ts";

/**
 * Fills a folder once. The work happens in a folder beside it that takes the final name only when it is whole, so what
 * was interrupted never counts as installed, and two that install at once do not disturb each other.
 */
export async function installOnce(
  folder: string,
  what: string,
  fill: (partial: string) => Promise<void>,
): Promise<void> {
  if (existsSync(folder)) return;
  say(`Fetching ${what}, once …`);
  const started = performance.now();
  await mkdir(dirname(folder), { recursive: true });
  await removeAbandoned(folder);
  const partial = `${folder}.partial-${process.pid}`;
  try {
    await mkdir(partial);
    await writeFile(join(partial, "package.json"), '{"private":true}\n');
    await fill(partial);
    await rename(partial, folder);
    say(`Fetched in ${seconds(performance.now() - started)}`);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Leftovers of processes that are gone: they may be hundreds of megabytes. */
async function removeAbandoned(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.partial-`;
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length)))) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

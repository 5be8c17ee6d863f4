import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { dist, root } from "../shared/paths.ts";

/** What a bundle was last built from: a hash of each input and the files that came out. */
interface Stamp {
  readonly key: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** True when the bundle's inputs, its outputs and its settings are what they were after its last build. */
export async function isFresh(name: string, key: string): Promise<boolean> {
  const stamp = await readStamp(name);
  if (stamp?.key !== key) return false;
  const entries = [...Object.entries(stamp.inputs), ...Object.entries(stamp.outputs)];
  const same = await Promise.all(entries.map(async ([path, hash]) => (await hashFile(path)) === hash));
  return same.every(Boolean);
}

/** Remembers what a bundle was built from; paths are relative to the root. */
export async function writeStamp(
  name: string,
  key: string,
  inputs: readonly string[],
  outputs: readonly string[],
): Promise<void> {
  const stamp: Stamp = { key, inputs: await hashAll(inputs), outputs: await hashAll(outputs) };
  await mkdir(dirname(stampFile(name)), { recursive: true });
  await writeFile(stampFile(name), JSON.stringify(stamp));
}

/** A hash over settings and the files that decide how imports resolve. */
export async function settingsKey(settings: unknown): Promise<string> {
  const files = await hashAll(["package-lock.json", "tsconfig.json", "webview/tsconfig.json"]);
  return createHash("sha256")
    .update(JSON.stringify([settings, files]))
    .digest("hex");
}

async function hashAll(paths: readonly string[]): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, (await hashFile(path)) ?? ""])));
}

async function hashFile(path: string): Promise<string | undefined> {
  try {
    return createHash("sha256")
      .update(await readFile(join(root, path)))
      .digest("hex");
  } catch {
    return undefined;
  }
}

/** What a bundle was last built from; undefined when it never was. */
export async function readStamp(name: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await readFile(stampFile(name), "utf8")) as Stamp;
  } catch {
    return undefined;
  }
}

function stampFile(name: string): string {
  return join(dist, ".build", `${name}.json`);
}

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { reasonOf, type Log } from "../log.ts";
import { downloadWheel, findWheel, type PackageServers, type PyodideLock } from "../python/packageIndex.ts";
import { projectName } from "../python/requirements.ts";
import { describeWheel, WheelFolder } from "../python/wheelFolder.ts";

export interface PackageFetch {
  /** The folder of wheels. */
  readonly folder: string;
  readonly lock: PyodideLock;
  readonly servers: PackageServers;
  readonly print: Log;
  readonly complain: Log;
}

/**
 * Downloads packages and what they need into the folder; every wheel must have the SHA-256 that Pyodide's own list or the index states.
 * What is there already is kept. Resolves to the number of packages that could not be had.
 */
export async function fetchPackages(names: readonly string[], options: PackageFetch): Promise<number> {
  const { folder, lock, servers, print, complain } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const there = new Map((await new WheelFolder(folder).list()).map((wheel) => [wheel.project, wheel]));
  const signal = new AbortController().signal;
  const asked = new Set(names);
  let bad = 0;
  // Grows while it is gone through: what a wheel needs is asked for, too.
  for (const asking of asked) {
    const name = projectName(asking);
    const known = there.get(name);
    if (known !== undefined) {
      if (names.includes(asking)) print(`${known.name} is there already`);
      for (const need of known.needs) asked.add(need);
      continue;
    }
    try {
      const wheel = await findWheel(name, lock, servers, signal);
      const bytes = await downloadWheel(wheel, signal);
      const description = describeWheel(wheel.name, bytes);
      if (description === undefined) throw new Error(`${wheel.name} is damaged`);
      writeWheel(folder, wheel.name, bytes);
      print(`${wheel.name} was added (from ${wheel.from}, ${Math.ceil(bytes.length / 1024)} KB)`);
      for (const need of description.needs) asked.add(need);
    } catch (error) {
      complain(`${name} was not added: ${reasonOf(error)}`);
      bad++;
    }
  }
  return bad;
}

/** Puts a wheel into the folder whole or not at all. */
export function writeWheel(folder: string, name: string, bytes: Uint8Array): void {
  const draft = join(folder, `${name}.${process.pid}`);
  writeFileSync(draft, bytes);
  renameSync(draft, join(folder, name));
}

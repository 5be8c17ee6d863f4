import { createHash } from "node:crypto";
import * as z from "zod/mini";

import { whyNotUsable } from "./wheelFolder.ts";

/** A wheel that can be had from a server, with what its bytes must hash to. */
export interface OfferedWheel {
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
  readonly from: string;
}

/** Where wheels are downloaded from; both end with a slash. */
export interface PackageServers {
  /** The folder of Pyodide's own packages. */
  readonly pyodide: string;
  /** An index with PyPI's JSON interface. */
  readonly pypi: string;
}

/** `pyodide-lock.json`: the packages that are built for this very Pyodide. */
const lockFile = z.object({
  packages: z.record(z.string(), z.object({ file_name: z.string(), sha256: z.string(), version: z.string() })),
});
export type PyodideLock = z.infer<typeof lockFile>;

const project = z.object({
  info: z.object({ version: z.string() }),
  urls: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      yanked: z.optional(z.boolean()),
      digests: z.object({ sha256: z.string() }),
    }),
  ),
});

/** More than the largest wheel of Pyodide's. */
const maxWheelBytes = 200 * 1_048_576;
const waitMs = 300_000;

export function readLock(text: string): PyodideLock {
  return z.parse(lockFile, JSON.parse(text));
}

/**
 * The wheel of a project for the sandbox: of Pyodide's own where it has one, else of the newest version on PyPI. Rejects with the reason
 * in words.
 */
export async function findWheel(
  name: string,
  lock: PyodideLock,
  servers: PackageServers,
  signal: AbortSignal,
): Promise<OfferedWheel> {
  const locked = lock.packages[name];
  if (locked !== undefined) {
    const why = whyNotUsable(locked.file_name);
    if (why !== undefined) throw new Error(`Pyodide's ${locked.file_name} cannot be added: ${why}`);
    const url = new URL(locked.file_name, servers.pyodide).href;
    return { name: locked.file_name, url, sha256: locked.sha256, from: "Pyodide" };
  }
  const answer = await get(new URL(`pypi/${encodeURIComponent(name)}/json`, servers.pypi).href, signal);
  if (answer.status === 404) throw new Error(`neither Pyodide nor ${servers.pypi} has a package ${name}`);
  if (!answer.ok) throw new Error(`${servers.pypi} answered ${answer.status} for ${name}`);
  const read = z.safeParse(project, await answer.json());
  if (!read.success) throw new Error(`${servers.pypi} said of ${name} what cannot be understood`);
  const { info, urls } = read.data;
  const usable = urls.filter(({ filename, yanked }) => yanked !== true && whyNotUsable(filename) === undefined);
  // One that was compiled for this Python may do more than the pure one beside it.
  const [file] = usable.toSorted((a, b) => Number(isPure(a.filename)) - Number(isPure(b.filename)));
  if (file === undefined)
    throw new Error(`${name} ${info.version}, the newest on ${servers.pypi}, has no wheel for the sandbox's Python`);
  // Some mirrors give paths.
  const url = new URL(file.url, answer.url).href;
  return { name: file.filename, url, sha256: file.digests.sha256, from: new URL(servers.pypi).host };
}

/** The bytes of a wheel. Rejects in words when the server does not give them, or gives others. */
export async function downloadWheel(wheel: OfferedWheel, signal: AbortSignal): Promise<Uint8Array> {
  const answer = await get(wheel.url, signal);
  if (!answer.ok || answer.body === null) throw new Error(`${wheel.url} answered ${answer.status}`);
  const pieces: Uint8Array[] = [];
  const hash = createHash("sha256");
  let size = 0;
  for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > maxWheelBytes) throw new Error(`${wheel.url} is larger than ${maxWheelBytes / 1_048_576} MB`);
    hash.update(piece);
    pieces.push(piece);
  }
  if (hash.digest("hex") !== wheel.sha256.toLowerCase())
    throw new Error(`${wheel.url} is not what it should be: its SHA-256 differs, and it was thrown away`);
  return Buffer.concat(pieces);
}

function isPure(name: string): boolean {
  return name.endsWith("-any.whl");
}

async function get(url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(waitMs)]) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`${url} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause: error,
    });
  }
}

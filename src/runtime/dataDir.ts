import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/** Who serves a data directory. */
export interface Owner {
  readonly listening: string;
  readonly pid: number;
}

/** A data directory that this process alone may use. */
export interface OwnedDataDir {
  readonly kind: "owned";
  readonly databasePath: string;
  /** Where the contents of files are kept. */
  readonly filesPath: string;
  /** Leaves word of where the owner listens, for the next process that wants the directory. */
  announce(owner: Owner): void;
  /** Takes the word back and lets the directory go. */
  release(): void;
}

const busy = 5;
const announceWaitMs = 3000;

/**
 * Takes the directory, making it if it is missing. The lock is an open transaction on a file of its own: the system lets go of
 * it when the process dies, however it dies. Throws when the directory cannot be used.
 */
export async function ownDataDir(
  directory: string,
): Promise<OwnedDataDir | { readonly kind: "taken"; readonly by: Owner | undefined }> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const ownerPath = join(directory, "runtime.json");
  const lock = await lockFile(join(directory, "lock.db"));
  if (lock === undefined) return { kind: "taken", by: await readOwner(ownerPath) };
  // What a killed process left behind is wrong by now.
  rmSync(ownerPath, { force: true });
  return {
    kind: "owned",
    databasePath: join(directory, "runtime.db"),
    filesPath: join(directory, "files"),
    announce(owner) {
      const draft = `${ownerPath}.${process.pid}`;
      writeFileSync(draft, `${JSON.stringify(owner)}\n`, { mode: 0o600 });
      chmodSync(draft, 0o600);
      renameSync(draft, ownerPath);
    },
    release() {
      rmSync(ownerPath, { force: true });
      lock.close();
    },
  };
}

async function lockFile(path: string): Promise<DatabaseSync | undefined> {
  const { DatabaseSync: Database } = await import("node:sqlite");
  const database = new Database(path);
  try {
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === busy) return undefined;
    throw error;
  }
}

/** The owner may be just starting: its word is waited for. */
async function readOwner(path: string): Promise<Owner | undefined> {
  for (let waited = 0; waited <= announceWaitMs; waited += 50) {
    const owner = parseOwner(path);
    if (owner !== undefined) return owner;
    await sleep(50);
  }
  return undefined;
}

function parseOwner(path: string): Owner | undefined {
  let text;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || !("listening" in value) || !("pid" in value)) return undefined;
  return typeof value.listening === "string" && typeof value.pid === "number"
    ? { listening: value.listening, pid: value.pid }
    : undefined;
}

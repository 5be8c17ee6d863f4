import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { checkDefinition } from "../core/definition/checkDefinition.ts";
import type { Problem } from "../core/definition/definition.ts";
import type { DefinitionFacts } from "../core/definition/rules/rule.ts";
import { emptyLock } from "../core/sync/lock.ts";
import type { Lock } from "../core/sync/lock.ts";
import { parseLock } from "../core/sync/lockText.ts";
import type { LocalDefinition, LocalFile } from "../core/sync/localDefinition.ts";
import { referencePath } from "../core/sync/referencePath.ts";
import { parseStore } from "../core/vectorStoreDefinition/parseStore.ts";
import type { StoreDefinition } from "../core/vectorStoreDefinition/storeDefinition.ts";
import { findDefinitions, sha256Of } from "./diskFolder.ts";

export const lockName = "assistants.lock.json";

/** What a folder says. */
export interface Folder {
  readonly lock: Lock;
  readonly definitions: readonly LocalDefinition[];
  readonly stores: ReadonlyMap<string, StoreDefinition>;
  /** Problems of store definitions, by path. */
  readonly storeProblems: readonly {
    readonly path: string;
    readonly text: string;
    readonly problems: readonly Problem[];
  }[];
}

export interface FolderOptions {
  readonly disabled: ReadonlySet<string>;
  readonly models: NonNullable<DefinitionFacts["models"]>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Reads every definition below a folder, with what it refers to, and the lock.
 * @throws LockProblem when the lock cannot be used
 */
export async function readFolder(root: string, options: FolderOptions): Promise<Folder> {
  const found = await findDefinitions(root);
  const stores = new Map<string, StoreDefinition>();
  const storeProblems: Folder["storeProblems"][number][] = [];
  for (const path of found.stores) {
    const text = await readFile(join(root, path), "utf8");
    const parsed = parseStore(text);
    if (parsed.valid) stores.set(parsed.store.name, parsed.store);
    if (parsed.problems.length > 0) storeProblems.push({ path, text, problems: parsed.problems });
  }
  const storeNames = new Set(stores.keys());
  const definitions = await Promise.all(
    found.definitions.map((path) => readDefinition(root, path, storeNames, options)),
  );
  return { lock: await readLock(root), definitions, stores, storeProblems };
}

async function readLock(root: string): Promise<Lock> {
  const path = join(root, lockName);
  return existsSync(path) ? parseLock(await readFile(path, "utf8")) : emptyLock;
}

async function readDefinition(
  root: string,
  path: string,
  storeNames: ReadonlySet<string>,
  options: FolderOptions,
): Promise<LocalDefinition> {
  const text = await readFile(join(root, path), "utf8");
  const fileExists = (reference: string): boolean => {
    const target = referencePath(path, reference);
    return target !== null && existsSync(join(root, target));
  };
  const facts = { fileExists, storeNames, models: options.models, now: options.now };
  let parsed = checkDefinition(text, { facts, disabled: options.disabled });
  let unreadable: string | null = null;
  const read = async (reference: string): Promise<{ readonly path: string; readonly bytes: Buffer } | null> => {
    const target = referencePath(path, reference);
    if (target === null) {
      unreadable = `${reference} is outside the folder.`;
      return null;
    }
    try {
      return { path: target, bytes: await readFile(join(root, target)) };
    } catch (error) {
      unreadable = `${reference} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      return null;
    }
  };
  if (!parsed.valid) return { path, text, parsed, instructions: null, files: [], unreadable: null };
  const { definition } = parsed;
  const file = definition.instructions?.kind === "file" ? await read(definition.instructions.path) : null;
  const instructions = file === null ? null : { path: file.path, text: file.bytes.toString("utf8") };
  if (instructions !== null)
    parsed = checkDefinition(text, {
      facts: { ...facts, instructionsText: instructions.text },
      disabled: options.disabled,
    });
  const files: LocalFile[] = [];
  for (const reference of definition.files) {
    const one = await read(reference);
    if (one !== null) files.push({ reference, path: one.path, sha256: sha256Of(one.bytes) });
  }
  return { path, text, parsed, instructions, files, unreadable };
}

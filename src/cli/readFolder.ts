import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { checkAround, checkText } from "../core/definition/checkedText.ts";
import type { CheckedText } from "../core/definition/checkedText.ts";
import type { ParsedDefinition, Problem } from "../core/definition/definition.ts";
import { referencesOf } from "../core/definition/references.ts";
import type { DefinitionFacts } from "../core/definition/rules/rule.ts";
import { NotUtf8, utf8Text } from "../core/definition/utf8Text.ts";
import { outOfFolder } from "../core/definition/rules/surroundings.ts";
import { rules } from "../core/definition/rules/table.ts";
import { secretInFile } from "../core/definition/secretInFile.ts";
import { readSource } from "../core/definition/source.ts";
import { emptyLock } from "../core/sync/lock.ts";
import type { Lock } from "../core/sync/lock.ts";
import { parseLock } from "../core/sync/lockText.ts";
import type { LocalDefinition, LocalFile } from "../core/sync/localDefinition.ts";
import { referencePath } from "../core/sync/referencePath.ts";
import { unlistedPaths } from "../core/sync/unlistedPaths.ts";
import { parseStore } from "../core/vectorStoreDefinition/parseStore.ts";
import type { StoreDefinition } from "../core/vectorStoreDefinition/storeDefinition.ts";
import { insideFolder } from "../disk/insideFolder.ts";
import type { DefinitionMemory } from "./definitionMemory.ts";
import { findDefinitions, isAt, sha256Of } from "./diskFolder.ts";

export const lockName = "assistants.lock.json";

/** What a folder says. */
export interface Folder {
  readonly lock: Lock;
  readonly definitions: readonly LocalDefinition[];
  readonly stores: ReadonlyMap<string, StoreDefinition>;
  /** Of all store definitions, sorted. */
  readonly storePaths: readonly string[];
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
  /** What was found in texts before; absent: every text is parsed. */
  readonly memory?: DefinitionMemory | null;
}

/**
 * Reads every definition below a folder, with what it refers to, and the lock.
 * @throws LockProblem when the lock cannot be used
 */
export async function readFolder(root: string, options: FolderOptions): Promise<Folder> {
  const [found, lock] = [await findDefinitions(root), await readLock(root)];
  const stores = new Map<string, StoreDefinition>();
  const storeProblems: Folder["storeProblems"][number][] = [];
  const texts = new Map<string, { readonly text: string; readonly name: string | null }>();
  const named = new Map<string, string[]>();
  for (const path of found.stores) {
    try {
      const text = utf8Text(await readFile(join(root, path)), "kept");
      const parsed = parseStore(text);
      const name = parsed.valid ? parsed.store.name : parsed.name;
      texts.set(path, { text, name });
      if (name !== null) named.set(name, [...(named.get(name) ?? []), path]);
      if (parsed.valid) stores.set(name ?? "", parsed.store);
    } catch (error) {
      storeProblems.push({ path, text: "", problems: [unreadableProblem(error)] });
    }
  }
  for (const [path, { text, name }] of texts) {
    const facts = { sameStore: (name === null ? [] : (named.get(name) ?? [])).find((other) => other !== path) ?? null };
    const { problems } = parseStore(text, { facts, disabled: options.disabled });
    if (problems.length > 0) storeProblems.push({ path, text, problems });
  }
  const storeNames = new Set(stores.keys());
  const paths = [...found.definitions];
  for (const path of unlistedPaths(lock, paths)) if (await isAt(join(root, path))) paths.push(path);
  const definitions = await Promise.all(
    paths.toSorted().map((path) => readDefinition(root, path, storeNames, options)),
  );
  return { lock, definitions, stores, storePaths: found.stores, storeProblems };
}

/** @throws LockProblem when the lock cannot be used */
export async function readLock(root: string): Promise<Lock> {
  const path = join(root, lockName);
  return existsSync(path) ? parseLock(await readFile(path, "utf8")) : emptyLock;
}

async function readDefinition(
  root: string,
  path: string,
  storeNames: ReadonlySet<string>,
  options: FolderOptions,
): Promise<LocalDefinition> {
  let text: string;
  try {
    // A thousand small files: waiting for each takes longer than reading it.
    text = utf8Text(readFileSync(join(root, path)), "kept");
  } catch (error) {
    return unreadable(path, error);
  }
  const check = (): CheckedText => checkText(readSource(text), rules);
  const checked = options.memory?.recall(text, check) ?? check();
  const references = referencesOf(checked);
  const problems: string[] = [];
  const outside = new Set<string>();
  const read = async (reference: string): Promise<{ readonly path: string; readonly bytes: Buffer } | null> => {
    const target = referencePath(path, reference);
    try {
      const place = target === null ? null : await insideFolder(root, target);
      if (target !== null && place !== null) return { path: target, bytes: await readFile(place) };
      outside.add(reference);
      problems.push(outOfFolder(reference));
      return null;
    } catch (error) {
      problems.push(`${reference} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  const instructionsFile = references.instructions === null ? null : await read(references.instructions);
  let instructions: LocalDefinition["instructions"] = null;
  try {
    if (instructionsFile !== null)
      instructions = { path: instructionsFile.path, text: utf8Text(instructionsFile.bytes, "kept") };
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    problems.push(`${references.instructions} cannot be read: ${error.message}`);
  }
  const [files, secrets] = [[] as LocalFile[], new Map<string, string | null>()];
  for (const reference of references.files) {
    const one = await read(reference);
    if (one === null) continue;
    files.push({ reference, path: one.path, sha256: sha256Of(one.bytes) });
    secrets.set(reference, secretInFile(one.bytes));
  }
  const facts = {
    leadsOut: (reference: string): boolean => outside.has(reference),
    secretInFile: (reference: string): string | null => secrets.get(reference) ?? null,
    fileExists: (reference: string): boolean => {
      const target = referencePath(path, reference);
      return target !== null && existsSync(join(root, target));
    },
    storeNames,
    models: options.models,
    now: options.now,
    ...(instructions === null ? {} : { instructionsText: instructions.text }),
  };
  const around = { facts, disabled: options.disabled };
  const parsed = checkAround(checked, () => readSource(text), text, rules, around);
  if (!parsed.valid) return { path, text, parsed, instructions: null, files: [], unreadable: null };
  return { path, text, parsed, instructions, files, unreadable: problems.at(-1) ?? null };
}

function unreadable(path: string, error: unknown): LocalDefinition {
  const parsed: ParsedDefinition = { valid: false, name: null, problems: [unreadableProblem(error)] };
  return { path, text: "", parsed, instructions: null, files: [], unreadable: null };
}

function unreadableProblem(error: unknown): Problem {
  const message = `This file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  return { severity: "error", code: "unreadable", message, start: 0, end: 1 };
}

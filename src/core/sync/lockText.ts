import { isJsonMap } from "../definition/json.ts";
import type { JsonMap } from "../definition/json.ts";
import { canonicalJson } from "./canonical.ts";
import type { BegunUpload, ConnectionLock, Lock, LockEntry, LockedFile, LockedStore } from "./lock.ts";

/** The version of the format that this program writes. */
const version = 1;

/** The lock file cannot be used; the message is for a person. */
export class LockProblem extends Error {
  override readonly name = "LockProblem";
}

/**
 * The text of `assistants.lock.json`: sorted, one field a line, so that two people who push different definitions (or different
 * fields) merge by themselves.
 */
export function lockText(lock: Lock): string {
  const connections = sorted(lock.connections).map(([name, state]) =>
    block(`    ${JSON.stringify(name)}: `, "    ", connectionLines(state)),
  );
  return `{\n  "version": ${version},\n${block('  "connections": ', "  ", connections)}\n}\n`;
}

function connectionLines(state: ConnectionLock): readonly string[] {
  const definitions = sorted(state.definitions).map(
    ([path, entry]) => `        ${JSON.stringify(path)}: ${entryText(entry)}`,
  );
  const line = ([key, value]: readonly [string, unknown]): string =>
    `        ${JSON.stringify(key)}: ${canonicalJson(value)}`;
  return [
    block('      "definitions": ', "      ", definitions),
    block('      "files": ', "      ", sorted(state.files).map(line)),
    block('      "stores": ', "      ", sorted(state.stores).map(line)),
  ];
}

/** An apply writes the lock after each step, and a step changes one entry: the others' texts are kept. */
const entryTexts = new WeakMap<LockEntry, string>();

function entryText(entry: LockEntry): string {
  const known = entryTexts.get(entry);
  if (known !== undefined) return known;
  const text = block("", "        ", entryLines(entry));
  entryTexts.set(entry, text);
  return text;
}

function entryLines(entry: LockEntry): readonly string[] {
  const base =
    entry.base === null
      ? '          "base": null'
      : block(
          '          "base": ',
          "          ",
          sorted(entry.base).map(([key, value]) => `            ${JSON.stringify(key)}: ${canonicalJson(value)}`),
        );
  return [
    base,
    `          "marker": ${JSON.stringify(entry.marker)}`,
    `          "remote": ${JSON.stringify(entry.remote)}`,
  ];
}

function block(lead: string, margin: string, lines: readonly string[]): string {
  return lines.length === 0 ? `${lead}{}` : `${lead}{\n${lines.join(",\n")}\n${margin}}`;
}

function sorted<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Reads the text of a lock file.
 * @throws LockProblem when it is damaged, in the middle of a merge, or of a version that this program does not know
 */
export function parseLock(text: string): Lock {
  const marker = /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/m.exec(text.replaceAll("\r", ""));
  if (marker !== null) {
    const line = text.replaceAll("\r", "").slice(0, marker.index).split("\n").length;
    throw new LockProblem(
      `assistants.lock.json has an unresolved merge conflict (line ${line}). Keep either side of each: what is wrong then shows as a change or a conflict, and nothing is lost.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new LockProblem(
      `assistants.lock.json is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  if (!isJsonMap(value) || typeof value["version"] !== "number")
    throw new LockProblem("assistants.lock.json has no version: it is no lock file.");
  if (value["version"] !== version)
    throw new LockProblem(
      `assistants.lock.json has version ${value["version"]}, and this program knows version ${version}: update it.`,
    );
  return { connections: mapOf(value["connections"], "connections", connectionOf) };
}

function connectionOf(value: unknown, at: string): ConnectionLock {
  const state = checked(value, at);
  return {
    definitions: mapOf(state["definitions"], `${at}.definitions`, entryFrom),
    files: mapOf(state["files"] ?? {}, `${at}.files`, fileFrom),
    stores: mapOf(state["stores"] ?? {}, `${at}.stores`, storeFrom),
  };
}

function entryFrom(value: unknown, at: string): LockEntry {
  const { remote, marker, base } = checked(value, at) as {
    readonly remote?: unknown;
    readonly marker?: unknown;
    readonly base?: unknown;
  };
  if (typeof marker !== "string" || !isIdOrNull(remote) || !(base === null || isJsonMap(base))) throw damaged(at);
  return { remote, marker, base };
}

function fileFrom(value: unknown, at: string): LockedFile {
  const {
    id,
    sha256,
    begun = [],
  } = checked(value, at) as { readonly id?: unknown; readonly sha256?: unknown; readonly begun?: unknown };
  if (!isIdOrNull(id) || typeof sha256 !== "string" || !Array.isArray(begun)) throw damaged(at);
  return begun.length === 0 ? { id, sha256 } : { id, sha256, begun: begun.map((one) => begunFrom(one, at)) };
}

function begunFrom(value: unknown, place: string): BegunUpload {
  const { at, bytes, sha256 } = checked(value, place) as {
    readonly at?: unknown;
    readonly bytes?: unknown;
    readonly sha256?: unknown;
  };
  if (typeof at !== "number" || typeof bytes !== "number" || typeof sha256 !== "string") throw damaged(place);
  return { at, bytes, sha256 };
}

function storeFrom(value: unknown, at: string): LockedStore {
  const { id, marker } = checked(value, at) as { readonly id?: unknown; readonly marker?: unknown };
  if (!isIdOrNull(id) || typeof marker !== "string") throw damaged(at);
  return { id, marker };
}

function isIdOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function mapOf<T>(value: unknown, at: string, read: (item: unknown, at: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(checked(value, at)).map(([key, item]) => [key, read(item, `${at}["${key}"]`)]),
  );
}

function checked(value: unknown, at: string): JsonMap {
  if (!isJsonMap(value)) throw damaged(at);
  return value;
}

function damaged(at: string): LockProblem {
  return new LockProblem(
    `assistants.lock.json is damaged at ${at}: restore it from version control, or delete it and link again.`,
  );
}

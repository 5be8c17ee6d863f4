import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { exclusivePlaces } from "./exclusivePlace.ts";
import type { ExclusivePlace } from "./exclusivePlace.ts";
import { codeOf, holderOf, holderWords, isGoneHolder, thisProcess } from "./holder.ts";
import type { Holder } from "./holder.ts";
import { isGone } from "./isGone.ts";

/** Somebody else is at work in the folder, and did not end while it was waited for. The message is for a person. */
export class HeldElsewhere extends Error {
  override readonly name = "HeldElsewhere";
}

export interface ExclusiveOptions {
  /** What others are told is at work, such as `assistants push`. */
  readonly who: string;
  /** So long somebody else is waited for. */
  readonly waitMs?: number;
  /** Ends the waiting; rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told once, in words, when somebody else is waited for. */
  readonly onWait?: (words: string) => void;
}

const defaultWaitMs = 60_000;
const lookMs = 100;
/** A holder touches its file so often. */
const touchMs = 2000;
/** Taking over takes less than a millisecond: whoever was at it for longer is gone. */
const takingOverMs = 10_000;

/**
 * Runs a task while nobody else, in whichever process, runs one for the same folder and the same `what`. Others are waited for; those of
 * which the process is gone are not. Tasks of one process are kept apart as those of two.
 * @param task told whether somebody else was waited for: what was read before is old then
 * @throws HeldElsewhere
 */
export async function exclusively<T>(
  folder: string,
  what: string,
  options: ExclusiveOptions,
  task: (waited: boolean) => Promise<T>,
): Promise<T> {
  const places = exclusivePlaces(folder, what);
  const mine = thisProcess(options.who);
  const { path, waited } = await hold(places, mine, options);
  const touching = setInterval(() => touch(path), touchMs);
  touching.unref();
  try {
    return await task(waited);
  } finally {
    clearInterval(touching);
    if (holderOf(textOf(path))?.mark === mine.mark) rmSync(path, { force: true });
  }
}

async function hold(
  places: readonly ExclusivePlace[],
  mine: Holder,
  { waitMs = defaultWaitMs, signal, onWait }: ExclusiveOptions,
): Promise<{ readonly path: string; readonly waited: boolean }> {
  const begun = performance.now();
  let waited = false;
  let [seen, seenSince] = ["", begun];
  for (;;) {
    signal?.throwIfAborted();
    const { path, isMine } = place(places, JSON.stringify({ ...mine, since: new Date().toISOString() }));
    if (isMine) return { path, waited };
    const text = textOf(path);
    // It has ended between two looks.
    if (text === null) continue;
    const look = `${text} ${touchedAt(path)}`;
    if (look !== seen) [seen, seenSince] = [look, performance.now()];
    const holder = holderOf(text);
    if (isGoneHolder(holder, performance.now() - seenSince) && takeOver(path, text)) continue;
    const words = holderWords(holder);
    if (performance.now() - begun >= waitMs)
      throw new HeldElsewhere(`${words}. Try again when it has ended. If it is not running any more, delete ${path}.`);
    if (!waited) onWait?.(words);
    waited = true;
    await sleep(lookMs, undefined, signal === undefined ? {} : { signal });
  }
}

/** Puts the file where it can be put. `isMine` is false where somebody else's is there. @throws what the last place says */
function place(places: readonly ExclusivePlace[], text: string): { readonly path: string; readonly isMine: boolean } {
  let refusal: unknown = null;
  for (const { path, mode } of places) {
    try {
      // Whatever the umask is: with other rights than these, others would not see that somebody is at work.
      if (mkdirSync(dirname(path), { recursive: true }) !== undefined) chmodSync(dirname(path), mode);
    } catch (error) {
      refusal = error;
      continue;
    }
    try {
      writeNew(path, text);
      return { path, isMine: true };
    } catch (error) {
      if (codeOf(error) === "EEXIST") return { path, isMine: false };
      refusal = error;
    }
  }
  throw refusal;
}

/** Between the two steps nothing else of this process runs; others see an empty file for a moment. */
function writeNew(path: string, text: string): void {
  const file = openSync(path, "wx");
  try {
    writeSync(file, text);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/**
 * Removes the file of a holder that is gone. Only one at a time does, so that none removes what another has put there since.
 * @returns whether this one was at it
 */
function takeOver(path: string, seen: string): boolean {
  const guard = `${path}.over`;
  try {
    writeNew(guard, "");
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    if (Date.now() - touchedAt(guard) > takingOverMs) rmSync(guard, { force: true });
    return false;
  }
  try {
    if (textOf(path) === seen) rmSync(path, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Null where there is no file; "" where it cannot be read, or is being written. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isGone(error)) return null;
    if (codeOf(error) === undefined) throw error;
    return "";
  }
}

/** Milliseconds since 1970; 0 where it is gone. */
function touchedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch (error) {
    // Removed by a person, or on a disk that is gone: what is under way goes on, and is recorded where it can be.
    if (codeOf(error) === undefined) throw error;
  }
}

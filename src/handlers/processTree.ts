import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Every process that a handler starts inherits this variable; on Linux they are found by it, wherever they hid. */
export const markerName = "ASSISTANTS_HANDLER_ID";

/** A handler is given this long to end by itself after it was asked to. */
const graceMs = 2000;
/** Between two looks at what is left. */
const pauseMs = 20;
/** Then it is given up: what is left then belongs to somebody else, or the system itself hangs. */
const rounds = 150;

/** Leaders of groups that run now. */
const live = new Set<number>();
let watching = false;

/** Handlers do not outlive us: when this process exits, the group is killed at once. @returns to be called when it has ended */
export function endWithUs(pid: number): () => void {
  if (!watching) {
    watching = true;
    process.once("exit", () => {
      for (const leader of live) if (process.platform !== "win32") signalGroup(leader, "SIGKILL");
    });
  }
  live.add(pid);
  return () => live.delete(pid);
}

/**
 * Ends a process and all that it started: asked first, then killed, also those that ignore signals, left its process group or
 * were handed to init. The process must lead a group of its own (`detached`), except on Windows.
 * @param pid of the leader; it may have ended already
 * @param marker the value of `markerName` in its environment
 * @param gentle whether it is asked first
 */
export async function endTree(pid: number, marker: string, gentle: boolean): Promise<void> {
  if (process.platform === "win32") return taskkill(pid);
  if (gentle && signalGroup(pid, "SIGTERM")) await groupGone(pid, graceMs);
  for (let round = 0; round < rounds; round += 1) {
    const group = signalGroup(pid, "SIGKILL");
    const strays = await strayPids(pid, marker);
    for (const stray of strays) kill(stray);
    if (!group && strays.length === 0) return;
    await sleep(pauseMs);
  }
}

async function groupGone(pid: number, limitMs: number): Promise<void> {
  const until = performance.now() + limitMs;
  while (performance.now() < until && groupLives(pid)) await sleep(pauseMs);
}

function groupLives(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    // ESRCH: nobody there; EPERM: nobody of ours.
    return false;
  }
}

/** @returns whether anybody was there to hear it */
function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    // ESRCH: nobody there; EPERM: nobody of ours.
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended since it was seen.
  }
}

/** Processes that left the group. On Linux by the marker in their environment, elsewhere those that still descend from the leader. */
function strayPids(leader: number, marker: string): Promise<readonly number[]> {
  return process.platform === "linux" ? markedPids(marker) : descendants(leader);
}

async function markedPids(marker: string): Promise<readonly number[]> {
  const wanted = `${markerName}=${marker}`;
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      const environment = await readFile(`/proc/${name}/environ`, "latin1");
      // A process that has ended and was not waited for has an empty one.
      if (environment.split("\0").includes(wanted)) found.push(Number(name));
    } catch {
      // Ended, or somebody else's.
    }
  }
  return found;
}

async function descendants(leader: number): Promise<readonly number[]> {
  const table = await output("ps", ["-axo", "pid=,ppid=,stat="]);
  const children = new Map<number, number[]>();
  for (const line of table.split("\n")) {
    const [pid, parent, state] = line.trim().split(/\s+/);
    if (pid === undefined || parent === undefined || state?.startsWith("Z") === true) continue;
    const known = children.get(Number(parent));
    if (known === undefined) children.set(Number(parent), [Number(pid)]);
    else known.push(Number(pid));
  }
  const found: number[] = [];
  for (let next = children.get(leader) ?? []; next.length > 0;) {
    found.push(...next);
    next = next.flatMap((pid) => children.get(pid) ?? []);
  }
  return found;
}

function output(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(file, args, { windowsHide: true }, (_error, stdout) => resolve(stdout));
  });
}

async function taskkill(pid: number): Promise<void> {
  await output("taskkill", ["/pid", String(pid), "/t", "/f"]);
}

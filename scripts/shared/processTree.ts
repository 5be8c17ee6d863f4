import { type ChildProcess, spawn } from "node:child_process";

/** Options for `spawn` that put a process and all that it starts in a group of their own, to be ended together. */
export const ownTree = { detached: process.platform !== "win32" } as const;

/** Ends a process started with `ownTree` and everything that it started; waits until it is gone. */
export async function endTree(child: ChildProcess, patience = 3000): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const gone = child.exitCode !== null || child.signalCode !== null;
  const exited = gone ? Promise.resolve() : new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" }).on("error", () => child.kill());
    return exited;
  }
  signalGroup(pid, "SIGTERM");
  const deadline = Date.now() + patience;
  while (groupExists(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));
  signalGroup(pid, "SIGKILL");
  return exited;
}

function groupExists(pid: number): boolean {
  return signalGroup(pid, 0);
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

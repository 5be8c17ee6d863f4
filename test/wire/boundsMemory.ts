import { readFileSync } from "node:fs";
import type { ChildProcess } from "node:child_process";
import { execFileSync } from "node:child_process";

/** The memory that a process has in use now, in megabytes. `undefined` where the system does not say (Windows). */
export function residentMegabytes(child: ChildProcess): number | undefined {
  if (process.platform === "linux") {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1024;
  }
  if (process.platform === "win32") return undefined;
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(child.pid)], { encoding: "utf8" })) / 1024;
}

/** The most memory that the process has in use, looked at every 20 ms until `stop`. */
export function watchMemory(child: ChildProcess): { stop(): number } {
  let most = residentMegabytes(child) ?? 0;
  const timer = setInterval(() => (most = Math.max(most, residentMegabytes(child) ?? 0)), 20);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

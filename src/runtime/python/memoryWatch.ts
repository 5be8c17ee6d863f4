import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

/**
 * Calls `exceeded` when a process has more than `megabytes` of memory, and stops looking. Python's own memory has a cap in the
 * process; this holds what lies beside it. On Windows there is no cheap way to ask, and nothing is watched.
 */
export function watchMemory(pid: number, megabytes: number, exceeded: () => void): () => void {
  const [measure, everyMs] =
    process.platform === "linux" ? [linuxMegabytes, 100] : process.platform === "win32" ? [] : [psMegabytes, 1000];
  if (measure === undefined) return () => undefined;
  let asking = false;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    void measure(pid).then((used) => {
      asking = false;
      if (used <= megabytes) return;
      clearInterval(timer);
      exceeded();
    });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** 0 when the process is gone. */
async function linuxMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}

function psMegabytes(pid: number): Promise<number> {
  return new Promise((resolve) => {
    execFile("ps", ["-o", "rss=", "-p", String(pid)], (error, output) =>
      resolve(error === null ? Number(output.trim()) / 1024 : 0),
    );
  });
}

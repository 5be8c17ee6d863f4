import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Readable, Writable } from "node:stream";

import type { SandboxInstallation } from "./installation.ts";
import type { PythonLimits } from "./limits.ts";

/** A sandbox's process with the ends of its pipes. */
export interface LaunchedSandbox {
  readonly child: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** Starts the sandbox's program under Node's part of the lock. `snapshot`: the file to restore; without one, it makes one. */
export function launchSandbox(
  installation: SandboxInstallation,
  snapshot: string | undefined,
  limits: PythonLimits,
): LaunchedSandbox {
  const { entry, harness, pyodide } = installation;
  const readable = [...new Set([dirname(entry), pyodide])].map((folder) => `--allow-fs-read=${folder}/`);
  const flags = [
    "--permission",
    ...readable,
    ...(snapshot === undefined ? [] : [`--allow-fs-read=${snapshot}`]),
    "--disallow-code-generation-from-strings",
    `--wasm-max-mem-pages=${limits.pythonMegabytes * 16}`,
    "--max-old-space-size=512",
    // Lets Python wait for a promise: asyncio.run(). Newer versions have it without being asked.
    ...("Suspending" in WebAssembly ? [] : ["--experimental-wasm-jspi"]),
    "--no-warnings",
  ];
  // Where there is no shell, nobody would watch, and the sandbox gets no pipe that it does not need.
  const shell = process.platform !== "win32" && existsSync("/bin/sh");
  const [command, ...args] = (shell ? watched : plain)([
    process.execPath,
    ...flags,
    entry,
    pyodide,
    snapshot ?? "make",
    harness,
  ]);
  const child = spawn(command, args, {
    // The one variable is for Electron, whose program is Node only when told so.
    env: { ELECTRON_RUN_AS_NODE: "1" },
    cwd: dirname(entry),
    stdio: ["pipe", "pipe", "pipe", shell ? "pipe" : "ignore"],
    windowsHide: true,
  });
  const lifeline = child.stdio[3] as Writable | null;
  // A sandbox that dies breaks its pipes; its end is seen by `close`.
  lifeline?.on("error", () => undefined);
  child.once("exit", () => lifeline?.end("gone\n"));
  return { child, stdin: child.stdin as Writable, stdout: child.stdout as Readable, stderr: child.stderr as Readable };
}

type Command = readonly [string, ...string[]];

const plain = (command: Command): Command => command;

/**
 * A shell's part, where there is one. The system's own limits: no core dumps, no byte into any file, an hour of the processor's time.
 * And a subshell that waits at the other end of a pipe: when the runtime is gone without a word, however it went, the sandbox is killed; a
 * program that loops reads no pipe, and no thread may run beside it. On Windows, Node's children are in a job that ends with Node.
 */
function watched(command: Command): Command {
  const limits = "ulimit -c 0; ulimit -f 0; ulimit -t 3600";
  const watcher = "(read -r word <&3 || kill -9 $$) </dev/null >/dev/null 2>&1 &";
  return ["/bin/sh", "-c", `${limits}; ${watcher} exec "$0" "$@" 3<&-`, ...command];
}

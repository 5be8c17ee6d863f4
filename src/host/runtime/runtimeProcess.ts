import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** Where a runtime answers. */
export interface RuntimeAddress {
  /** With the `/v1`. */
  readonly url: string;
}

export interface RuntimeProcessOptions {
  readonly bundle: string;
  readonly dataDir: string;
  readonly args: readonly string[];
  /** Values of the environment beside the extension host's own: the keys. `undefined` removes one. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLog: (line: string) => void;
  /** Called once when the process has ended, however it did. */
  readonly onExit: (exit: RuntimeExit) => void;
}

export interface RuntimeExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export type RuntimeStart =
  | { readonly kind: "started"; readonly address: RuntimeAddress; readonly stop: () => void }
  /** Another window's runtime holds this data folder. */
  | { readonly kind: "attached"; readonly address: RuntimeAddress };

const startLimitMs = 30_000;

/**
 * Starts the embedded runtime as a child process and waits until it answers.
 * @throws Error with the runtime's own last words when it does not come up
 */
export async function startRuntimeProcess(options: RuntimeProcessOptions): Promise<RuntimeStart> {
  const child = spawn(
    process.execPath,
    [options.bundle, "--port", "0", "--data", options.dataDir, "--exit-with-parent", ...options.args],
    {
      // In desktop VS Code the executable is Electron; this makes it Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1", ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    },
  );
  let lastWords = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.trim() !== "") lastWords = line;
    options.onLog(line);
  });
  try {
    const start = await firstLine(child, () => lastWords);
    if (start.kind === "attached") return start;
    child.once("exit", (code, signal) => options.onExit({ code, signal }));
    // Closing the pipe is the word to stop: the runtime then lets a run that is under way finish.
    return { ...start, stop: () => child.stdin.end() };
  } catch (error) {
    child.kill();
    throw error;
  }
}

function firstLine(child: ChildProcess, lastWords: () => string): Promise<RuntimeStart> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The runtime did not come up within ${startLimitMs / 1000} s.`)),
      startLimitMs,
    );
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(reason));
    };
    child.once("error", (error) => fail(`The runtime could not be started: ${error.message}`));
    child.once("exit", (code) =>
      fail(lastWords() === "" ? `The runtime ended at once with code ${code}.` : lastWords()),
    );
    if (child.stdout === null) return fail("The runtime has no output.");
    createInterface({ input: child.stdout }).once("line", (line) => {
      const said = parseLine(line);
      if (said === null) return fail(`The runtime said something unexpected: ${line.slice(0, 200)}`);
      clearTimeout(timer);
      resolve(said);
    });
  });

  function parseLine(line: string): RuntimeStart | null {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return null;
    }
    if (typeof value !== "object" || value === null) return null;
    if ("listening" in value && typeof value.listening === "string") {
      return { kind: "started", address: { url: value.listening }, stop: () => undefined };
    }
    if ("alreadyRunning" in value && typeof value.alreadyRunning === "string") {
      return { kind: "attached", address: { url: value.alreadyRunning } };
    }
    return null;
  }
}

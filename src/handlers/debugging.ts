import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { DebuggedHandler } from "../core/answers/ports.ts";

/** What a run under a debugger needs to know. */
export interface DebuggedJob {
  /** Null for one without a debugger. */
  readonly debugged: DebuggedHandler | null;
  /** Aborted when the run is over. */
  readonly ended: AbortSignal;
}

/**
 * The command that waits for a debugger before its first line; the same where none is wanted.
 * @throws Error in words for a program that no debugger of ours knows
 */
export async function debuggedArgv(
  argv: readonly [string, ...string[]],
  { debugged, ended }: DebuggedJob,
  language = debuggedLanguage(argv[0]),
): Promise<readonly [string, ...string[]]> {
  if (debugged === null) return argv;
  const [program, ...rest] = argv;
  // A function is stopped at by its runner; a script at its first line.
  const flag = rest.includes("--input-type=module") ? "--inspect-wait" : "--inspect-brk";
  if (language === "node") return [program, `${flag}=127.0.0.1:0`, ...rest];
  if (language === null) throw new Error(`Only Node and Python can be debugged from here: ${program} is neither.`);
  const port = await freePort();
  whenTaken(port, ended).then(
    () => debugged.onListening({ language: "python", host: "127.0.0.1", port }),
    // It ended before it listened; its failure says why.
    () => undefined,
  );
  return [program, "-m", "debugpy", "--listen", `127.0.0.1:${port}`, "--wait-for-client", ...rest];
}

/** Listens to what Node says until it has told where its debugger is. */
export function inspectorWatch(debugged: DebuggedHandler): (text: string) => void {
  let said = "";
  let told = false;
  return (text) => {
    if (told) return;
    said = (said + text).slice(-2000);
    // Node says it on its standard error.
    const port = /Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
    if (port === undefined) return;
    told = true;
    debugged.onListening({ language: "node", host: "127.0.0.1", port: Number(port) });
  };
}

/** A port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** Resolves when somebody listens on a port, which is found out without calling there; rejects when the signal is aborted. */
async function whenTaken(port: number, signal: AbortSignal): Promise<void> {
  while (await isFree(port)) await sleep(50, undefined, { signal });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Which debugger a program is for: by its name, whatever folder it is in. Null for programs that none of ours knows. */
function debuggedLanguage(program: string): "node" | "python" | null {
  const name = program.split(/[\\/]/).at(-1)?.toLowerCase() ?? "";
  if (/^node(?:js)?(?:\.exe)?$/.test(name)) return "node";
  return /^py(?:thon)?(?:\d(?:\.\d+)?)?(?:\.exe)?$/.test(name) ? "python" : null;
}

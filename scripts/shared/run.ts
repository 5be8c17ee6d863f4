import { spawn } from "node:child_process";

import { root } from "./paths.ts";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Keeps what it prints until it has ended: for a program that runs beside another one. */
  readonly printAtEnd?: boolean;
  /** Receives everything printed, beside the terminal. */
  readonly onOutput?: (chunk: string) => void;
}

/** Runs a program in the repository, its output on this terminal; gives its exit code. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  const kept: { readonly to: NodeJS.WriteStream; readonly chunk: string }[] = [];
  const piped = options.printAtEnd === true || options.onOutput !== undefined;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      shell: command.endsWith(".cmd"),
      stdio: piped ? ["inherit", "pipe", "pipe"] : "inherit",
    });
    const forward = (signal: NodeJS.Signals): boolean => child.kill(signal);
    process.on("SIGINT", forward).on("SIGTERM", forward);
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from?.setEncoding("utf8").on("data", (chunk: string) => {
        if (options.printAtEnd) kept.push({ to, chunk });
        else to.write(chunk);
        options.onOutput?.(chunk);
      });
    }
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      for (const { to, chunk } of kept) to.write(chunk);
      resolve(signal ? 1 : (code ?? 1));
    });
  });
}

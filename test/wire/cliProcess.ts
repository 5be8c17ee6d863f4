import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

import { cliProgram } from "./programs.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `assistants` in a folder, on the connection `test` at an address. */
export function startCli(
  args: readonly string[],
  cwd: string,
  at: { readonly url: string; readonly key: string },
  more: Readonly<Record<string, string>> = {},
): CliProcess {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", cliProgram, ...args], {
    cwd,
    env: {
      ...process.env,
      ASSISTANTS_API_KEY: at.key,
      ASSISTANTS_CONNECTION: "test",
      ASSISTANTS_BASE_URL: at.url,
      ...more,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

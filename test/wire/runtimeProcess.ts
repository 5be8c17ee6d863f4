import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";

import { runtimeProgram } from "./programs.ts";

export interface RuntimeProcessOptions {
  /** A folder to use and keep; without one, a new one that `stop` and `kill` remove. */
  readonly dataDir?: string;
  /** More arguments; `--pace 0` is given unless a pace or another upstream is among them. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The runtime to start; by default the one that is built of the sources as they are. */
  readonly entry?: string;
}

export interface RuntimeProcess {
  /** Base URL, with `/v1`. */
  readonly url: string;
  readonly key: string;
  readonly client: OpenAI;
  readonly dataDir: string;
  readonly child: ChildProcess;
  /** What it has said on standard error so far. */
  readonly log: () => string;
  /** Kills it without notice (SIGKILL). Keeps a data directory that was given. */
  kill(): Promise<void>;
  /** Stops it with SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** Long enough for a machine that is busy with other things: what hangs is still told by its name. */
export const patienceMs = 120_000;

/** Starts the real runtime as a process of its own and waits until it listens. Rejects with its words when it does not. */
export async function startRuntime(options: RuntimeProcessOptions = {}): Promise<RuntimeProcess> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "runtime-"));
  const { child, ready, log } = launch(dataDir, options);
  const line = await ready;
  const { listening: url, key } = JSON.parse(line) as { listening: string; key: string };
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const code = await ended;
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    return code;
  };
  return {
    url,
    key,
    client: new OpenAI({ baseURL: url, apiKey: key, maxRetries: 0, timeout: patienceMs }),
    dataDir,
    child,
    log,
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
  };
}

/** Runs the runtime to its exit: for arguments and circumstances under which it does not serve. */
export async function runToExit(
  options: RuntimeProcessOptions & { readonly dataDir: string },
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { child, ready, log, said } = launch(options.dataDir, options);
  ready.catch(() => undefined);
  const code = await new Promise<number | null>((resolve) => child.once("close", (exit) => resolve(exit)));
  return { code, stdout: said(), stderr: log() };
}

function launch(
  dataDir: string,
  options: RuntimeProcessOptions,
): { child: ChildProcess; ready: Promise<string>; log: () => string; said: () => string } {
  const given = options.args ?? [];
  const pace = given.includes("--pace") || given.includes("--upstream") ? [] : ["--pace", "0"];
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
  for (const name of ["ASSISTANTS_RUNTIME_KEY", "ASSISTANTS_UPSTREAM_KEY", "OPENAI_API_KEY"])
    if (options.env?.[name] === undefined) delete env[name];
  const child = spawn(process.execPath, [options.entry ?? runtimeProgram, "--data", dataDir, ...pace, ...given], {
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [out, errors] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
  const ready = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`the runtime did not start in ${patienceMs} ms:\n${errors}`));
    }, patienceMs);
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      out += chunk;
      const end = out.indexOf("\n");
      if (end === -1) return;
      clearTimeout(timer);
      resolve(out.slice(0, end));
    });
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      reject(new Error(`the runtime exited with ${code}:\n${errors}`));
    });
  });
  return { child, ready, log: () => errors, said: () => out };
}

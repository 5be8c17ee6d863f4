import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";

import type { AnswerFailureCode } from "../core/answers/toolAnswer.ts";
import { here, programOf } from "./program.ts";
import { endTree, endWithUs, markerName } from "./processTree.ts";
import { ConcealedText } from "./secretValues.ts";

export interface ProcessJob {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it reads from its standard input. It need not read it. */
  readonly stdin: string;
  /** Which of its streams is the output: standard output, or descriptor 3, when standard output is for the log. */
  readonly outputFrom: 1 | 3;
  readonly maxOutputBytes: number;
  /** Milliseconds; null for no limit (somebody is at the debugger). */
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal;
  /** What is blotted out of the log and of the last words. */
  readonly secrets: readonly string[];
  /** What it says beside its output. */
  readonly onLog: (text: string) => void;
  /** The same as it comes, with the secrets: for the one who looks for the debugger's address in it. */
  readonly onRawLog?: (text: string) => void;
}

export type ProcessEnd =
  | { readonly kind: "exited"; readonly code: number; readonly output: Buffer; readonly lastWords: string }
  | { readonly kind: "failed"; readonly code: AnswerFailureCode; readonly message: string };

/** What is kept of the log for the words of a failure. */
const lastWordsLength = 4000;
/** What is passed on to the log; a handler that says more goes on, unheard. */
const maxLogBytes = 4 * 1024 * 1024;
/** Streams that somebody still holds after all processes that we know of have ended. */
const drainMs = 1000;

/** Runs a process to its end. Nothing of it is left when this resolves, and it resolves always. */
export async function runProcess(job: ProcessJob): Promise<ProcessEnd> {
  if (job.signal.aborted) return { kind: "failed", code: "cancelled", message: "Stopped." };
  const marker = randomUUID();
  const child = start(job, marker);
  if ("kind" in child) return child;
  const { pid } = child;
  // It could not be started: the reason comes as an event.
  if (pid === undefined) return startFailure(child, job);

  const ended = endWithUs(pid);
  let stopped: Extract<ProcessEnd, { readonly kind: "failed" }> | null = null;
  let ending: Promise<void> | null = null;
  const stop = (code: AnswerFailureCode, message: string): void => {
    stopped ??= { kind: "failed", code, message };
    ending ??= endTree(pid, marker, code !== "output");
  };
  const onAbort = (): void => stop("cancelled", "Stopped.");
  job.signal.addEventListener("abort", onAbort, { once: true });
  const timer =
    job.timeoutMs === null
      ? undefined
      : setTimeout(
          () => stop("timeout", `The handler did not answer within ${seconds(job.timeoutMs ?? 0)} and was ended.`),
          job.timeoutMs,
        );
  let log: Log | null = null;
  try {
    const [out, said] = streamsOf(child, job.outputFrom);
    const output = collect(out, job.maxOutputBytes, () =>
      stop(
        "output",
        `The output is larger than ${job.maxOutputBytes.toLocaleString("en-US")} bytes (max_output_bytes).`,
      ),
    );
    log = listen(said, job);
    feed(child, job);
    const exit = await exitOf(child);
    // What it started and left behind ends with it; the streams end then too.
    await (ending ?? endTree(pid, marker, false));
    await drained([out, ...said]);
    log.end();
    if (stopped !== null) return stopped;
    if (exit.code === null)
      return { kind: "failed", code: "failed", message: `The handler was ended by ${exit.signal ?? "a signal"}.` };
    return { kind: "exited", code: exit.code, output: Buffer.concat(output), lastWords: log.lastWords().trim() };
  } finally {
    log?.end();
    ended();
    clearTimeout(timer);
    job.signal.removeEventListener("abort", onAbort);
  }
}

function start(job: ProcessJob, marker: string): ChildProcess | Extract<ProcessEnd, { readonly kind: "failed" }> {
  try {
    const env = { ...job.env, [markerName]: marker };
    const program = programOf(job.argv, here(env));
    return spawn(program.file, program.args, {
      cwd: job.cwd,
      env,
      stdio: job.outputFrom === 3 ? ["pipe", "pipe", "pipe", "pipe"] : ["pipe", "pipe", "pipe"],
      // A process group of its own, so that all of it can be ended.
      detached: process.platform !== "win32",
      windowsHide: true,
      windowsVerbatimArguments: program.verbatim,
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "failed", code: "start", message: `The handler could not be started: ${message}` };
  }
}

async function startFailure(child: ChildProcess, job: ProcessJob): Promise<ProcessEnd> {
  const error = await new Promise<Error>((resolve) => child.once("error", resolve));
  const code = "code" in error ? error.code : null;
  const message =
    code === "ENOENT"
      ? `There is no program ${job.argv[0]}, or no folder ${job.cwd}.`
      : code === "EACCES"
        ? `${job.argv[0]} may not be run: it is not executable.`
        : `The handler could not be started: ${error.message}`;
  return { kind: "failed", code: "start", message };
}

function streamsOf(child: ChildProcess, outputFrom: 1 | 3): readonly [output: Readable, log: readonly Readable[]] {
  const [, stdout, stderr, third] = child.stdio;
  const readable = (stream: unknown): Readable => {
    if (stream === null || stream === undefined) throw new Error("The handler has no output.");
    return stream as Readable;
  };
  return outputFrom === 1
    ? [readable(stdout), [readable(stderr)]]
    : [readable(third), [readable(stdout), readable(stderr)]];
}

function collect(stream: Readable, most: number, onTooMuch: () => void): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    // Read on, so that it does not wait for us; keep nothing more.
    if (bytes <= most) chunks.push(chunk);
    else onTooMuch();
  });
  stream.on("error", () => stream.destroy());
  return chunks;
}

interface Log {
  lastWords(): string;
  /** Nothing more comes: what was held back is told. */
  end(): void;
}

function listen(streams: readonly Readable[], job: ProcessJob): Log {
  let last = "";
  let bytes = 0;
  const say = (text: string): void => {
    if (text === "") return;
    last = (last + text).slice(-lastWordsLength);
    if (bytes <= maxLogBytes) job.onLog(text);
  };
  // Each stream has a text of its own, in which a secret may come in pieces.
  const texts = streams.map((stream) => {
    const decoder = new TextDecoder();
    const text = new ConcealedText(job.secrets);
    stream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      const piece = decoder.decode(chunk, { stream: true });
      job.onRawLog?.(piece);
      say(text.read(piece));
    });
    stream.on("error", () => stream.destroy());
    return text;
  });
  return {
    lastWords: () => last,
    end: () => {
      for (const text of texts) say(text.end());
    },
  };
}

function feed(child: ChildProcess, { stdin, onLog }: ProcessJob): void {
  child.stdin?.on("error", (error: NodeJS.ErrnoException) => {
    // It ended, or closed its input, without reading: its right.
    if (error.code !== "EPIPE" && error.code !== "ECONNRESET" && error.code !== "EOF")
      onLog(`The arguments could not be written: ${error.message}\n`);
  });
  child.stdin?.end(stdin);
}

function exitOf(child: ChildProcess): Promise<{ readonly code: number | null; readonly signal: string | null }> {
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
}

async function drained(streams: readonly Readable[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, drainMs)));
  const ended = Promise.all(
    streams.map((stream) =>
      stream.closed || stream.readableEnded
        ? Promise.resolve()
        : new Promise<void>((resolve) => stream.once("close", resolve).once("end", resolve)),
    ),
  );
  await Promise.race([ended, limit]);
  clearTimeout(timer);
  for (const stream of streams) stream.destroy();
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toLocaleString("en-US", { maximumFractionDigits: 1 })} s`;
}

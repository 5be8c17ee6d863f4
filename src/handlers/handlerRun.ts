import { dirname, resolve } from "node:path";

import type { CommandHandler, Handler, HttpHandler, ModuleHandler } from "../core/answers/handler.ts";
import { handlerWords } from "../core/answers/handler.ts";
import type {
  DebuggedHandler,
  HandlerResult,
  HandlerRunner,
  HandlerRunOptions,
  PendingCall,
} from "../core/answers/ports.ts";
import type { AnswerFailureCode } from "../core/answers/toolAnswer.ts";
import { folderOf, wordsOf } from "./commandLine.ts";
import { debuggedArgv, inspectorWatch } from "./debugging.ts";
import { handlerEnvironment } from "./environment.ts";
import { requestHttp } from "./httpHandler.ts";
import { nodeRunner, pythonRunner } from "./moduleRunners.ts";
import { runProcess } from "./runProcess.ts";
import { concealed, fillSecrets } from "./secretValues.ts";
import type { SecretSource } from "./secretValues.ts";

export interface HandlerProcessesOptions {
  readonly secrets: SecretSource;
  /** What handlers say beside their output, as it comes. */
  readonly onLog: (text: string, call: PendingCall) => void;
}

/** Runs handlers on this machine: processes without a shell, and HTTP requests. */
export class HandlerProcesses implements HandlerRunner {
  readonly #options: HandlerProcessesOptions;

  constructor(options: HandlerProcessesOptions) {
    this.#options = options;
  }

  /** @param place the definition's path on disk */
  async run(
    handler: Handler,
    call: PendingCall,
    place: string,
    signal: AbortSignal,
    options: HandlerRunOptions = {},
  ): Promise<HandlerResult> {
    const start = performance.now();
    const secrets: string[] = [];
    const ended = new AbortController();
    const end = await this.#end(
      handler,
      { call, place, signal, debugged: options.debugged ?? null, ended: ended.signal, secrets },
      options.onStart,
    ).catch((error: unknown): End => ({
      ok: false,
      code: signal.aborted ? "cancelled" : "start",
      message: signal.aborted ? "Stopped." : error instanceof Error ? error.message : String(error),
    }));
    ended.abort();
    const durationMs = Math.round(performance.now() - start);
    if (!end.ok) {
      const message = concealed(end.message, secrets);
      return { ok: false, failure: { source: "handler", code: end.code, message, durationMs } };
    }
    const output = textOf(end.bytes);
    return output === null
      ? {
          ok: false,
          failure: { source: "handler", code: "output", message: "The output is no UTF-8 text.", durationMs },
        }
      : { ok: true, output, details: end.details, durationMs };
  }

  async #end(handler: Handler, job: Job, onStart?: () => void): Promise<End> {
    const given = await fillSecrets(handler.kind === "http" ? handler.headers : handler.env, this.#options.secrets);
    job.secrets.push(...given.secrets);
    onStart?.();
    switch (handler.kind) {
      case "command":
        return this.#command(handler, job, given.values);
      case "module":
        return this.#module(handler, job, given.values);
      case "http":
        return this.#http(handler, job, given.values);
    }
  }

  async #command(handler: CommandHandler, job: Job, env: Readonly<Record<string, string>>): Promise<End> {
    const argv = await debuggedArgv(wordsOf(handler, job.place), job);
    const end = await this.#process(handler, argv, job, env, 1);
    if (!end.ok) return end;
    // Most programs end their output with a line break, which is no part of it.
    const bytes = end.bytes.at(-1) === 0x0a ? end.bytes.subarray(0, end.bytes.at(-2) === 0x0d ? -2 : -1) : end.bytes;
    return { ...end, bytes };
  }

  async #module(handler: ModuleHandler, job: Job, env: Readonly<Record<string, string>>): Promise<End> {
    const file = resolve(dirname(job.place), handler.file);
    const python = process.platform === "win32" ? "python" : "python3";
    const argv: readonly [string, ...string[]] =
      handler.language === "python"
        ? [python, "-c", pythonRunner, file, handler.exportName]
        : [process.execPath, ...stripFlags(), "--input-type=module", "-e", nodeRunner, file, handler.exportName];
    const end = await this.#process(
      handler,
      await debuggedArgv(argv, job, handler.language),
      job,
      // In desktop VS Code the executable is Electron; this makes it Node.
      handler.language === "node" ? { ...env, ELECTRON_RUN_AS_NODE: "1" } : { ...env, PYTHONUTF8: "1" },
      handler.language === "node" ? 3 : 1,
    );
    if (!end.ok) return end;
    const kind = end.bytes.at(0);
    if (kind === undefined)
      return { ok: false, code: "failed", message: `${handler.file} ended the process before it answered.` };
    return { ...end, bytes: end.bytes.subarray(1), details: handlerWords(handler) };
  }

  async #process(
    handler: CommandHandler | ModuleHandler,
    argv: readonly [string, ...string[]],
    job: Job,
    env: Readonly<Record<string, string>>,
    outputFrom: 1 | 3,
  ): Promise<End> {
    const { call, debugged } = job;
    const watch = debugged === null ? null : inspectorWatch(debugged);
    const end = await runProcess({
      argv,
      cwd: folderOf(handler, job.place),
      env: {
        ...handlerEnvironment(process.env, env),
        ASSISTANTS_FUNCTION: plain(call.name),
        ASSISTANTS_CALL_ID: plain(call.id),
      },
      stdin: call.arguments,
      outputFrom,
      maxOutputBytes: handler.maxOutputBytes + (handler.kind === "module" ? 1 : 0),
      timeoutMs: debugged === null ? handler.timeoutMs : null,
      signal: job.signal,
      secrets: job.secrets,
      onLog: (text) => this.#options.onLog(text, call),
      ...(watch === null ? {} : { onRawLog: watch }),
    });
    if (end.kind === "failed") return { ok: false, code: end.code, message: end.message };
    // A function that failed says why, better than what it printed.
    const thrown = handler.kind === "module" && end.output.at(0) === 0x65 ? end.output.subarray(1).toString() : null;
    if (thrown !== null) return { ok: false, code: "failed", message: thrown };
    if (end.code === 0) return { ok: true, bytes: end.output, details: "exit code 0" };
    if (debugged !== null && end.lastWords.includes("No module named debugpy"))
      return {
        ok: false,
        code: "start",
        message: `${argv[0]} has no debugger: install it with ${argv[0]} -m pip install debugpy.`,
      };
    const last = end.lastWords.split("\n").at(-1)?.trim().slice(0, 500) ?? "";
    return { ok: false, code: "failed", message: `Exit code ${end.code}${last === "" ? "." : `: ${last}`}` };
  }

  async #http(handler: HttpHandler, job: Job, headers: Readonly<Record<string, string>>): Promise<End> {
    if (job.debugged !== null)
      return { ok: false, code: "start", message: "An HTTP handler runs elsewhere: there is nothing here to debug." };
    const timeout = AbortSignal.timeout(handler.timeoutMs);
    try {
      const end = await requestHttp(
        handler,
        job.call,
        { headers, secrets: job.secrets },
        AbortSignal.any([job.signal, timeout]),
      );
      return end.kind === "failed"
        ? { ok: false, code: end.code, message: end.message }
        : { ok: true, bytes: end.body, details: `HTTP ${end.status}` };
    } catch (error) {
      if (job.signal.aborted) return { ok: false, code: "cancelled", message: "Stopped." };
      if (timeout.aborted)
        return {
          ok: false,
          code: "timeout",
          message: `No answer within ${handler.timeoutMs.toLocaleString("en-US")} ms.`,
        };
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      return { ok: false, code: "failed", message: `${new URL(handler.url).origin} cannot be reached: ${cause}` };
    }
  }
}

interface Job {
  readonly call: PendingCall;
  readonly place: string;
  readonly signal: AbortSignal;
  readonly debugged: DebuggedHandler | null;
  /** Aborted when the run is over, however it ended. */
  readonly ended: AbortSignal;
  /** Filled as they become known. */
  readonly secrets: string[];
}

type End =
  | { readonly ok: true; readonly bytes: Buffer; readonly details: string }
  | { readonly ok: false; readonly code: AnswerFailureCode; readonly message: string };

/** Null for bytes that are no UTF-8. */
function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The decoder has no better words than that it failed.
    return null;
  }
}

/** Names and ids come from a server; a variable cannot hold every character. */
function plain(text: string): string {
  return /^[\w.:-]{1,200}$/.test(text) ? text : "";
}

/** Node runs TypeScript by itself from 22.18 on; before that it wants to be told. */
function stripFlags(): readonly string[] {
  return process.features.typescript === undefined || process.features.typescript === false
    ? ["--experimental-strip-types"]
    : [];
}

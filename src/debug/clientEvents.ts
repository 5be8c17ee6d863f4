import type { DebugProtocol } from "@vscode/debugprotocol";

import { isTerminal } from "../core/wire.ts";
import type { ClientFormat } from "./clientFormat.ts";
import type { DebuggedRun } from "./debuggedRun.ts";
import type { ExpiryState } from "./expiryWatch.ts";
import { stopAt } from "./stop.ts";
import type { Stop } from "./stop.ts";

/** Stops that a person asked for, and that say no more than the call stack does. */
const quietStops: ReadonlySet<string> = new Set(["every_call", "every_answer", "run_ended"]);

export interface ClientEventsOptions {
  readonly emit: (event: string, body: object) => void;
  readonly format: ClientFormat;
  /** Path of the definition; null where there is none. */
  readonly definition: () => string | null;
}

/** What a client is told without asking. */
export class ClientEvents {
  readonly #options: ClientEventsOptions;
  /** Whether the client wants to be told that what it shows is old. */
  wantsInvalidated = false;

  constructor(options: ClientEventsOptions) {
    this.#options = options;
  }

  initialized(): void {
    this.#options.emit("initialized", {});
  }

  breakpoint(breakpoint: DebugProtocol.Breakpoint): void {
    this.#options.emit("breakpoint", { reason: "changed", breakpoint });
  }

  runStarted(run: DebuggedRun): void {
    this.#options.emit("thread", { reason: "started", threadId: run.id });
    this.output("stdout", `Run ${run.id} is ${run.runId} on thread ${run.trace.run.thread_id}.\n`);
  }

  atEntry(threadId: number): void {
    this.#options.emit("thread", { reason: "started", threadId });
    this.stopped(threadId, stopAt("entry", "Paused before the run", { callId: null, moment: "before" }));
  }

  stopped(threadId: number, stop: Stop): void {
    this.#options.emit("stopped", {
      reason: stop.reason,
      description: stop.description,
      ...(stop.text === null ? {} : { text: stop.text }),
      threadId,
      allThreadsStopped: false,
      ...(stop.breakpointIds.length === 0 ? {} : { hitBreakpointIds: stop.breakpointIds }),
    });
  }

  /** What holds a run has to be seen also by those who look at the console only. */
  explain(stop: Stop): void {
    if (stop.text === null || quietStops.has(stop.exceptionId ?? "")) return;
    this.output(stop.reason === "exception" ? "stderr" : "stdout", `${stop.description}: ${stop.text}\n`);
  }

  continued(run: DebuggedRun): void {
    this.#options.emit("continued", { threadId: run.id, allThreadsContinued: false });
    this.output("stdout", "The run goes on: it was answered elsewhere, or has ended.\n");
  }

  runEnded({ id, trace }: DebuggedRun): void {
    const { status, last_error: error, incomplete_details: details } = trace.run;
    if (isTerminal(status)) {
      const reason = error?.message ?? details?.reason;
      this.output(
        status === "failed" ? "stderr" : "stdout",
        `Run ${id} ${status}${reason === undefined ? "" : `: ${reason}`}.\n`,
      );
    }
    this.#options.emit("thread", { reason: "exited", threadId: id });
  }

  threadChanged(threadId: string | null): void {
    this.#options.emit("assistantThread", { threadId });
    this.output("stdout", `Started again on thread ${threadId ?? "?"}, with what was said before the run.\n`);
  }

  expiry(state: ExpiryState | null): void {
    this.#options.emit("assistantExpiry", { state });
  }

  variablesChanged(): void {
    if (this.wantsInvalidated) this.#options.emit("invalidated", { areas: ["variables"] });
  }

  /** @param line of the definition that it is about, from 1 */
  output(category: "stdout" | "important" | "stderr", output: string, line: number | null = null): void {
    const path = this.#options.definition();
    const { format, emit } = this.#options;
    const place = path === null || line === null ? {} : { source: format.source(path), line: format.lineOut(line) };
    emit("output", { category, output, ...place });
  }

  terminated(): void {
    this.#options.emit("terminated", {});
  }
}

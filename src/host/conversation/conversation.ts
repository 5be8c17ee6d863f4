import type * as vscode from "vscode";

import { startMessage } from "../../core/messageTrace.ts";
import { ProviderError, everyItem } from "../../core/provider.ts";
import type { Provider } from "../../core/provider.ts";
import { traceFromObjects } from "../../core/reconstructTrace.ts";
import { reduceTrace, runOf } from "../../core/reduceTrace.ts";
import type { MessageTrace, RunTrace, ToolAnswer, TraceEntry } from "../../core/runTrace.ts";
import { isTerminal } from "../../core/wire.ts";
import type { Run, RunEvent, RunStep } from "../../core/wire.ts";
import type { Connection } from "../connections/connection.ts";
import type { Log } from "../log.ts";
import { Emitter } from "./emitter.ts";
import type { TraceStore } from "./traceStore.ts";

const messagePageSize = 50;
const runPageSize = 20;
const maxSteps = 1000;
const pollMs = 400;

/** What changed in a conversation. */
export type ConversationChange =
  | { readonly kind: "message"; readonly id: string }
  | { readonly kind: "run"; readonly id: string }
  | { readonly kind: "thread" }
  | { readonly kind: "older"; readonly ids: readonly string[] };

/** A run that went wrong on this side of the wire. */
export interface ConversationFault {
  readonly error: ProviderError;
  readonly runId: string | null;
}

export interface ConversationOptions {
  readonly connection: Connection;
  readonly withProvider: <T>(task: (provider: Provider) => Promise<T>) => Promise<T>;
  readonly traces: TraceStore;
  readonly log: Log;
}

/**
 * A thread as this window knows it: its messages, the traces of its runs, and the runs that stream now. It lives on
 * while no panel shows it, so that closing a panel loses nothing.
 */
export class Conversation implements vscode.Disposable {
  readonly connection: Connection;
  readonly #options: ConversationOptions;
  readonly #messages = new Map<string, MessageTrace>();
  readonly #runs = new Map<string, RunTrace>();
  readonly #changed = new Emitter<ConversationChange>();
  readonly #failed = new Emitter<ConversationFault>();
  readonly #following = new Set<string>();
  #threadId: string | null;
  #hasOlder = false;
  #expiry: NodeJS.Timeout | undefined;
  #disposed = false;

  readonly onChange = this.#changed.event;
  /** A stream ended in a way that no run object tells of. */
  readonly onFault = this.#failed.event;

  constructor(threadId: string | null, options: ConversationOptions) {
    this.#threadId = threadId;
    this.#options = options;
    this.connection = options.connection;
  }

  get threadId(): string | null {
    return this.#threadId;
  }

  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  /** Oldest first. */
  get messages(): readonly MessageTrace[] {
    return [...this.#messages.values()].sort((a, b) => order(a) - order(b));
  }

  /** Oldest first. */
  get runs(): readonly RunTrace[] {
    return [...this.#runs.values()];
  }

  message(id: string): MessageTrace | undefined {
    return this.#messages.get(id);
  }

  run(id: string): RunTrace | undefined {
    return this.#runs.get(id);
  }

  /** The run that keeps the thread locked; null when a message may be sent. */
  get activeRun(): RunTrace | null {
    return this.runs.findLast((trace) => !isTerminal(trace.run.status)) ?? null;
  }

  /** The record of a run, entry by entry; empty when this window's workspace did not record it. */
  async recordedEntries(runId: string): Promise<readonly TraceEntry[]> {
    return this.#threadId === null ? [] : this.#options.traces.entries(this.connection.id, this.#threadId, runId);
  }

  /** Reads the newest messages and runs of an existing thread, and follows a run that goes on there. */
  async load(): Promise<void> {
    const threadId = this.#threadId;
    if (threadId === null) return;
    const { connection, traces, withProvider } = this.#options;
    const [messages, runs] = await withProvider((provider) =>
      Promise.all([
        provider.listMessages(threadId, { limit: messagePageSize, order: "desc" }),
        provider.listRuns(threadId, { limit: runPageSize, order: "desc" }),
      ]),
    );
    this.#hasOlder = messages.has_more;
    for (const message of messages.data.toReversed())
      this.#messages.set(message.id, startMessage(message, message.created_at * 1000));
    for (const run of runs.data.toReversed()) {
      const recorded = await traces.read(connection.id, threadId, run.id);
      this.#runs.set(run.id, await this.#caughtUp(recorded, run));
    }
    for (const trace of this.runs) {
      this.#watchExpiry(trace.run);
      if (trace.run.status !== "requires_action" && !isTerminal(trace.run.status))
        void this.#followByPolling(trace.run.id);
    }
  }

  async loadOlder(): Promise<void> {
    const threadId = this.#threadId;
    const oldest = this.messages[0];
    if (threadId === null || oldest === undefined || !this.#hasOlder) return;
    const page = await this.#options.withProvider((provider) =>
      provider.listMessages(threadId, { limit: messagePageSize, order: "desc", after: oldest.id }),
    );
    this.#hasOlder = page.has_more;
    const older = page.data.filter((message) => !this.#messages.has(message.id)).toReversed();
    const newer = [...this.#messages];
    this.#messages.clear();
    for (const message of older) this.#messages.set(message.id, startMessage(message, message.created_at * 1000));
    for (const [id, message] of newer) this.#messages.set(id, message);
    this.#changed.fire({ kind: "older", ids: older.map((message) => message.id) });
  }

  /** Adds the person's message; makes the thread where there is none yet. */
  async addMessage(text: string): Promise<void> {
    const message = await this.#options.withProvider(async (provider) => {
      this.#threadId ??= (await provider.createThread({ title: titleOf(text) })).id;
      return provider.createMessage(this.#threadId, text);
    });
    this.#messages.set(message.id, startMessage(message, Date.now()));
    this.#changed.fire({ kind: "thread" });
    this.#changed.fire({ kind: "message", id: message.id });
  }

  /**
   * Starts a run and follows it. Resolves when the provider has accepted it; how it goes on is told by `onChange`.
   * @throws ProviderError when the run was not accepted
   */
  startRun(begin: (provider: Provider, threadId: string) => AsyncIterable<RunEvent>): Promise<void> {
    return this.#follow((provider, threadId) => begin(provider, threadId), null);
  }

  /**
   * Answers the pending calls of a run and follows what comes then.
   * @throws ProviderError when the outputs were not accepted: the run waits on
   */
  submit(runId: string, answers: readonly ToolAnswer[]): Promise<void> {
    const outputs = answers.map((answer) => ({ tool_call_id: answer.callId, output: answer.output }));
    return this.#follow((provider, threadId) => provider.streamToolOutputs(threadId, runId, outputs), {
      runId,
      entry: { at: Date.now(), kind: "submitted", answers },
    });
  }

  /** Asks the provider to cancel; the stream, or a look at the run, tells the outcome. */
  async cancel(runId: string): Promise<void> {
    const threadId = this.#threadId;
    if (threadId === null) return;
    await this.#options.withProvider((provider) => provider.cancelRun(threadId, runId));
    if (!this.#following.has(runId)) await this.#followByPolling(runId);
  }

  /** Looks at a run whose stream nobody holds: it may have expired, or been answered from elsewhere. */
  async refresh(runId: string): Promise<void> {
    if (!this.#following.has(runId)) await this.#followByPolling(runId);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#expiry);
    this.#changed.dispose();
    this.#failed.dispose();
  }

  /** A recorded trace is the better one, if it still tells how the run stands; what it missed is added. */
  async #caughtUp(recorded: RunTrace | null, run: Run): Promise<RunTrace> {
    if (recorded !== null && recorded.run.status === run.status) return { ...recorded, run };
    const steps = await this.#steps(run);
    if (recorded === null) return traceFromObjects(run, steps, Date.now());
    const entry: TraceEntry = { at: Date.now(), kind: "polled", run, steps };
    this.#record(run.id, entry);
    return reduceTrace(recorded, entry) ?? recorded;
  }

  async #steps(run: Run): Promise<readonly RunStep[]> {
    return this.#options.withProvider(async (provider) => {
      const steps: RunStep[] = [];
      const pages = everyItem((params) => provider.listRunSteps(run.thread_id, run.id, params), "asc", maxSteps);
      for await (const step of pages) steps.push(step);
      return steps;
    });
  }

  #follow(
    begin: (provider: Provider, threadId: string) => AsyncIterable<RunEvent>,
    submitted: { readonly runId: string; readonly entry: TraceEntry } | null,
  ): Promise<void> {
    return new Promise((accept, refuse) => {
      void this.#consume(begin, submitted, accept, refuse);
    });
  }

  async #consume(
    begin: (provider: Provider, threadId: string) => AsyncIterable<RunEvent>,
    submitted: { readonly runId: string; readonly entry: TraceEntry } | null,
    accept: () => void,
    refuse: (error: unknown) => void,
  ): Promise<void> {
    let runId = submitted?.runId ?? null;
    let accepted = false;
    try {
      await this.#options.withProvider(async (provider) => {
        if (this.#threadId === null) throw new ProviderError("invalid", "There is no thread to run on.");
        for await (const event of begin(provider, this.#threadId)) {
          if (this.#disposed) return;
          if (!accepted) {
            accepted = true;
            if (submitted !== null) this.#apply(submitted.runId, submitted.entry);
          }
          runId ??= runOf(event)?.id ?? null;
          if (runId === null) continue;
          this.#following.add(runId);
          this.#apply(runId, { at: Date.now(), kind: "event", event });
          accept();
        }
      });
      accept();
    } catch (error) {
      if (!accepted) return refuse(error);
      this.#options.log.error("A run's stream broke off", error);
      if (runId !== null) {
        this.#following.delete(runId);
        await this.#afterBreak(runId, error);
      }
    } finally {
      if (runId !== null) this.#following.delete(runId);
    }
  }

  /** The stream is gone, the run may not be: see how it stands. */
  async #afterBreak(runId: string, cause: unknown): Promise<void> {
    try {
      await this.#followByPolling(runId);
    } catch (error) {
      const fault = error instanceof ProviderError ? error : new ProviderError("interrupted", String(cause));
      this.#failed.fire({ error: fault, runId });
    }
  }

  async #followByPolling(runId: string): Promise<void> {
    const threadId = this.#threadId;
    if (threadId === null || this.#following.has(runId)) return;
    this.#following.add(runId);
    try {
      for (;;) {
        const run = await this.#options.withProvider((provider) => provider.retrieveRun(threadId, runId));
        if (this.#disposed) return;
        const known = this.#runs.get(runId);
        if (known?.run.status !== run.status || isTerminal(run.status)) {
          const steps = await this.#steps(run);
          this.#apply(runId, { at: Date.now(), kind: "polled", run, steps });
        }
        if (isTerminal(run.status) || run.status === "requires_action") break;
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
      await this.#readNewMessages(threadId);
    } finally {
      this.#following.delete(runId);
    }
  }

  async #readNewMessages(threadId: string): Promise<void> {
    const page = await this.#options.withProvider((provider) =>
      provider.listMessages(threadId, { limit: messagePageSize, order: "desc" }),
    );
    for (const message of page.data.toReversed()) {
      this.#messages.set(message.id, startMessage(message, message.created_at * 1000));
      this.#changed.fire({ kind: "message", id: message.id });
    }
  }

  #apply(runId: string, entry: TraceEntry): void {
    const before = this.#runs.get(runId) ?? null;
    const after = reduceTrace(before, entry);
    if (after === null) return;
    this.#record(runId, entry);
    this.#runs.set(runId, after);
    if (after.messages !== before?.messages) {
      for (const message of after.messages) {
        if (this.#messages.get(message.id) === message) continue;
        this.#messages.set(message.id, message);
        this.#changed.fire({ kind: "message", id: message.id });
      }
    }
    this.#watchExpiry(after.run);
    this.#changed.fire({ kind: "run", id: runId });
  }

  /** No stream tells that a waiting run has expired: look when its time is over. */
  #watchExpiry(run: Run): void {
    clearTimeout(this.#expiry);
    if (run.status !== "requires_action" || run.expires_at === null) return;
    const delay = Math.max(0, run.expires_at * 1000 - Date.now()) + 1500;
    this.#expiry = setTimeout(
      () =>
        void this.refresh(run.id).catch((error: unknown) => this.#options.log.error("A run could not be read", error)),
      delay,
    );
  }

  #record(runId: string, entry: TraceEntry): void {
    if (this.#threadId !== null) this.#options.traces.append(this.connection.id, this.#threadId, runId, entry);
  }
}

/** Server time in seconds decides; within a second the order of arrival, which the sort keeps. */
function order(message: MessageTrace): number {
  return message.object.created_at;
}

/** A thread's title: the first words that were said in it. */
export function titleOf(text: string): string {
  const line = text.trim().split(/\s+/).join(" ");
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}

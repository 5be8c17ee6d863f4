import type * as vscode from "vscode";

import { startMessage } from "../../core/messageTrace.ts";
import { ProviderError } from "../../core/provider.ts";
import type { Provider } from "../../core/provider.ts";
import { reduceTrace, runOf } from "../../core/reduceTrace.ts";
import type { MessageTrace, RunTrace, SubmittedAnswer, TraceEntry } from "../../core/runTrace.ts";
import { isTerminal } from "../../core/wire.ts";
import type { Run } from "../../core/wire.ts";
import type { RunEvent } from "../../core/wireEvents.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConversationChange, ConversationFault, ConversationOptions } from "./conversationTypes.ts";
import { Emitter } from "./emitter.ts";
import { caughtUp, readSteps } from "./runReader.ts";
import { ThreadMessages } from "./threadMessages.ts";
import { titleOf } from "./titleOf.ts";

const messagePageSize = 50;
const runPageSize = 20;
const pollMs = 400;

/**
 * A thread as this window knows it: its messages, the traces of its runs, and the runs that stream now. It lives on
 * while no panel shows it, so that closing a panel loses nothing.
 */
export class Conversation implements vscode.Disposable {
  readonly connection: Connection;
  readonly #options: ConversationOptions;
  readonly #messages = new ThreadMessages();
  readonly #runs = new Map<string, RunTrace>();
  readonly #changed = new Emitter<ConversationChange>();
  readonly #failed = new Emitter<ConversationFault>();
  readonly #following = new Set<string>();
  #threadId: string | null;
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
    return this.#messages.hasOlder;
  }

  /** Oldest first. */
  get messages(): readonly MessageTrace[] {
    return this.#messages.all;
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
    this.#messages.open(messages);
    for (const run of runs.data.toReversed()) {
      const recorded = await traces.read(connection.id, threadId, run.id);
      this.#runs.set(run.id, await caughtUp(this.#options, recorded, run));
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
    if (threadId === null || oldest === undefined || !this.#messages.hasOlder) return;
    const page = await this.#options.withProvider((provider) =>
      provider.listMessages(threadId, { limit: messagePageSize, order: "desc", after: oldest.id }),
    );
    const ids = this.#messages.addOlder(page);
    this.#changed.fire({ kind: "older", ids });
  }

  /** Adds the person's message; makes the thread where there is none yet. */
  async addMessage(text: string): Promise<void> {
    const message = await this.#options.withProvider(async (provider) => {
      this.#threadId ??= (await provider.createThread({ title: titleOf(text) })).id;
      return provider.createMessage(this.#threadId, text);
    });
    this.#messages.set(startMessage(message, Date.now()));
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
  submit(runId: string, answers: readonly SubmittedAnswer[]): Promise<void> {
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
          const steps = await readSteps(this.#options, run);
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
    for (const id of this.#messages.addNewest(page)) this.#changed.fire({ kind: "message", id });
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
        this.#messages.set(message);
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

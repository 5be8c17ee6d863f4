import type * as vscode from "vscode";

import { startMessage } from "../../core/messageTrace.ts";
import { ProviderError } from "../../core/provider.ts";
import type { Provider } from "../../core/provider.ts";
import type { PendingCall } from "../../core/answers/ports.ts";
import { lacksResultText } from "../../core/retrieval/citedResult.ts";
import { reduceTrace } from "../../core/reduceTrace.ts";
import type { AnswerEntry, MessageTrace, RunTrace, SubmittedAnswer, TraceEntry } from "../../core/runTrace.ts";
import { isTerminal } from "../../core/wire.ts";
import type { MessageAttachment, Run } from "../../core/wire.ts";
import type { RunEvent } from "../../core/wireEvents.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConversationChange, ConversationFault, ConversationOptions, RecordedEntry } from "./conversationTypes.ts";
import { Emitter } from "./emitter.ts";
import { answersSubmitted, interrupted, pendingCalls } from "./pendingCalls.ts";
import { RunFollower } from "./runFollower.ts";
import { caughtUp } from "./runReader.ts";
import { ThreadMessages } from "./threadMessages.ts";
import { titleOf } from "./titleOf.ts";

const messagePageSize = 50;
const runPageSize = 20;

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
  readonly #recorded = new Emitter<RecordedEntry>();
  readonly #follower: RunFollower;
  /** Sets of calls whose outputs are on their way: they are sent once. */
  readonly #submitting = new Set<string>();
  #threadId: string | null;
  #expiry: NodeJS.Timeout | undefined;
  #disposed = false;

  readonly onChange = this.#changed.event;
  /** A stream ended in a way that no run object tells of. */
  readonly onFault = this.#failed.event;
  /** A run's record grew, in the order of the record. */
  readonly onEntry = this.#recorded.event;

  constructor(threadId: string | null, options: ConversationOptions) {
    this.#threadId = threadId;
    this.#options = options;
    this.connection = options.connection;
    this.#follower = new RunFollower(options, {
      threadId: () => this.#threadId,
      run: (runId) => this.#runs.get(runId)?.run ?? null,
      lacksText: (runId) => {
        const trace = this.#runs.get(runId);
        return trace !== undefined && lacksResultText(trace);
      },
      apply: (runId, entry) => this.#apply(runId, entry),
      ended: (id) => this.#readNewMessages(id),
      failed: (fault) => this.#failed.fire(fault),
    });
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
      // What was making an output when VS Code was closed is gone.
      for (const entry of interrupted(this.#runs.get(run.id), Date.now())) this.#apply(run.id, entry);
    }
    for (const trace of this.runs) {
      this.#watchExpiry(trace.run);
      if (trace.run.status !== "requires_action" && !isTerminal(trace.run.status))
        void this.#follower.watch(trace.run.id);
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
  async addMessage(text: string, attachments: readonly MessageAttachment[] = []): Promise<void> {
    const message = await this.#options.withProvider(async (provider) => {
      this.#threadId ??= (await provider.createThread({ title: titleOf(text) })).id;
      return provider.createMessage(this.#threadId, text, attachments);
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
    return this.#follower.follow(begin, null);
  }

  /** The calls of a run that wait for outputs, in the model's order. */
  pendingCalls(runId: string): readonly PendingCall[] {
    return pendingCalls(this.#runs.get(runId));
  }

  /** Puts what is known of an answer into the record of a run that waits. */
  note(runId: string, entry: AnswerEntry): void {
    if (!this.#disposed && this.#runs.has(runId)) this.#apply(runId, entry);
  }

  /** The same outputs with who made them: one that is not, letter by letter, what a source made was typed by hand. */
  answersFor(
    runId: string,
    outputs: readonly { readonly callId: string; readonly output: string }[],
  ): readonly SubmittedAnswer[] {
    return answersSubmitted(this.#runs.get(runId), outputs);
  }

  /**
   * Answers the pending calls of a run, all at once, and follows what comes then.
   * @throws ProviderError when the outputs were not accepted: the run waits on
   */
  async submit(runId: string, answers: readonly SubmittedAnswer[]): Promise<void> {
    const waiting = this.pendingCalls(runId).map(({ id }) => id);
    const given = new Set(answers.map(({ callId }) => callId));
    if (given.size !== answers.length || given.size !== waiting.length || !waiting.every((id) => given.has(id)))
      throw new ProviderError("invalid", "These are not the calls that the run waits for (any more).");
    const key = `${runId} ${waiting.join(" ")}`;
    if (this.#submitting.has(key)) throw new ProviderError("invalid", "The outputs are being submitted already.");
    this.#submitting.add(key);
    const outputs = answers.map((answer) => ({ tool_call_id: answer.callId, output: answer.output }));
    try {
      await this.#follower.follow((provider, threadId) => provider.streamToolOutputs(threadId, runId, outputs), {
        runId,
        entry: { at: Date.now(), kind: "submitted", answers },
      });
    } catch (error) {
      // Refused: they may be sent again.
      this.#submitting.delete(key);
      throw error;
    }
  }

  /** Asks the provider to cancel; the stream, or a look at the run, tells the outcome. */
  async cancel(runId: string): Promise<void> {
    const threadId = this.#threadId;
    if (threadId === null) return;
    await this.#options.withProvider((provider) => provider.cancelRun(threadId, runId));
    await this.#follower.watch(runId);
  }

  /**
   * Puts the expiry of a run that waits off.
   * @throws ProviderError `unsupported` where the provider cannot
   */
  async hold(runId: string): Promise<void> {
    const threadId = this.#threadId;
    if (threadId === null) return;
    const run = await this.#options.withProvider((provider) => provider.holdRun(threadId, runId));
    if (!this.#disposed) this.#apply(runId, { at: Date.now(), kind: "polled", run, steps: [] });
  }

  /** Takes up a run that another program has begun on the thread. */
  async findNewRuns(): Promise<void> {
    const threadId = this.#threadId;
    if (threadId === null) return;
    const page = await this.#options.withProvider((provider) =>
      provider.listRuns(threadId, { limit: 1, order: "desc" }),
    );
    const [newest] = page.data;
    if (newest !== undefined && !this.#runs.has(newest.id)) await this.#follower.watch(newest.id);
  }

  /** Looks at a run whose stream nobody holds: it may have expired, or been answered from elsewhere. */
  refresh(runId: string): Promise<void> {
    return this.#follower.watch(runId);
  }

  dispose(): void {
    this.#disposed = true;
    this.#follower.dispose();
    clearTimeout(this.#expiry);
    this.#changed.dispose();
    this.#failed.dispose();
    this.#recorded.dispose();
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
    this.#recorded.fire({ runId, entry, trace: after });
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

import type { AnswerOutcome } from "../../../src/core/answers/ports.ts";
import type { ListParams } from "../../../src/core/provider.ts";
import { ProviderError } from "../../../src/core/provider.ts";
import { reduceTrace } from "../../../src/core/reduceTrace.ts";
import type { RunTrace, SubmittedAnswer, TraceEntry } from "../../../src/core/runTrace.ts";
import type { Assistant, Message, Page, Run } from "../../../src/core/wire.ts";
import type { RunEvent } from "../../../src/core/wireEvents.ts";
import type { AnswerEntry, Debuggee, DebuggeeListener } from "../../../src/debug/ports.ts";
import { callDelta, required, run, step } from "../core/traceFixtures.ts";

/** How long a request takes, in turns of the event loop: decided by the test. */
export type Delay = () => number;

/** A submit as it was asked for. */
export interface Attempt {
  readonly round: number;
  readonly outputs: readonly string[];
  /** Whether the server took it and its reply got lost. */
  readonly lost: boolean;
}

/** What goes wrong on the way to the server: asked at each request that can. */
export interface Faults {
  /** The server takes the outputs, and its reply gets lost. */
  readonly losesReply?: () => boolean;
  /** A look at the run does not get through. */
  readonly refusesLook?: () => boolean;
}

/**
 * A thread on a server in memory, with one run that asks in rounds of parallel calls. It takes outputs as servers do: all of a
 * round at once, while the run waits for them, and never twice. Replies to a submit can get lost, looks at the run can fail.
 */
export class FakeDebuggee implements Debuggee {
  readonly threadId = "thread_1";
  readonly title = "";
  /** Outputs that the server accepted, by call. */
  readonly accepted = new Map<string, string[]>();
  /** Every submit that was asked for, also those that were refused. */
  readonly attempts: Attempt[] = [];
  /** Rounds in which a look at the run failed, once for each. */
  readonly failedLooks: number[] = [];
  /** Calls that a second answer was begun for while one was being made. */
  readonly overlaps: string[] = [];
  ended = false;
  /** How often it was given back. */
  released = 0;
  readonly #making = new Map<string, Promise<void>>();
  readonly #faults: Faults;
  readonly #rounds: readonly number[];
  readonly #delay: Delay;
  readonly #listeners = new Set<DebuggeeListener>();
  readonly #record: TraceEntry[] = [];
  #server: Run = run();
  #trace: RunTrace | null = null;
  #round = -1;
  #time = 100_000;
  #submitting = false;

  constructor(rounds: readonly number[], delay: Delay, faults: Faults = {}) {
    this.#rounds = rounds;
    this.#delay = delay;
    this.#faults = faults;
  }

  get runs(): readonly RunTrace[] {
    return this.#trace === null ? [] : [this.#trace];
  }

  get waiting(): readonly string[] {
    return this.#server.required_action?.submit_tool_outputs.tool_calls.map(({ id }) => id) ?? [];
  }

  listen(listener: DebuggeeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  addMessage(): Promise<void> {
    return Promise.resolve();
  }

  async startRun(): Promise<string> {
    await this.#wait();
    this.#event({ event: "thread.run.created", data: this.#server });
    void this.#goOn();
    return this.#server.id;
  }

  note(_runId: string, entry: AnswerEntry): void {
    if (this.#server.status === "requires_action") this.#apply(entry);
  }

  making(callId: string): Promise<void> | null {
    return this.#making.get(callId) ?? null;
  }

  async make<T>(callId: string, work: (stopped: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#making.has(callId)) this.overlaps.push(callId);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#making.set(callId, promise);
    try {
      return await work(new AbortController().signal);
    } finally {
      if (this.#making.get(callId) === promise) this.#making.delete(callId);
      resolve();
    }
  }

  /** As the chat does when a person runs a handler there: not while an answer is being made already. */
  async runHandler(callId: string, comesTo: () => Promise<AnswerOutcome>): Promise<void> {
    if (this.#making.has(callId)) return;
    await this.make(callId, async () => {
      this.note("", { at: this.#tick(), kind: "answering", callId, source: "handler" });
      const outcome = await comesTo();
      if (outcome.kind === "answer")
        this.note("", { at: this.#tick(), kind: "answered", callId, answer: outcome.answer });
      else if (outcome.failure !== null)
        this.note("", { at: this.#tick(), kind: "unanswered", callId, failure: outcome.failure });
    });
  }

  /** As a conversation does: one submit at a time, told of in the record when the server has taken it. */
  async submit(_runId: string, answers: readonly SubmittedAnswer[]): Promise<void> {
    const lost = !this.#submitting && this.#faults.losesReply?.() === true;
    this.attempts.push({ round: this.#round, outputs: answers.map(({ output }) => output), lost });
    if (this.#submitting) throw new ProviderError("invalid", "The outputs are being submitted already.");
    this.#submitting = true;
    try {
      await this.#wait();
      const waiting = this.waiting;
      if (this.#server.status !== "requires_action" || waiting.join() !== answers.map(({ callId }) => callId).join())
        throw new ProviderError("invalid", `Runs in status "${this.#server.status}" do not accept tool outputs.`);
      for (const { callId, output } of answers)
        this.accepted.set(callId, [...(this.accepted.get(callId) ?? []), output]);
      this.#server = { ...this.#server, status: "queued", required_action: null };
      void this.#goOn();
      if (lost) throw new ProviderError("unreachable", "The connection was closed.");
      this.#apply({ at: this.#tick(), kind: "submitted", answers });
      this.#event({ event: "thread.run.queued", data: this.#server });
    } finally {
      this.#submitting = false;
    }
  }

  async cancel(): Promise<void> {
    await this.#wait();
    if (this.ended) throw new ProviderError("invalid", "Cannot cancel run.");
    this.#finish("cancelled");
  }

  async refresh(): Promise<void> {
    await this.#wait();
    if (this.#faults.refusesLook?.() === true) {
      this.failedLooks.push(this.#round);
      throw new ProviderError("unreachable", "Nothing answers.");
    }
    if (this.#trace !== null && this.#trace.run.status !== this.#server.status)
      this.#apply({ at: this.#tick(), kind: "polled", run: this.#server, steps: [] });
  }

  hold(): Promise<boolean> {
    return Promise.resolve(false);
  }

  record(): Promise<readonly TraceEntry[]> {
    return Promise.resolve(this.#record);
  }

  messages(_params: ListParams): Promise<Page<Message>> {
    return Promise.resolve({ data: [], has_more: false });
  }

  assistant(): Promise<Assistant> {
    return Promise.reject(new ProviderError("not_found", "There is none."));
  }

  fork(): Promise<Debuggee> {
    return Promise.reject(new ProviderError("unsupported", "Not here."));
  }

  async release(): Promise<void> {
    await this.#wait();
    this.released++;
  }

  async #goOn(): Promise<void> {
    await this.#wait();
    if (this.ended) return;
    this.#server = { ...this.#server, status: "in_progress" };
    this.#event({ event: "thread.run.in_progress", data: this.#server });
    this.#round++;
    const count = this.#rounds[this.#round];
    if (count === undefined) return this.#finish("completed");
    const id = `step_${this.#round}`;
    this.#event({ event: "thread.run.step.created", data: step({ id }) });
    const calls = Array.from({ length: count }, (_, index) => `call_${this.#round}_${index}`);
    for (const [index, call] of calls.entries())
      this.#event(callDelta(id, index, { id: call, name: "f", arguments: `{"n":${index}}` }));
    await this.#wait();
    if (this.ended) return;
    const action = required(...calls.map((call, index) => [call, "f", `{"n":${index}}`] as const));
    this.#server = { ...this.#server, status: "requires_action", required_action: action };
    this.#event({ event: "thread.run.requires_action", data: this.#server });
  }

  #finish(status: "completed" | "cancelled"): void {
    this.ended = true;
    this.#server = { ...this.#server, status, required_action: null };
    this.#event({ event: `thread.run.${status}`, data: this.#server });
  }

  #event(event: RunEvent): void {
    this.#apply({ at: this.#tick(), kind: "event", event });
  }

  #apply(entry: TraceEntry): void {
    const trace = reduceTrace(this.#trace, entry);
    if (trace === null) return;
    this.#trace = trace;
    this.#record.push(entry);
    for (const listener of this.#listeners) listener.entry(this.#server.id, entry, trace);
  }

  #tick(): number {
    return ++this.#time;
  }

  async #wait(): Promise<void> {
    for (let turns = this.#delay(); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
  }
}

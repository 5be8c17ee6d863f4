import type { Provider, ListParams } from "../core/provider.ts";
import { ProviderError, everyItem } from "../core/provider.ts";
import { reduceTrace, runOf } from "../core/reduceTrace.ts";
import { traceFromObjects } from "../core/reconstructTrace.ts";
import type { RunTrace, SubmittedAnswer, TraceEntry } from "../core/runTrace.ts";
import { isTerminal } from "../core/wire.ts";
import type { Assistant, Message, Page, Run, RunStep } from "../core/wire.ts";
import type { RunSettings } from "../core/provider.ts";
import type { RunEvent } from "../core/wireEvents.ts";
import { forkThread } from "./forkThread.ts";
import type { AnswerEntry, Debuggee, DebuggeeListener } from "./ports.ts";
import { settingsOf } from "./repeatedRun.ts";

/** A run that others may have begun or answered is looked at this often while it is at work, in milliseconds. */
const pollMs = 300;
const mostSteps = 10_000;

export interface ProviderDebuggeeOptions {
  readonly provider: Provider;
  readonly threadId: string | null;
  /** Null where a run that is there tells it. */
  readonly assistantId: string | null;
  /** What runs are started with: the defaults of the definition, or what a run was started with that begins again. */
  readonly run: RunSettings;
  readonly now: () => number;
  /** Called when the debugger has gone: what was made for it can be taken away. */
  readonly released: () => Promise<void>;
}

/** A thread straight on a provider: nothing else in this process knows it. */
export class ProviderDebuggee implements Debuggee {
  readonly #options: ProviderDebuggeeOptions;
  readonly #traces = new Map<string, RunTrace>();
  readonly #records = new Map<string, TraceEntry[]>();
  readonly #followed = new Set<string>();
  /** Runs that were begun here, with the settings above. */
  readonly #own = new Set<string>();
  readonly #listeners = new Set<DebuggeeListener>();
  #threadId: string | null;
  #title = "";
  #released = false;

  constructor(options: ProviderDebuggeeOptions) {
    this.#options = options;
    this.#threadId = options.threadId;
  }

  /** Reads the runs of an existing thread; rejects where there is no such thread. */
  async load(): Promise<void> {
    if (this.#threadId === null) return;
    await this.#options.provider.retrieveThread(this.#threadId);
    await this.refresh(null);
  }

  get threadId(): string | null {
    return this.#threadId;
  }

  get title(): string {
    return this.#title;
  }

  get runs(): readonly RunTrace[] {
    return [...this.#traces.values()];
  }

  listen(listener: DebuggeeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async addMessage(text: string): Promise<void> {
    const { provider } = this.#options;
    this.#threadId ??= (await provider.createThread({ title: text.slice(0, 80) })).id;
    if (this.#title === "") this.#title = text.slice(0, 80);
    await provider.createMessage(this.#threadId, text);
  }

  async startRun(): Promise<string> {
    const { provider, assistantId, run } = this.#options;
    const assistant = assistantId ?? this.runs.at(-1)?.run.assistant_id;
    if (assistant === undefined) throw new ProviderError("invalid", "No assistant is known for this thread.");
    const events = provider.streamRun(this.#thread(), { ...run, assistant_id: assistant });
    const runId = await this.#follow(events, null);
    this.#own.add(runId);
    return runId;
  }

  note(runId: string, entry: AnswerEntry): void {
    this.#apply(runId, entry);
  }

  making(): null {
    return null;
  }

  make<T>(_callId: string, work: (stopped: AbortSignal) => Promise<T>): Promise<T> {
    return work(new AbortController().signal);
  }

  async submit(runId: string, answers: readonly SubmittedAnswer[]): Promise<void> {
    const outputs = answers.map(({ callId, output }) => ({ tool_call_id: callId, output }));
    const events = this.#options.provider.streamToolOutputs(this.#thread(), runId, outputs);
    await this.#follow(events, { runId, entry: { at: this.#options.now(), kind: "submitted", answers } });
  }

  async cancel(runId: string): Promise<void> {
    await this.#options.provider.cancelRun(this.#thread(), runId);
    if (!this.#followed.has(runId)) await this.#poll(runId);
  }

  async refresh(runId: string | null): Promise<void> {
    if (runId !== null) return this.#followed.has(runId) ? undefined : this.#poll(runId);
    const page = await this.#options.provider.listRuns(this.#thread(), { limit: 20, order: "desc" });
    for (const run of page.data.toReversed()) {
      if (this.#traces.has(run.id) || this.#released) continue;
      const steps = await this.#steps(run.id);
      // The past of a thread is there to be looked at; only what goes on is told of.
      if (isTerminal(run.status)) this.#traces.set(run.id, traceFromObjects(run, steps, this.#options.now()));
      else {
        this.#apply(run.id, { at: this.#options.now(), kind: "polled", run, steps });
        if (run.status !== "requires_action") this.#pollOn(run.id);
      }
    }
  }

  async hold(runId: string): Promise<boolean> {
    try {
      const run = await this.#options.provider.holdRun(this.#thread(), runId);
      this.#apply(runId, { at: this.#options.now(), kind: "polled", run, steps: [] });
      return true;
    } catch (error) {
      if (error instanceof ProviderError && error.kind === "unsupported") return false;
      throw error;
    }
  }

  record(runId: string): Promise<readonly TraceEntry[]> {
    return Promise.resolve(this.#records.get(runId) ?? []);
  }

  messages(params: ListParams): Promise<Page<Message>> {
    return this.#options.provider.listMessages(this.#thread(), params);
  }

  assistant(runId: string | null): Promise<Assistant> {
    const id = (runId === null ? undefined : this.#traces.get(runId)?.run.assistant_id) ?? this.#options.assistantId;
    return id === null
      ? Promise.reject(new ProviderError("not_found", "No assistant is known for this thread."))
      : this.#options.provider.retrieveAssistant(id);
  }

  async fork(runId: string): Promise<Debuggee> {
    const { provider } = this.#options;
    const run = this.#traces.get(runId)?.run;
    if (run === undefined) throw new ProviderError("not_found", `The run ${runId} is not known.`);
    const settings = this.#own.has(runId)
      ? this.#options.run
      : settingsOf(run, await provider.retrieveAssistant(run.assistant_id));
    const thread = await forkThread(provider, run, this.#title);
    const fork = new ProviderDebuggee({
      ...this.#options,
      threadId: thread,
      assistantId: run.assistant_id,
      run: settings,
    });
    fork.#title = this.#title;
    // What was made for the session stays as long as the fork needs it.
    this.#released = true;
    return fork;
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    this.#listeners.clear();
    await this.#options.released();
  }

  #thread(): string {
    if (this.#threadId === null) throw new ProviderError("invalid", "There is no thread yet.");
    return this.#threadId;
  }

  /** Reads a stream to its end in the background. Resolves to the run's id when the provider has accepted the request. */
  #follow(events: AsyncIterable<RunEvent>, submitted: { runId: string; entry: TraceEntry } | null): Promise<string> {
    return new Promise((accept, refuse) => {
      void this.#read(events, submitted, accept, refuse);
    });
  }

  async #read(
    events: AsyncIterable<RunEvent>,
    submitted: { readonly runId: string; readonly entry: TraceEntry } | null,
    accept: (runId: string) => void,
    refuse: (error: unknown) => void,
  ): Promise<void> {
    let runId = submitted?.runId ?? null;
    let accepted = false;
    try {
      for await (const event of events) {
        if (!accepted && submitted !== null) this.#apply(submitted.runId, submitted.entry);
        accepted = true;
        runId ??= runOf(event)?.id ?? null;
        if (runId === null) continue;
        this.#followed.add(runId);
        accept(runId);
        this.#apply(runId, { at: this.#options.now(), kind: "event", event });
      }
      if (runId === null) throw new ProviderError("server", "The provider's stream has no run.");
      this.#followed.delete(runId);
      accept(runId);
      const trace = this.#traces.get(runId);
      if (trace !== undefined && !isTerminal(trace.run.status) && trace.run.status !== "requires_action")
        this.#pollOn(runId);
    } catch (error) {
      if (runId !== null) this.#followed.delete(runId);
      if (!accepted || runId === null) refuse(error);
      // The stream is gone, the run may not be: see how it stands.
      else this.#pollOn(runId);
    }
  }

  #pollOn(runId: string): void {
    this.#poll(runId).catch((error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      for (const listener of this.#listeners) listener.fault(runId, words);
    });
  }

  /** Looks at a run until it waits or has ended. */
  async #poll(runId: string): Promise<void> {
    const { provider, now } = this.#options;
    this.#followed.add(runId);
    try {
      for (;;) {
        const run = await provider.retrieveRun(this.#thread(), runId);
        if (this.#released) return;
        if (hasChanged(this.#traces.get(runId)?.run, run))
          this.#apply(runId, { at: now(), kind: "polled", run, steps: await this.#steps(runId) });
        if (isTerminal(run.status) || run.status === "requires_action") return;
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    } finally {
      this.#followed.delete(runId);
    }
  }

  async #steps(runId: string): Promise<readonly RunStep[]> {
    const steps: RunStep[] = [];
    const list = (params: ListParams): Promise<Page<RunStep>> =>
      this.#options.provider.listRunSteps(this.#thread(), runId, params);
    for await (const step of everyItem(list, "asc", mostSteps)) steps.push(step);
    return steps;
  }

  #apply(runId: string, entry: TraceEntry): void {
    const trace = reduceTrace(this.#traces.get(runId) ?? null, entry);
    if (trace === null) return;
    this.#traces.set(runId, trace);
    const record = this.#records.get(runId);
    if (record === undefined) this.#records.set(runId, [entry]);
    else record.push(entry);
    for (const listener of this.#listeners) listener.entry(runId, entry, trace);
  }
}

/** Whether a look at a run tells something new: it may also wait again, for other calls. */
function hasChanged(known: Run | undefined, run: Run): boolean {
  const calls = (one: Run): string =>
    one.required_action?.submit_tool_outputs.tool_calls.map(({ id }) => id).join(" ") ?? "";
  return known === undefined || known.status !== run.status || calls(known) !== calls(run) || isTerminal(run.status);
}

import { ProviderError } from "../../core/provider.ts";
import type { Provider } from "../../core/provider.ts";
import { runOf } from "../../core/reduceTrace.ts";
import type { TraceEntry } from "../../core/runTrace.ts";
import { isTerminal } from "../../core/wire.ts";
import type { Run } from "../../core/wire.ts";
import type { RunEvent } from "../../core/wireEvents.ts";
import type { ConversationFault, ConversationOptions } from "./conversationTypes.ts";
import { readSteps } from "./runReader.ts";

const pollMs = 400;

/** What a run that is followed belongs to. */
export interface FollowedThread {
  threadId(): string | null;
  /** As last seen; null for a run that is not known yet. */
  run(runId: string): Run | null;
  /** Whether results of its file searches came without their text. */
  lacksText(runId: string): boolean;
  apply(runId: string, entry: TraceEntry): void;
  /** A run that was watched has stopped: the thread may have new messages. */
  ended(threadId: string): Promise<void>;
  /** A stream ended in a way that no run object tells of. */
  failed(fault: ConversationFault): void;
}

/** Outputs that go with a stream: recorded once the provider has taken them. */
interface Submission {
  readonly runId: string;
  readonly entry: TraceEntry;
}

/** Follows runs to where they stop: by the stream of a request, or by looking again and again where there is none. */
export class RunFollower {
  readonly #options: ConversationOptions;
  readonly #thread: FollowedThread;
  /** How many streams and watches each run has: one may begin before the one before it has seen its end. */
  readonly #following = new Map<string, number>();
  #disposed = false;

  constructor(options: ConversationOptions, thread: FollowedThread) {
    this.#options = options;
    this.#thread = thread;
  }

  dispose(): void {
    this.#disposed = true;
  }

  /**
   * Begins a stream and follows it. Resolves when the provider has accepted it.
   * @throws ProviderError when it was not accepted
   */
  follow(
    begin: (provider: Provider, threadId: string) => AsyncIterable<RunEvent>,
    submission: Submission | null,
  ): Promise<void> {
    return new Promise((accept, refuse) => {
      void this.#consume(begin, submission, accept, refuse);
    });
  }

  /** Looks at a run until it stops, unless it is followed already. */
  async watch(runId: string): Promise<void> {
    const threadId = this.#thread.threadId();
    if (threadId === null || this.#following.has(runId)) return;
    this.#begin(runId);
    let changed = false;
    try {
      for (;;) {
        const run = await this.#options.withProvider((provider) => provider.retrieveRun(threadId, runId));
        if (this.#disposed) return;
        if (hasChanged(this.#thread.run(runId), run)) {
          changed = true;
          const steps = await readSteps(this.#options, run);
          this.#thread.apply(runId, { at: Date.now(), kind: "polled", run, steps });
        }
        if (isTerminal(run.status) || run.status === "requires_action") break;
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
      if (changed) await this.#thread.ended(threadId);
    } finally {
      this.#end(runId);
    }
  }

  async #consume(
    begin: (provider: Provider, threadId: string) => AsyncIterable<RunEvent>,
    submission: Submission | null,
    accept: () => void,
    refuse: (error: unknown) => void,
  ): Promise<void> {
    let runId = submission?.runId ?? null;
    let followed: string | null = null;
    let accepted = false;
    try {
      await this.#options.withProvider(async (provider) => {
        const threadId = this.#thread.threadId();
        if (threadId === null) throw new ProviderError("invalid", "There is no thread to run on.");
        for await (const event of begin(provider, threadId)) {
          if (this.#disposed) return;
          if (!accepted) {
            accepted = true;
            if (submission !== null) this.#thread.apply(submission.runId, submission.entry);
          }
          runId ??= runOf(event)?.id ?? null;
          if (runId === null) continue;
          if (followed === null) {
            followed = runId;
            this.#begin(runId);
          }
          this.#thread.apply(runId, { at: Date.now(), kind: "event", event });
          accept();
        }
      });
      accept();
      if (runId !== null) await this.#fillIn(runId);
    } catch (error) {
      if (!accepted) return refuse(error);
      this.#options.log.error("A run's stream broke off", error);
      if (followed !== null) this.#end(followed);
      followed = null;
      if (runId !== null) await this.#afterBreak(runId, error);
    } finally {
      if (followed !== null) this.#end(followed);
    }
  }

  /** What a stream after submitted outputs leaves out is in the steps. */
  async #fillIn(runId: string): Promise<void> {
    const run = this.#thread.run(runId);
    if (run === null || this.#disposed || !this.#thread.lacksText(runId)) return;
    try {
      const steps = await readSteps(this.#options, run);
      if (!this.#disposed) this.#thread.apply(runId, { at: Date.now(), kind: "polled", run, steps });
    } catch (error) {
      // The run has its answer; results without their text can be looked at, too.
      this.#options.log.error("The results of a run's file search could not be read", error);
    }
  }

  /** The stream is gone, the run may not be: see how it stands. */
  async #afterBreak(runId: string, cause: unknown): Promise<void> {
    try {
      await this.watch(runId);
    } catch (error) {
      const fault = error instanceof ProviderError ? error : new ProviderError("interrupted", String(cause));
      this.#thread.failed({ error: fault, runId });
    }
  }

  #begin(runId: string): void {
    this.#following.set(runId, (this.#following.get(runId) ?? 0) + 1);
  }

  #end(runId: string): void {
    const left = (this.#following.get(runId) ?? 1) - 1;
    if (left > 0) this.#following.set(runId, left);
    else this.#following.delete(runId);
  }
}

/** Whether a look at a run tells something new: between two looks it may have been answered, and wait for other calls. */
function hasChanged(known: Run | null, run: Run): boolean {
  return known === null || known.status !== run.status || callsOf(known) !== callsOf(run) || isTerminal(run.status);
}

function callsOf(run: Run): string {
  return run.required_action?.submit_tool_outputs.tool_calls.map(({ id }) => id).join(" ") ?? "";
}

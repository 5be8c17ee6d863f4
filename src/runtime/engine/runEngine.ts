import { unixSeconds } from "../clock.ts";
import { reasonOf } from "../log.ts";
import { isActive, noUsage, type Message, type Run } from "../objects.ts";
import { continueRun, type RunSurroundings } from "./activeRun.ts";
import { EventFeed, type EventSubscription } from "./eventFeed.ts";
import { runLifetimeSeconds } from "./newRun.ts";
import { freshExtra, type RunExtra } from "./runExtra.ts";
import type { RunEnd } from "./runRecord.ts";
import { RunWriter } from "./runWriter.ts";

/** A run as it stands when a request is answered, and what will happen to it, for a request that streams. */
export interface StartedRun {
  readonly run: Run;
  readonly events: EventSubscription;
}

interface Live {
  readonly writer: RunWriter;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/**
 * Executes runs. They go on whoever listens: a client that leaves changes nothing.
 *
 * Callers check states first (the HTTP layer owns the words of refusals); the engine owns every change of a run's status.
 */
export class RunEngine {
  readonly #around: RunSurroundings;
  readonly #live = new Map<string, Live>();
  readonly #expiry = new Map<string, () => void>();
  #accepting = true;

  constructor(around: RunSurroundings) {
    this.#around = around;
  }

  /** Whether new runs are taken; false once the runtime is stopping. */
  get accepting(): boolean {
    return this.#accepting;
  }

  /**
   * Stores a queued run with the messages that come with it, and begins it. Throws, and stores nothing, when the thread has
   * an active run. `alongside` stores what belongs to the same transaction; `includeContent`
   * gives the run's events the text of file search results.
   */
  create(
    run: Run,
    messages: readonly Message[],
    alongside: () => void = () => undefined,
    includeContent = false,
  ): StartedRun {
    const { store } = this.#around;
    const extra: RunExtra = { ...freshExtra, includeContent };
    store.transaction(() => {
      for (const message of messages) store.insert("message", message, { parent: message.thread_id });
      alongside();
      store.insert("run", run, { parent: run.thread_id });
      store.setExtra(run.id, extra);
    });
    const feed = new EventFeed();
    const events = feed.subscribe();
    feed.emit("thread.run.created", run);
    feed.emit("thread.run.queued", run);
    const answered = structuredClone(run);
    this.#watchExpiry(run);
    this.#begin(this.#writer(run, extra, feed));
    return { run: answered, events };
  }

  /** Answers every waiting call of a run in `requires_action`, and goes on with it. */
  submit(run: Run, outputs: ReadonlyMap<string, string>): StartedRun {
    const feed = new EventFeed();
    const events = feed.subscribe();
    const writer = this.#writer(run, this.#extraOf(run), feed);
    writer.acceptOutputs(outputs);
    const answered = structuredClone(run);
    this.#begin(writer);
    return { run: answered, events };
  }

  /** Cancels a run that has not ended; one that waits for outputs or has not begun ends at once, the others as soon as they can. */
  cancel(run: Run): Run {
    const live = this.#live.get(run.id);
    if (live === undefined) {
      this.#endIdle(run, { status: "cancelled" });
      return run;
    }
    if (live.writer.run.status !== "cancelling") live.writer.setStatus("cancelling");
    const answered = structuredClone(live.writer.run);
    live.stop.abort({ status: "cancelled" } satisfies RunEnd);
    return answered;
  }

  /** Ends a run before its thread is deleted: nothing of it is written afterwards. */
  #cancelNow(run: Run): void {
    const live = this.#live.get(run.id);
    if (live === undefined) return this.#endIdle(run, { status: "cancelled" });
    live.writer.setStatus("cancelling");
    live.writer.end({ status: "cancelled" }, noUsage);
    live.stop.abort({ status: "cancelled" } satisfies RunEnd);
  }

  /** A thread is deleted: its run, if one is active, ends, and the tools let go of what they keep for it. */
  forgetThread(threadId: string): void {
    const { store, tools = [], containers, log } = this.#around;
    const active = store.activeRun(threadId);
    if (active !== undefined) this.#cancelNow(active);
    for (const tool of tools)
      tool
        .forget?.(threadId)
        .catch((error: unknown) => log(`${tool.type} could not forget thread ${threadId}: ${reasonOf(error)}`));
    containers
      ?.forget(threadId, store)
      .catch((error: unknown) => log(`the container of thread ${threadId} could not be deleted: ${reasonOf(error)}`));
  }

  /**
   * Gives a run that waits for outputs its whole lifetime again, counted from now: somebody looks at it in a debugger. Who holds a
   * run asks again in time; a holder that is gone holds nothing.
   */
  hold(run: Run): Run {
    const until = unixSeconds(this.#around.clock) + runLifetimeSeconds;
    if (run.expires_at !== null && run.expires_at >= until) return run;
    run.expires_at = until;
    this.#around.store.update("run", run);
    this.#forgetExpiry(run.id);
    this.#watchExpiry(run);
    return run;
  }

  /** Changes a run's metadata, in the copy that is being executed too. */
  setMetadata(run: Run, metadata: Record<string, string>): Run {
    const current = this.#live.get(run.id)?.writer.run ?? run;
    current.metadata = metadata;
    this.#around.store.update("run", current);
    return current;
  }

  /**
   * Settles what an earlier process left. A run that was at work cannot be taken up: its answer was in that process. One that
   * waits for outputs goes on waiting, if its time is not over.
   */
  recover(): void {
    for (const run of this.#around.store.unfinishedRuns()) {
      if (run.status === "requires_action") this.#watchExpiry(run);
      else if (run.status === "cancelling") this.#endIdle(run, { status: "cancelled" });
      else this.#endIdle(run, stoppedInProgress);
    }
  }

  /** Takes no new runs and waits for those at work, at most `graceMs`; what is left then fails. */
  async stop(graceMs: number): Promise<void> {
    this.#accepting = false;
    const { clock } = this.#around;
    const all = (): Promise<unknown> => Promise.all([...this.#live.values()].map((live) => live.done));
    if (graceMs > 0) {
      let takeBack = (): void => undefined;
      const tooLong = new Promise<void>((resolve) => {
        takeBack = clock.after(graceMs, resolve);
      });
      await Promise.race([all(), tooLong]);
      takeBack();
    }
    for (const live of this.#live.values()) live.stop.abort(stoppedInProgress);
    await all();
    for (const forget of this.#expiry.values()) forget();
    this.#expiry.clear();
  }

  #begin(writer: RunWriter): void {
    const stop = new AbortController();
    // The answer to the request is on its way before the model is asked.
    const done = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() =>
        stop.signal.aborted
          ? writer.end(stop.signal.reason as RunEnd, noUsage)
          : continueRun(writer, this.#around, stop.signal),
      )
      .catch((error: unknown) => this.#around.log(`run ${writer.run.id}: ${reasonOf(error)}`))
      .finally(() => {
        this.#live.delete(writer.run.id);
        if (!isActive(writer.run.status)) this.#forgetExpiry(writer.run.id);
      });
    this.#live.set(writer.run.id, { writer, stop, done });
  }

  #endIdle(run: Run, end: RunEnd): void {
    this.#writer(run, this.#extraOf(run), new EventFeed()).end(end, noUsage);
    this.#forgetExpiry(run.id);
  }

  #watchExpiry(run: Run): void {
    const ms = (run.expires_at ?? run.created_at) * 1000 - this.#around.clock.now();
    this.#expiry.set(
      run.id,
      this.#around.clock.after(ms, () => this.#expire(run.id)),
    );
  }

  #expire(runId: string): void {
    this.#expiry.delete(runId);
    const live = this.#live.get(runId);
    if (live !== undefined) return live.stop.abort({ status: "expired" } satisfies RunEnd);
    const run = this.#around.store.get("run", runId);
    if (run !== undefined && isActive(run.status)) this.#endIdle(run, { status: "expired" });
  }

  #forgetExpiry(runId: string): void {
    this.#expiry.get(runId)?.();
    this.#expiry.delete(runId);
  }

  #extraOf(run: Run): RunExtra {
    // An earlier version may have kept less.
    return { ...freshExtra, ...this.#around.store.getExtra<Partial<RunExtra>>(run.id) };
  }

  #writer(run: Run, extra: RunExtra, feed: EventFeed): RunWriter {
    return new RunWriter(this.#around.store, this.#around.clock, run, extra, feed);
  }
}

const stoppedInProgress: RunEnd = {
  status: "failed",
  error: { code: "server_error", message: "The runtime was stopped while the run was in progress." },
};

import type { RunTrace, TraceEntry } from "../core/runTrace.ts";
import { isTerminal } from "../core/wire.ts";
import { AnswerRound } from "./answerRound.ts";
import type { AnswerSurroundings } from "./answerRound.ts";
import { findCall } from "./callSurroundings.ts";
import { RunHistory } from "./runHistory.ts";
import { stopAt } from "./stop.ts";
import type { Resume, Stop } from "./stop.ts";

export interface DebuggedRunOptions extends AnswerSurroundings {
  /** The debug thread's. */
  readonly id: number;
  readonly listener: DebuggedRunListener;
}

export interface DebuggedRunListener {
  stopped(run: DebuggedRun, stop: Stop): void;
  /** The run goes on without a request that said so: it was answered elsewhere, or ended. */
  continued(run: DebuggedRun): void;
  ended(run: DebuggedRun): void;
  /** One of its handlers is under its own debugger now, or no longer: the run waits meanwhile. */
  inHandler(run: DebuggedRun, now: boolean): void;
  failed(run: DebuggedRun, error: unknown): void;
}

/** The calls were answered elsewhere, or the run ended: there is nothing to answer any more. */
class Left extends Error {
  override readonly name = "Left";
}

/**
 * A run under the debugger: what it waits for is answered round by round (`AnswerRound`); between the rounds it runs. Knows whether
 * and where it is held, and which of its states is looked at.
 *
 * The answers themselves are in the run's record, where a chat puts and sees them too. A call that was answered elsewhere
 * is left alone: nothing here submits for a run whose record says that it was.
 */
export class DebuggedRun {
  readonly id: number;
  readonly history = new RunHistory();
  readonly #options: DebuggedRunOptions;
  #trace: RunTrace;
  #mode: Resume = "continue";
  #pause = false;
  #stop: Stop | null = null;
  #view: number | null = null;
  #resume: ((how: Resume) => void) | null = null;
  #leave: AbortController | null = null;
  /** The calls of the last round; a run does not wait for the same ones twice. */
  #round = "";
  #submitting = false;
  #ended = false;
  #closed = false;

  constructor(trace: RunTrace, options: DebuggedRunOptions) {
    this.id = options.id;
    this.#options = options;
    this.#trace = trace;
  }

  get trace(): RunTrace {
    return this.#trace;
  }

  get runId(): string {
    return this.#trace.run.id;
  }

  /** Where it is held; null while it is at work. */
  get stop(): Stop | null {
    return this.#stop;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Index into the history of the earlier state that is looked at; null for now. */
  get view(): number | null {
    return this.#view;
  }

  /** Tells how the first calls are to be met. */
  begin(mode: Resume, stopAtOnce: boolean): void {
    this.#mode = mode;
    this.#pause = stopAtOnce;
  }

  /** The record grew. Also called once with what was known before, after `begin`. */
  feed(entry: TraceEntry | null, trace: RunTrace): void {
    this.#trace = trace;
    if (entry !== null) this.history.add(entry, trace);
    if (this.#closed) return;
    const { status, required_action: action } = trace.run;
    const elsewhere = entry?.kind === "submitted" && !this.#submitting;
    if (elsewhere || status !== "requires_action") this.#leaveRound();
    if (isTerminal(status)) {
      if (!this.#ended) {
        this.#ended = true;
        void this.#end();
      }
      return;
    }
    const ids = action?.submit_tool_outputs.tool_calls.map(({ id }) => id) ?? [];
    const key = ids.join(" ");
    if (elsewhere || status !== "requires_action" || ids.length === 0 || key === this.#round) return;
    // Others may have answered between two looks at the run, so that it waits for other calls now.
    this.#leaveRound();
    this.#round = key;
    void this.#answerAll(ids);
  }

  /** Lets a held run go on. @returns false when it is not held */
  resume(how: Resume): boolean {
    const resume = this.#resume;
    if (resume === null) return false;
    this.#stop = null;
    this.#view = null;
    this.#resume = null;
    this.#mode = how;
    resume(how);
    return true;
  }

  /** Asks to be held at the next call. */
  pause(): void {
    this.#pause = true;
  }

  /** Looks at an earlier state, or at now. */
  look(view: number | null): void {
    this.#view = view;
  }

  /** Whether a call waits for its answer still. */
  isPending(callId: string): boolean {
    const { status, required_action: action } = this.#trace.run;
    return (
      status === "requires_action" &&
      !this.#submitting &&
      action?.submit_tool_outputs.tool_calls.some(({ id }) => id === callId) === true &&
      findCall(this.#trace, callId)?.call.output === null
    );
  }

  /** Puts a typed answer in the record; the call has it whichever way it goes on. */
  setOutput(callId: string, output: string): void {
    this.#options.debuggee.note(this.runId, {
      at: this.#options.now(),
      kind: "answered",
      callId,
      answer: { output, origin: "hand", details: "typed in the debugger", durationMs: null },
    });
  }

  /** Lets go of the run without answering anything more. */
  close(): void {
    this.#closed = true;
    this.#leaveRound();
    this.#resume?.("continue");
    this.#resume = null;
    this.#stop = null;
  }

  #leaveRound(): void {
    const leave = this.#leave;
    if (leave === null || this.#submitting) return;
    this.#leave = null;
    const held = this.#stop !== null;
    this.#stop = null;
    this.#view = null;
    this.#resume = null;
    leave.abort(new Left());
    if (held && !this.#closed) this.#options.listener.continued(this);
  }

  /** Never rejects: what fails in a way that nothing foresaw holds the run, too, and is tried again when it is let go. */
  async #answerAll(ids: readonly string[]): Promise<void> {
    const leave = new AbortController();
    this.#leave = leave;
    const { signal } = leave;
    const round = new AnswerRound({
      ...this.#options,
      runId: this.runId,
      signal,
      trace: () => this.#trace,
      mode: () => this.#mode,
      takePause: () => {
        const paused = this.#pause;
        this.#pause = false;
        return paused;
      },
      hold: (stop) => this.#hold(stop, signal),
      submitting: (now) => (this.#submitting = now),
      inHandler: (now) => {
        if (!this.#closed) this.#options.listener.inHandler(this, now);
      },
    });
    try {
      while (!(await this.#tryRound(round, ids, signal)));
    } catch (error) {
      if (!signal.aborted) this.#options.listener.failed(this, error);
    } finally {
      if (this.#leave === leave) this.#leave = null;
    }
  }

  /** @returns false when it failed, and was let go to be tried again */
  async #tryRound(round: AnswerRound, ids: readonly string[], signal: AbortSignal): Promise<boolean> {
    try {
      await round.answer(ids);
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      this.#options.listener.failed(this, error);
      const known = ids.find((id) => findCall(this.#trace, id) !== null) ?? null;
      const text = `${error instanceof Error ? error.message : String(error)} Continue to try again.`;
      const stop = { exceptionId: "not_answered", text };
      await this.#hold(
        stopAt("exception", "The run could not be answered", { callId: known, moment: "after" }, stop),
        signal,
      );
      return false;
    }
  }

  /** Never rejects: a run that has ended is told to have, whatever its last stop came to. */
  async #end(): Promise<void> {
    const leave = new AbortController();
    try {
      const stop = this.#options.rules.atEnd(this.#trace);
      if (stop !== null) {
        this.#leave = leave;
        await this.#hold(stop, leave.signal);
      }
    } catch (error) {
      if (!leave.signal.aborted) this.#options.listener.failed(this, error);
    }
    if (this.#leave === leave) this.#leave = null;
    if (!this.#closed) this.#options.listener.ended(this);
  }

  #hold(stop: Stop, signal: AbortSignal): Promise<Resume> {
    signal.throwIfAborted();
    this.#stop = stop;
    this.#view = null;
    this.history.addStop(stop.description, this.#trace, stop.callId, this.#options.now());
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      this.#resume = resolve;
      this.#options.listener.stopped(this, stop);
    });
  }
}

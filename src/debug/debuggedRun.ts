import type { AnswerOutcome, PendingCall } from "../core/answers/ports.ts";
import type { AnswerSource, ToolAnswer } from "../core/answers/toolAnswer.ts";
import { wholeText } from "../core/growingText.ts";
import type { RunTrace, TraceEntry } from "../core/runTrace.ts";
import { isTerminal } from "../core/wire.ts";
import { findCall } from "./callSurroundings.ts";
import type { FoundCall } from "./callSurroundings.ts";
import type { Debuggee } from "./ports.ts";
import { RunHistory } from "./runHistory.ts";
import { stopAt } from "./stop.ts";
import type { Resume, Stop } from "./stop.ts";
import type { StopRules } from "./stopRules.ts";

export interface DebuggedRunOptions {
  /** The debug thread's. */
  readonly id: number;
  readonly debuggee: Debuggee;
  readonly rules: StopRules;
  readonly answer: (
    call: PendingCall,
    onSource: (source: AnswerSource) => void,
    signal: AbortSignal,
  ) => Promise<AnswerOutcome>;
  readonly debugHandler: ((call: PendingCall, signal: AbortSignal) => Promise<AnswerOutcome>) | null;
  readonly now: () => number;
  readonly listener: DebuggedRunListener;
}

export interface DebuggedRunListener {
  stopped(run: DebuggedRun, stop: Stop): void;
  /** The run goes on without a request that said so: it was answered elsewhere, or ended. */
  continued(run: DebuggedRun): void;
  ended(run: DebuggedRun): void;
  failed(run: DebuggedRun, error: unknown): void;
}

/** The calls were answered elsewhere, or the run ended: there is nothing to answer any more. */
class Left extends Error {
  override readonly name = "Left";
}

/**
 * A run under the debugger: takes each call that waits through *before* → answer → *after*, one by one, holds it where a rule, a
 * step or a missing answer says so, and submits all answers together.
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
        void this.#guarded(this.#end());
      }
      return;
    }
    const ids = action?.submit_tool_outputs.tool_calls.map(({ id }) => id) ?? [];
    const key = ids.join(" ");
    if (elsewhere || status !== "requires_action" || ids.length === 0 || key === this.#round) return;
    // Others may have answered between two looks at the run, so that it waits for other calls now.
    this.#leaveRound();
    this.#round = key;
    void this.#guarded(this.#answerAll(ids));
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
      this.#found(callId).call.output === null
    );
  }

  /** Puts a typed answer in the record; the call has it whichever way it goes on. */
  setOutput(callId: string, output: string): void {
    this.#note({
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

  async #answerAll(ids: readonly string[]): Promise<void> {
    const leave = new AbortController();
    this.#leave = leave;
    const { signal } = leave;
    const hold = (stop: Stop): Promise<Resume> => this.#hold(stop, signal);
    try {
      for (const id of ids) await this.#answerOne(id, hold, signal);
      while (!(await this.#submit(ids, hold, signal)));
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      if (this.#leave === leave) this.#leave = null;
    }
  }

  async #answerOne(id: string, hold: (stop: Stop) => Promise<Resume>, signal: AbortSignal): Promise<void> {
    const { rules } = this.#options;
    let stop = this.#firstStop(id);
    let how: Resume = "continue";
    for (;;) {
      if (stop !== null) how = await hold(stop);
      stop = null;
      if (this.#ready(id) === null) {
        const outcome = await this.#outcome(id, how, signal);
        signal.throwIfAborted();
        if (outcome.kind === "ask") stop = rules.waiting(this.#found(id), outcome.failure);
        else if (this.#ready(id) === null)
          this.#note({ at: this.#options.now(), kind: "answered", callId: id, answer: outcome.answer });
      }
      const answer = this.#ready(id);
      if (answer === null) continue;
      stop =
        how === "into"
          ? stopAt("step", "Back from the handler", { callId: id, moment: "after" })
          : this.#mode === "out"
            ? rules.unsendable(this.#found(id), answer)
            : rules.after(this.#trace, this.#found(id), answer);
      while (stop !== null) {
        await hold(stop);
        stop = rules.unsendable(this.#found(id), this.#ready(id) ?? answer);
      }
      return;
    }
  }

  /** Stepping out passes every call; stepping and pausing hold at each, where a breakpoint does not hold already. */
  #firstStop(id: string): Stop | null {
    const paused = this.#pause;
    this.#pause = false;
    if (this.#mode === "out" && !paused) return null;
    const found = this.#found(id);
    const hit = this.#options.rules.before(this.#trace, found);
    if (hit !== null) return hit;
    const place = { callId: id, moment: "before" } as const;
    if (paused) return stopAt("pause", "Paused", place);
    const stepping = this.#mode === "next" || this.#mode === "into";
    return stepping ? stopAt("step", `Paused on step: ${found.call.name}`, place) : null;
  }

  async #outcome(id: string, how: Resume, signal: AbortSignal): Promise<AnswerOutcome> {
    const { call } = this.#found(id);
    const pending: PendingCall = { id, name: call.name, arguments: wholeText(call.input) };
    const { debugHandler, answer, now } = this.#options;
    const onSource = (source: AnswerSource): void => this.#note({ at: now(), kind: "answering", callId: id, source });
    const outcome =
      how === "into" && debugHandler !== null
        ? await debugHandler(pending, signal)
        : await answer(pending, onSource, signal);
    if (outcome.kind === "ask" && outcome.failure !== null && !signal.aborted)
      this.#note({ at: now(), kind: "unanswered", callId: id, failure: outcome.failure });
    return outcome;
  }

  /** @returns false when it has to be tried again */
  async #submit(ids: readonly string[], hold: (stop: Stop) => Promise<Resume>, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const answers = ids.map((callId) => {
      const answer = this.#ready(callId);
      if (answer === null) throw new Error(`The call ${callId} has lost its answer.`);
      return { ...answer, callId };
    });
    this.#submitting = true;
    try {
      await this.#options.debuggee.submit(this.runId, answers);
      return true;
    } catch (error) {
      this.#submitting = false;
      // Perhaps because somebody else was faster: then the record will say so.
      await this.#options.debuggee.refresh(this.runId);
      signal.throwIfAborted();
      const words = error instanceof Error ? error.message : String(error);
      const place = { callId: ids.at(-1) ?? null, moment: "after" } as const;
      await hold(
        stopAt("exception", "The outputs were not accepted", place, { exceptionId: "not_accepted", text: words }),
      );
      return false;
    } finally {
      this.#submitting = false;
    }
  }

  async #end(): Promise<void> {
    const stop = this.#options.rules.atEnd(this.#trace);
    if (stop !== null) {
      const leave = new AbortController();
      this.#leave = leave;
      await this.#hold(stop, leave.signal).catch((error: unknown) => {
        if (!leave.signal.aborted) throw error;
      });
      this.#leave = null;
    }
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

  #found(id: string): FoundCall {
    const found = findCall(this.#trace, id);
    if (found === null) throw new Error(`The run waits for the call ${id}, which none of its steps has.`);
    return found;
  }

  #ready(id: string): ToolAnswer | null {
    const { answer } = this.#found(id).call;
    return answer?.state === "ready" ? answer.answer : null;
  }

  #note(entry: Extract<TraceEntry, { readonly kind: "answering" | "answered" | "unanswered" }>): void {
    this.#options.debuggee.note(this.runId, entry);
  }

  async #guarded(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#options.listener.failed(this, error);
    }
  }
}

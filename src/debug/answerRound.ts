import type { AnswerOutcome, PendingCall } from "../core/answers/ports.ts";
import type { AnswerFailure, AnswerSource, ToolAnswer } from "../core/answers/toolAnswer.ts";
import { wholeText } from "../core/growingText.ts";
import type { RunTrace } from "../core/runTrace.ts";
import { findCall } from "./callSurroundings.ts";
import type { FoundCall } from "./callSurroundings.ts";
import type { AnswerEntry, Debuggee } from "./ports.ts";
import { stopAt } from "./stop.ts";
import type { Resume, Stop } from "./stop.ts";
import type { StopRules } from "./stopRules.ts";

/** What answers the calls of a run, round after round. */
export interface AnswerSurroundings {
  readonly debuggee: Debuggee;
  readonly rules: StopRules;
  readonly answer: (
    call: PendingCall,
    onSource: (source: AnswerSource) => void,
    signal: AbortSignal,
  ) => Promise<AnswerOutcome>;
  readonly debugHandler: ((call: PendingCall, signal: AbortSignal) => Promise<AnswerOutcome>) | null;
  readonly now: () => number;
  /** Tells the person something that needs no stop. */
  readonly say: (text: string) => void;
}

export interface AnswerRoundOptions extends AnswerSurroundings {
  readonly runId: string;
  /** Aborted when there is nothing to answer any more: the calls were answered elsewhere, or the run ended. */
  readonly signal: AbortSignal;
  /** The run as it is now. */
  readonly trace: () => RunTrace;
  /** How the run was last let go on. */
  readonly mode: () => Resume;
  /** Whether a pause was asked for; it is taken with the question. */
  readonly takePause: () => boolean;
  /** Holds the run; resolves to how it is to go on, rejects with the signal's reason. */
  readonly hold: (stop: Stop) => Promise<Resume>;
  /** Told before the outputs are submitted, and when that has come to something. */
  readonly submitting: (now: boolean) => void;
  /** Told when a handler begins under its own debugger, and when it has ended: somebody may sit there for long. */
  readonly inHandler: (now: boolean) => void;
}

/**
 * The calls that a run waits for together: takes each through *before* → answer → *after*, one by one, holds the run where a
 * rule, a step or a missing answer says so, and submits all answers together.
 */
export class AnswerRound {
  readonly #options: AnswerRoundOptions;

  constructor(options: AnswerRoundOptions) {
    this.#options = options;
  }

  /** Resolves when the outputs were accepted; rejects with the signal's reason when they are not wanted any more. */
  async answer(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#answerOne(id, this.#firstStop(id));
    for (;;) {
      // At a chat another handler may have been run meanwhile, for a call that had its answer.
      const lost = ids.find((id) => this.#ready(id) === null);
      if (lost !== undefined) await this.#answerOne(lost, null);
      else if (await this.#submit(ids)) return;
    }
  }

  async #answerOne(id: string, first: Stop | null): Promise<void> {
    const { rules, hold, now, signal } = this.#options;
    // What failed elsewhere is not tried again before a person has said so.
    const failed = this.#failure(id);
    let stop = first ?? (failed === null ? null : rules.waiting(this.#found(id), failed));
    let how: Resume = "continue";
    for (;;) {
      if (stop !== null) how = await hold(stop);
      stop = null;
      const elsewhere = this.#ready(id) === null ? await this.#elsewhere(id) : null;
      if (elsewhere !== null) stop = rules.waiting(this.#found(id), elsewhere);
      else if (this.#ready(id) === null) {
        const outcome = await this.#outcome(id, how);
        signal.throwIfAborted();
        if (outcome.kind === "ask") stop = rules.waiting(this.#found(id), outcome.failure);
        else if (this.#ready(id) === null)
          this.#note({ at: now(), kind: "answered", callId: id, answer: outcome.answer });
      }
      const answer = this.#ready(id);
      if (answer === null) continue;
      stop =
        how === "into"
          ? stopAt("step", "Back from the handler", { callId: id, moment: "after" })
          : this.#afterStop(id, answer);
      while (stop !== null) {
        await hold(stop);
        stop = rules.unsendable(this.#found(id), this.#ready(id) ?? answer);
      }
      return;
    }
  }

  /**
   * Stepping and pausing hold at each call, where a breakpoint does not hold already. Stepping out passes every call; logpoints
   * speak and hits are counted all the same.
   */
  #firstStop(id: string): Stop | null {
    const { rules, trace, mode, takePause } = this.#options;
    const paused = takePause();
    const found = this.#found(id);
    const hit = rules.before(trace(), found);
    if (mode() === "out" && !paused) return null;
    if (hit !== null) return hit;
    const place = { callId: id, moment: "before" } as const;
    if (paused) return stopAt("pause", "Paused", place);
    const stepping = mode() === "next" || mode() === "into";
    return stepping ? stopAt("step", `Paused on step: ${found.call.name}`, place) : null;
  }

  #afterStop(id: string, answer: ToolAnswer): Stop | null {
    const { rules, trace, mode } = this.#options;
    const hit = rules.after(trace(), this.#found(id), answer);
    return mode() === "out" ? rules.unsendable(this.#found(id), answer) : hit;
  }

  /**
   * A handler may have effects, so that it must not run twice for one call: what somebody else began is waited for.
   * @returns why it gave no answer; null when it gave one, and where nobody had begun anything
   */
  async #elsewhere(id: string): Promise<AnswerFailure | null> {
    const { debuggee, signal, say } = this.#options;
    let waited = false;
    for (let making = debuggee.making(id); making !== null; making = debuggee.making(id)) {
      if (!waited)
        say(
          `${this.#found(id).call.name} is being answered by the chat, or by another debug session: that is waited for.`,
        );
      waited = true;
      await orAborted(making, signal);
    }
    return waited ? this.#failure(id) : null;
  }

  async #outcome(id: string, how: Resume): Promise<AnswerOutcome> {
    const { call } = this.#found(id);
    const pending: PendingCall = { id, name: call.name, arguments: wholeText(call.input) };
    const { debuggee, debugHandler, answer, now, signal } = this.#options;
    const onSource = (source: AnswerSource): void => this.#note({ at: now(), kind: "answering", callId: id, source });
    const outcome = await debuggee.make(id, (stopped) => {
      const either = AbortSignal.any([signal, stopped]);
      return how === "into" && debugHandler !== null
        ? this.#steppedInto(debugHandler(pending, either))
        : answer(pending, onSource, either);
    });
    // Also when the session was left meanwhile: else the record would say for ever that it is being answered.
    const left = signal.aborted && this.#found(id).call.answer?.state !== "running";
    if (outcome.kind === "ask" && outcome.failure !== null && !left)
      this.#note({ at: now(), kind: "unanswered", callId: id, failure: outcome.failure });
    return outcome;
  }

  async #steppedInto(handler: Promise<AnswerOutcome>): Promise<AnswerOutcome> {
    const { inHandler } = this.#options;
    inHandler(true);
    try {
      return await handler;
    } finally {
      inHandler(false);
    }
  }

  /** @returns false when it has to be tried again */
  async #submit(ids: readonly string[]): Promise<boolean> {
    const { debuggee, runId, signal, submitting, hold } = this.#options;
    signal.throwIfAborted();
    const answers = ids.map((callId) => {
      const answer = this.#ready(callId);
      if (answer === null) throw new Error(`The call ${callId} has lost its answer.`);
      return { ...answer, callId };
    });
    submitting(true);
    try {
      await debuggee.submit(runId, answers);
      return true;
    } catch (error) {
      submitting(false);
      // Perhaps because somebody else was faster: then the record will say so.
      const unseen = await debuggee.refresh(runId).then(() => null, wordsOf);
      signal.throwIfAborted();
      // Where the run cannot be looked at either, they may have been taken: who goes on then is refused, and none is taken twice.
      const more =
        unseen === null ? "" : ` Whether they were taken could not be asked: ${unseen} Continue to try both again.`;
      const place = { callId: ids.at(-1) ?? null, moment: "after" } as const;
      const text = `${wordsOf(error)}${more}`;
      await hold(stopAt("exception", "The outputs were not accepted", place, { exceptionId: "not_accepted", text }));
      return false;
    } finally {
      submitting(false);
    }
  }

  #found(id: string): FoundCall {
    const found = findCall(this.#options.trace(), id);
    if (found === null) throw new Error(`The run waits for the call ${id}, which none of its steps has.`);
    return found;
  }

  #ready(id: string): ToolAnswer | null {
    const { answer } = this.#found(id).call;
    return answer?.state === "ready" ? answer.answer : null;
  }

  #failure(id: string): AnswerFailure | null {
    const { answer } = this.#found(id).call;
    return answer?.state === "failed" ? answer.failure : null;
  }

  #note(entry: AnswerEntry): void {
    this.#options.debuggee.note(this.#options.runId, entry);
  }
}

/** Rejects with the signal's reason when that comes first. */
function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

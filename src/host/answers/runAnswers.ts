import type { PolicyAnswerer } from "../../core/answers/answerer.ts";
import type { AnswerContext, AnswerOutcome, DebuggedHandler, PendingCall } from "../../core/answers/ports.ts";
import type { AnswerSource, CallAnswer } from "../../core/answers/toolAnswer.ts";
import type { SubmittedAnswer } from "../../core/runTrace.ts";
import type { Conversation } from "../conversation/conversation.ts";

export interface RunAnswersOptions {
  readonly conversation: Pick<Conversation, "runs" | "run" | "pendingCalls" | "note" | "submit" | "onChange">;
  readonly answerer: PolicyAnswerer;
  /** Which assistant the calls are for, and how they are answered: asked anew for each run that waits. */
  readonly context: () => Promise<AnswerContext>;
  /** What a person is typing as the output of a call; null where nothing is typed. */
  readonly typed: (callId: string) => string | null;
  /** Outputs that were made could not be submitted: they stand in the card. */
  readonly onError: (error: unknown) => void;
  /** How often a run may be answered by itself; a model may ask for ever. */
  readonly mostRounds?: number;
}

/** What makes an answer to a call now. */
interface Making {
  readonly stop: AbortController;
  /** Resolves when it has ended, whatever it came to. */
  readonly ended: Promise<void>;
}

/** More than any run of ours has needed, and less than anybody wants to pay for by accident. */
const mostRounds = 50;

/**
 * Makes the answers of one conversation: by policy when a run begins to wait, by a source when a person asks for it. What is made
 * goes into the run's record; when every call of a run was answered by policy, the outputs are submitted.
 *
 * A run that waited already when the thread was opened is left to the person: its handlers may have run before.
 */
export class RunAnswers {
  readonly #options: RunAnswersOptions;
  /** Calls that were seen to wait. */
  readonly #seen = new Set<string>();
  /** By call: one at a time, because a handler may have effects. */
  readonly #making = new Map<string, Making>();
  readonly #subscription: { dispose(): unknown };
  /** How often each run was answered by itself. */
  readonly #rounds = new Map<string, number>();
  #holds = 0;

  constructor(options: RunAnswersOptions) {
    this.#options = options;
    const { conversation } = options;
    for (const { run } of conversation.runs) this.#notice(run.id);
    this.#subscription = conversation.onChange((change) => {
      if (change.kind !== "run") return;
      this.#stopAnswered(change.id);
      if (this.#notice(change.id).length > 0 && this.#holds === 0) void this.#answerNew(change.id);
    });
  }

  async #answerNew(runId: string): Promise<void> {
    const most = this.#options.mostRounds ?? mostRounds;
    if ((this.#rounds.get(runId) ?? 0) < most) return this.answerWaiting(runId);
    const { mode } = await this.#options.context();
    if (mode === "ask") return;
    this.#options.onError(
      new Error(`This run was answered by itself ${most} times. It may be going round in circles: answer it yourself.`),
    );
  }

  /** Answers what waits of a run by policy, and submits when that answers all of it. Resolves when nothing is left to try. */
  async answerWaiting(runId: string): Promise<void> {
    const { conversation, answerer } = this.#options;
    try {
      const context = await this.#options.context();
      // A debugger that has come meanwhile answers now.
      if (this.#holds > 0) return;
      const calls = conversation.pendingCalls(runId).filter(({ id }) => !this.#making.has(id));
      const outcomes = await Promise.all(
        calls.map((call) =>
          this.#answer(runId, call, (signal, onSource) => answerer.answer(call, { ...context, onSource }, signal)),
        ),
      );
      const answers = outcomes.flatMap((outcome, index): readonly SubmittedAnswer[] => {
        const callId = calls[index]?.id ?? "";
        return outcome.kind === "answer" && !this.#isOverwritten(callId, outcome.answer.output)
          ? [{ callId, ...outcome.answer }]
          : [];
      });
      // Somebody else may have answered meanwhile, or the debugger have taken over.
      const waiting = conversation.pendingCalls(runId);
      if (answers.length === 0 || answers.length !== waiting.length || this.#holds > 0) return;
      if (!waiting.every(({ id }, index) => id === answers[index]?.callId)) return;
      this.#rounds.set(runId, (this.#rounds.get(runId) ?? 0) + 1);
      await conversation.submit(runId, answers);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Asks one source for an answer, whatever the policy says; the record tells what came of it. */
  async run(runId: string, callId: string, source: AnswerSource, debugged?: DebuggedHandler): Promise<AnswerOutcome> {
    const { conversation, answerer } = this.#options;
    const call = conversation.pendingCalls(runId).find(({ id }) => id === callId);
    if (call === undefined) throw new Error("The run does not wait for this call any more.");
    const context = await this.#options.context();
    if (this.#making.has(callId)) throw new Error("An answer to this call is being made already.");
    return this.#answer(runId, call, (signal, onSource) =>
      answerer.answerFrom(
        source,
        call,
        { ...context, onSource, ...(debugged === undefined ? {} : { debugged }) },
        signal,
      ),
    );
  }

  /** Stops what makes an answer to a call. */
  stop(callId: string): void {
    this.#making.get(callId)?.stop.abort();
  }

  /** Resolves when what makes an answer to a call now has ended; null where nothing does. */
  making(callId: string): Promise<void> | null {
    return this.#making.get(callId)?.ended ?? null;
  }

  /**
   * Does what makes an answer to a call: nothing else here begins one meanwhile, and `stop` stops it by the signal. Who calls it has
   * seen that nothing makes one already.
   */
  async make<T>(callId: string, work: (stopped: AbortSignal) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const making = { stop, ended };
    this.#making.set(callId, making);
    try {
      return await work(stop.signal);
    } finally {
      if (this.#making.get(callId) === making) this.#making.delete(callId);
      resolve();
    }
  }

  /** While it is held, nothing is answered by itself: somebody else (a debugger) answers. */
  hold(): { dispose(): void } {
    this.#holds += 1;
    let held = true;
    return {
      dispose: () => {
        if (held) this.#holds -= 1;
        held = false;
      },
    };
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const { stop } of this.#making.values()) stop.abort();
  }

  #answer(
    runId: string,
    call: PendingCall,
    ask: (signal: AbortSignal, onSource: (source: AnswerSource) => void) => Promise<AnswerOutcome>,
  ): Promise<AnswerOutcome> {
    const { conversation } = this.#options;
    return this.make(call.id, async (signal) => {
      const before = this.#answerOf(runId, call.id);
      const outcome = await ask(signal, (source) =>
        conversation.note(runId, { at: Date.now(), kind: "answering", callId: call.id, source }),
      );
      const now = this.#answerOf(runId, call.id);
      // Typed in a debugger meanwhile: that counts.
      if (now?.state === "ready" && now !== before) return { kind: "answer", answer: now.answer };
      const at = Date.now();
      if (outcome.kind === "answer")
        conversation.note(runId, { at, kind: "answered", callId: call.id, answer: outcome.answer });
      else if (outcome.failure !== null)
        conversation.note(runId, { at, kind: "unanswered", callId: call.id, failure: outcome.failure });
      return outcome;
    });
  }

  #answerOf(runId: string, callId: string): CallAnswer | null {
    const calls = this.#options.conversation.run(runId)?.steps.flatMap((step) => step.calls);
    return calls?.findLast(({ id }) => id === callId)?.answer ?? null;
  }

  /** A run that is over, or was answered otherwise, needs no handler any more. */
  #stopAnswered(runId: string): void {
    if (this.#making.size === 0) return;
    const trace = this.#options.conversation.run(runId);
    const waiting = new Set(this.#options.conversation.pendingCalls(runId).map(({ id }) => id));
    for (const call of trace?.steps.flatMap((step) => step.calls) ?? [])
      if (!waiting.has(call.id)) this.#making.get(call.id)?.stop.abort();
  }

  /** @returns calls that wait and were not seen to wait before */
  #notice(runId: string): readonly string[] {
    const fresh = this.#options.conversation
      .pendingCalls(runId)
      .map(({ id }) => id)
      .filter((id) => !this.#seen.has(id));
    for (const id of fresh) this.#seen.add(id);
    return fresh;
  }

  #isOverwritten(callId: string, output: string): boolean {
    const typed = this.#options.typed(callId);
    return typed !== null && typed !== "" && typed !== output;
  }
}

import { unixSeconds, type Clock } from "../clock.ts";
import { newId } from "../ids.ts";
import { addUsage, noUsage, type Message, type Run, type RunStep, type Usage } from "../objects.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import type { UsageDetails } from "../upstream/port.ts";
import { appendText } from "./appendText.ts";
import type { EventFeed } from "./eventFeed.ts";
import { callDelta, requiredActionOf } from "./functionCalls.ts";
import { withDetails, withEnd, withLateTextTold, withPhase, withWaitingTurn, type RunExtra } from "./runExtra.ts";
import { callsOf, endMessage, endRun, endStep, type RunEnd } from "./runRecord.ts";
import { newAssistantMessage, newStep } from "./newParts.ts";

/** How often a message that is still being written goes to disk, in milliseconds. */
const saveEveryMs = 1000;

/**
 * Writes one run: the only place where its steps and messages are made and its events are emitted.
 *
 * Everything is stored before it is told. At most one step and one message are open at a time, as the SDK's
 * AssistantStream demands; the orders are those of the published streaming examples.
 */
export class RunWriter {
  readonly run: Run;
  readonly feed: EventFeed;
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  #extra: RunExtra;
  #step: RunStep | undefined;
  #message: Message | undefined;
  /** The open message is whole. It stays open until it is known whether another step follows it, for the usage of its own. */
  #finished = false;
  /** The steps of the current turn. */
  #turnSteps: string[] = [];
  #replay: readonly object[] | undefined;
  #savedAt = 0;
  #ended = false;
  #knownCallIds: Set<string>;

  constructor(store: ObjectStore, clock: Clock, run: Run, extra: RunExtra, feed: EventFeed) {
    this.#store = store;
    this.#clock = clock;
    this.run = run;
    this.#extra = extra;
    this.feed = feed;
    const steps = store.all("step", run.id);
    this.#step = steps.find((step) => step.status === "in_progress");
    this.#message = this.#openMessageOf(this.#step);
    this.#knownCallIds = new Set(steps.flatMap((step) => callsOf(step).map((call) => call.id)));
  }

  get extra(): RunExtra {
    return this.#extra;
  }

  /** Whether the run has reached its end; nothing is written after it. */
  get ended(): boolean {
    return this.#ended;
  }

  setStatus(status: "queued" | "in_progress" | "cancelling"): void {
    this.run.status = status;
    if (status === "in_progress") this.run.started_at = this.#now();
    this.#store.update("run", this.run);
    this.feed.emit(`thread.run.${status}`, this.run);
  }

  /** Counts a turn before it is made. Stored with what the turn comes to: when the process dies before, the run has failed. */
  countTurn(): void {
    this.#extra = { ...this.#extra, turns: this.#extra.turns + 1 };
    this.#turnSteps = [];
    this.#replay = undefined;
  }

  countDetails(details: UsageDetails): void {
    this.#extra = withDetails(this.#extra, details);
  }

  /** What the upstream must see again of this turn. Stored with the calls that wait. */
  keepReplay(items: readonly object[]): void {
    this.#replay = items;
  }

  addText(text: string): void {
    this.#openMessage();
    this.#append("text", text);
  }

  addRefusal(text: string): void {
    this.#openMessage();
    this.#append("refusal", text);
  }

  /** The open message, if any, is whole: what comes next is another one. */
  finishMessage(phase: string | null): void {
    if (this.#message === undefined) return;
    this.#finished = true;
    if (phase !== null) this.#extra = withPhase(this.#extra, this.#message.id, phase);
  }

  keepLateText(text: string): void {
    this.#setExtra({ ...this.#extra, lateText: this.#extra.lateText + text });
  }

  /** Tells what `keepLateText` held back, as a message of its own. */
  tellLateText(): void {
    const text = this.#extra.lateText;
    if (text === "") return;
    this.addText(text);
    this.#setExtra(withLateTextTold(this.#extra, this.#turnSteps));
    this.#closeMessageStep({ status: "completed" }, noUsage);
  }

  /** Opens function call number `slot` of this turn. An id that is missing or was used before in this run is replaced. */
  startCall(slot: number, wantedId: string, name: string): void {
    if (this.#message !== undefined) this.#closeMessageStep({ status: "completed" }, noUsage);
    const step = this.#step ?? this.#openStep({ type: "tool_calls", tool_calls: [] });
    const id = wantedId === "" || this.#knownCallIds.has(wantedId) ? newId("call") : wantedId;
    this.#knownCallIds.add(id);
    callsOf(step).push({ id, type: "function", function: { name, arguments: "", output: null } });
    this.#store.update("step", step);
    this.feed.emit(
      "thread.run.step.delta",
      callDelta(step, { index: slot, id, type: "function", function: { name, arguments: "", output: null } }),
    );
  }

  addArguments(slot: number, fragment: string): void {
    const step = this.#step;
    const call = step === undefined ? undefined : callsOf(step)[slot];
    if (step === undefined || call === undefined) throw new Error(`function call ${slot} has not begun`);
    call.function.arguments += fragment;
    // The index is enough: the SDK appends strings, and a repeated name would be doubled.
    const delta = { index: slot, type: "function", function: { arguments: fragment } };
    this.feed.emit("thread.run.step.delta", callDelta(step, delta));
  }

  /** Ends a turn that asked for functions: the run waits for their outputs. */
  requireAction(turnUsage: Usage): void {
    const step = this.#step;
    if (step === undefined) throw new Error("no function call is open");
    callsOf(step).forEach((call, slot) => {
      if (call.function.arguments === "") this.addArguments(slot, "{}");
    });
    this.run.status = "requires_action";
    this.run.required_action = requiredActionOf(step);
    this.#store.transaction(() => {
      this.#store.update("step", step);
      const replay = this.#replay === undefined ? undefined : { steps: this.#turnSteps, items: this.#replay };
      this.#setExtra(withWaitingTurn(this.#extra, turnUsage, replay));
      this.#store.update("run", this.run);
    });
    this.feed.emit("thread.run.requires_action", this.run);
    this.feed.end();
  }

  /** Takes the outputs of the waiting calls: the old step completes and the run is queued again. */
  acceptOutputs(outputs: ReadonlyMap<string, string>): void {
    const step = this.#step;
    if (step === undefined) throw new Error("no step waits for outputs");
    for (const call of callsOf(step)) call.function.output = outputs.get(call.id) ?? "";
    endStep(step, { status: "completed" }, this.#extra.waitingStepUsage ?? noUsage, this.#now());
    this.run.required_action = null;
    this.run.status = "queued";
    this.#store.transaction(() => {
      this.#store.update("step", step);
      this.#setExtra({ ...this.#extra, waitingStepUsage: null });
      this.#store.update("run", this.run);
    });
    this.#step = undefined;
    this.feed.emit("thread.run.step.completed", step);
    this.feed.emit("thread.run.queued", this.run);
  }

  /** Ends the run, with whatever of it is open. */
  end(end: RunEnd, turnUsage: Usage): void {
    if (this.#ended) return;
    this.#ended = true;
    const stepUsage = addUsage(this.#extra.waitingStepUsage ?? noUsage, turnUsage);
    this.#store.transaction(() => {
      this.#setExtra(withEnd(this.#extra, turnUsage));
      if (this.#message !== undefined)
        this.#closeMessageStep(this.#finished ? { status: "completed" } : end, stepUsage);
      else if (this.#step !== undefined) this.#closeStep(this.#step, end, stepUsage);
      endRun(this.run, end, this.#extra.used, this.#now());
      this.#store.update("run", this.run);
    });
    this.feed.emit(`thread.run.${this.run.status}`, this.run);
    this.feed.end();
  }

  #openMessage(): void {
    if (this.#finished) this.#closeMessageStep({ status: "completed" }, noUsage);
    if (this.#message !== undefined) return;
    const message = newAssistantMessage(this.run, this.#now());
    // One commit for both: the first token waits for it.
    this.#store.transaction(() => {
      this.#store.insert("message", message, { parent: message.thread_id, run: message.run_id });
      this.#openStep({ type: "message_creation", message_creation: { message_id: message.id } });
    });
    this.#message = message;
    this.#savedAt = this.#clock.now();
    this.feed.emit("thread.message.created", message);
    this.feed.emit("thread.message.in_progress", message);
  }

  #append(type: "text" | "refusal", text: string): void {
    const message = this.#message;
    if (message === undefined) throw new Error("no message is open");
    const delta = appendText(message, type, text);
    if (this.#clock.now() - this.#savedAt >= saveEveryMs) {
      this.#store.update("message", message);
      this.#savedAt = this.#clock.now();
    }
    this.feed.emit("thread.message.delta", {
      id: message.id,
      object: "thread.message.delta",
      delta: { content: [delta] },
    });
  }

  #openStep(details: RunStep["step_details"]): RunStep {
    const step = newStep(this.run, details, this.#now());
    this.#store.insert("step", step, { parent: step.run_id });
    this.#step = step;
    this.#turnSteps.push(step.id);
    this.feed.emit("thread.run.step.created", step);
    this.feed.emit("thread.run.step.in_progress", step);
    return step;
  }

  /** Ends the open message, then its step. */
  #closeMessageStep(end: RunEnd, usage: Usage): void {
    const [message, step] = [this.#message, this.#step];
    if (message === undefined || step === undefined) throw new Error("no message is open");
    endMessage(message, end, this.#now());
    this.#store.update("message", message);
    this.#message = undefined;
    this.#finished = false;
    this.feed.emit(`thread.message.${message.status}`, message);
    this.#closeStep(step, end, usage);
  }

  #closeStep(step: RunStep, end: RunEnd, usage: Usage): void {
    endStep(step, end, usage, this.#now());
    this.#store.update("step", step);
    this.#step = undefined;
    this.feed.emit(`thread.run.step.${step.status}`, step);
  }

  #openMessageOf(step: RunStep | undefined): Message | undefined {
    if (step?.step_details.type !== "message_creation") return undefined;
    return this.#store.get("message", step.step_details.message_creation.message_id);
  }

  #setExtra(extra: RunExtra): void {
    this.#extra = extra;
    this.#store.setExtra(this.run.id, extra);
  }

  #now(): number {
    return unixSeconds(this.#clock);
  }
}

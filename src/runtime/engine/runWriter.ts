import { unixSeconds, type Clock } from "../clock.ts";
import { newId } from "../ids.ts";
import { addUsage, noUsage, type Run, type Usage } from "../objects.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import type { UsageDetails } from "../upstream/port.ts";
import type { EventFeed } from "./eventFeed.ts";
import { MessageWriter, nothingUnshown } from "./messageWriter.ts";
import * as extras from "./runExtra.ts";
import { endRun, type RunEnd } from "./runRecord.ts";
import { StepWriter } from "./stepWriter.ts";
import { callsOf, functionCallsOf, requiredActionOf } from "./toolCalls.ts";

/**
 * Writes one run: the only place where its steps and messages are made and its events are emitted.
 *
 * Everything is stored before it is told. At most one step and one message are open at a time, as the SDK's
 * AssistantStream demands; the orders are those of the published streaming examples.
 */
export class RunWriter {
  readonly run: Run;
  readonly feed: EventFeed;
  /** The calls in the open step are written through it; steps are opened and closed by this class. */
  readonly steps: StepWriter;
  readonly #messages: MessageWriter;
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  #extra: extras.RunExtra;
  /** The open message is whole. It stays open until it is known whether another step follows it, for the usage of its own. */
  #finished = false;
  /** The steps of the current turn. */
  #turnSteps: string[] = [];
  #replay: readonly object[] | undefined;
  #ended = false;
  readonly #callIds: Set<string>;
  readonly #callCounts = new Map<string, number>();

  constructor(store: ObjectStore, clock: Clock, run: Run, extra: extras.RunExtra, feed: EventFeed) {
    this.#store = store;
    this.#clock = clock;
    this.run = run;
    this.#extra = extra;
    this.feed = feed;
    const steps = store.all("step", run.id);
    const open = steps.find((step) => step.status === "in_progress");
    this.steps = new StepWriter(run, { store, clock, feed, include: extra.includeContent }, open);
    this.#messages = new MessageWriter(run, { store, clock, feed, steps: this.steps });
    const calls = steps.flatMap(callsOf);
    this.#callIds = new Set(calls.map((call) => call.id));
    for (const { type } of calls) this.countCall(type);
  }

  get extra(): extras.RunExtra {
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
    this.#extra = extras.withDetails(this.#extra, details);
  }

  /** What the upstream must see again of this turn. Stored with its calls. */
  keepReplay(items: readonly object[]): void {
    this.#replay = items;
  }

  addText(text: string): void {
    this.#openMessage();
    this.#messages.say(text, this.#extra.sources);
  }

  addRefusal(text: string): void {
    this.#openMessage();
    this.#messages.refuse(text);
  }

  /** The open message, if any, is whole: what comes next is another one. */
  finishMessage(phase: string | null): void {
    const { open } = this.#messages;
    if (open === undefined) return;
    this.#finished = true;
    if (phase !== null) this.#extra = extras.withPhase(this.#extra, open.id, phase);
  }

  keepLateText(text: string): void {
    this.#setExtra({ ...this.#extra, lateText: this.#extra.lateText + text });
  }

  /** Tells what `keepLateText` held back, as a message of its own. */
  tellLateText(): void {
    const text = this.#extra.lateText;
    if (text === "") return;
    this.#turnSteps = [];
    this.addText(text);
    this.#setExtra(extras.withLateTextTold(this.#extra, this.#turnSteps));
    this.#closeMessage({ status: "completed" }, noUsage);
  }

  /** A call's id: one that is missing or was used before in this run is replaced. */
  newCallId(wanted: string): string {
    const id = wanted === "" || this.#callIds.has(wanted) ? newId("call") : wanted;
    this.#callIds.add(id);
    return id;
  }

  /** Counts a call of a tool, and says how many there were before. */
  countCall(type: string): number {
    const before = this.#callCounts.get(type) ?? 0;
    this.#callCounts.set(type, before + 1);
    return before;
  }

  /** Makes sure that a step for calls is open. */
  openCallStep(): void {
    if (this.#messages.open !== undefined) this.#closeMessage({ status: "completed" }, noUsage);
    if (this.steps.open !== undefined) return;
    this.#turnSteps.push(this.steps.begin({ type: "tool_calls", tool_calls: [] }).id);
  }

  /** Ends the open step of calls. The tokens of the turn belong to its last step. */
  closeCallStep(last: boolean, end: RunEnd = { status: "completed" }): void {
    this.steps.end(end, last ? (this.#extra.waitingStepUsage ?? noUsage) : noUsage);
    if (last) this.#setExtra({ ...this.#extra, waitingStepUsage: null });
  }

  /** The model's part of a turn that called something is over: its tokens count, whatever becomes of the calls. */
  countCalledTurn(usage: Usage): void {
    this.#setExtra(extras.withCalledTurn(this.#extra, usage));
  }

  /** Keeps what the next turn must be told of this one; `calls` only when tools of the runtime were among them. */
  keepTurn(calls: extras.ToolTurn["calls"] | undefined): void {
    const { replays, toolTurns } = this.#extra;
    const steps = this.#turnSteps;
    this.#setExtra({
      ...this.#extra,
      replays: this.#replay === undefined ? replays : [...replays, { steps, items: this.#replay }],
      toolTurns: calls === undefined ? toolTurns : [...toolTurns, { steps, calls }],
    });
  }

  cite(place: string, fileId: string): void {
    this.#extra = extras.withCitation(this.#extra, place, fileId);
  }

  noteFile(path: string, fileId: string): void {
    this.#extra = extras.withFile(this.#extra, path, fileId);
  }

  noteImage(fileId: string): void {
    this.#extra = extras.withImage(this.#extra, fileId);
  }

  /** A file that a tool made is handed out: it is attached to the message that is open, or to the next one. */
  handOut(path: string, fileId: string): void {
    if (this.#messages.open === undefined) return this.noteFile(path, fileId);
    this.#extra = extras.withPath(this.#extra, path, fileId);
    this.#messages.attach(fileId);
  }

  /** Adds to the open message, also when it is whole otherwise. */
  addRemark(text: string): void {
    this.#messages.say(text, this.#extra.sources);
  }

  /** Annotates a link to a file, wherever the open message has it and it is not annotated yet. */
  annotateLink(link: string, fileId: string): void {
    if (this.#messages.open !== undefined) this.#messages.annotate(link, fileId);
  }

  /** Shows an image in the message that is open, or in the next one. */
  showImage(fileId: string): void {
    if (this.#messages.open === undefined) this.noteImage(fileId);
    else this.#messages.show(fileId);
  }

  /** Whether a program of the run, or its open message, has shown an image. */
  hasShown(fileId: string): boolean {
    const inMessage = this.#messages.open?.content.some(
      (part) => part.type === "image_file" && part.image_file.file_id === fileId,
    );
    const outputs = this.#store
      .all("step", this.run.id)
      .flatMap(callsOf)
      .flatMap((call) => (call.type === "code_interpreter" ? call.code_interpreter.outputs : []));
    return inMessage === true || outputs.some((one) => one.type === "image" && one.image.file_id === fileId);
  }

  /** Whether a message is being written. */
  get inMessage(): boolean {
    return this.#messages.open !== undefined;
  }

  /** Ends a turn that asked for functions: the run waits for their outputs. */
  requireAction(): void {
    const step = this.steps.open;
    if (step === undefined) throw new Error("no function call is open");
    this.run.status = "requires_action";
    this.run.required_action = requiredActionOf(step);
    this.#store.transaction(() => {
      this.steps.save();
      this.#setExtra(this.#extra);
      this.#store.update("run", this.run);
    });
    this.feed.emit("thread.run.requires_action", this.run);
    this.feed.end();
  }

  /** Takes the outputs of the waiting calls: the old step completes and the run is queued again. */
  acceptOutputs(outputs: ReadonlyMap<string, string>): void {
    const step = this.steps.open;
    if (step === undefined) throw new Error("no step waits for outputs");
    for (const call of functionCallsOf(step)) call.function.output = outputs.get(call.id) ?? "";
    this.run.required_action = null;
    this.run.status = "queued";
    this.#store.transaction(() => {
      this.closeCallStep(true);
      this.#store.update("run", this.run);
    });
    this.feed.emit("thread.run.queued", this.run);
  }

  /** Ends the run, with whatever of it is open. */
  end(end: RunEnd, turnUsage: Usage): void {
    if (this.#ended) return;
    this.#ended = true;
    const { waitingStepUsage, sources } = this.#extra;
    const stepUsage = addUsage(waitingStepUsage ?? noUsage, turnUsage);
    this.#store.transaction(() => {
      this.#setExtra(extras.withEnd(this.#extra, turnUsage));
      if (this.#messages.open !== undefined)
        this.#messages.end(this.#finished ? { status: "completed" } : end, stepUsage, sources);
      else if (this.steps.open !== undefined) this.steps.end(end, stepUsage);
      endRun(this.run, end, this.#extra.used, this.#now());
      this.#store.update("run", this.run);
    });
    this.feed.emit(`thread.run.${this.run.status}`, this.run);
    this.feed.end();
  }

  #openMessage(): void {
    if (this.#finished) this.#closeMessage({ status: "completed" }, noUsage);
    if (this.#messages.open !== undefined) return;
    const { unshown } = this.#extra;
    this.#turnSteps.push(this.#messages.begin(unshown).id);
    if (unshown.images.length + unshown.files.length > 0) this.#setExtra({ ...this.#extra, unshown: nothingUnshown });
  }

  #closeMessage(end: RunEnd, usage: Usage): void {
    this.#messages.end(end, usage, this.#extra.sources);
    this.#finished = false;
  }

  #setExtra(extra: extras.RunExtra): void {
    this.#extra = extra;
    this.#store.setExtra(this.run.id, extra);
  }

  #now(): number {
    return unixSeconds(this.#clock);
  }
}

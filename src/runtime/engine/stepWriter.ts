import { unixSeconds, type Clock } from "../clock.ts";
import type { Run, RunStep, Usage } from "../objects.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import type { SearchRanking, SearchResult } from "../tools/port.ts";
import type { EventFeed } from "./eventFeed.ts";
import { newStep } from "./newParts.ts";
import { endStep, type RunEnd } from "./runRecord.ts";
import { callDelta, callsOf, newCall, withoutResultContent, type ToolCallObject } from "./toolCalls.ts";

/** How often what is still being written goes to disk, in milliseconds. */
export const saveEveryMs = 1000;

/** Writes the steps of one run, one at a time: a second one opens only when the first has ended. */
export class StepWriter {
  readonly #run: Run;
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #feed: EventFeed;
  readonly #include: boolean;
  #open: RunStep | undefined;
  #savedAt = 0;

  /** `open` is the step that an earlier stretch of the run left waiting for outputs; `include`, whether events have the text of results. */
  constructor(
    run: Run,
    around: { store: ObjectStore; clock: Clock; feed: EventFeed; include: boolean },
    open: RunStep | undefined,
  ) {
    this.#run = run;
    this.#include = around.include;
    this.#store = around.store;
    this.#clock = around.clock;
    this.#feed = around.feed;
    this.#open = open;
  }

  get open(): RunStep | undefined {
    return this.#open;
  }

  begin(details: RunStep["step_details"]): RunStep {
    if (this.#open !== undefined) throw new Error(`step ${this.#open.id} is still open`);
    const step = newStep(this.#run, details, unixSeconds(this.#clock));
    this.#store.insert("step", step, { parent: step.run_id });
    this.#open = step;
    this.#feed.emit("thread.run.step.created", step);
    this.#feed.emit("thread.run.step.in_progress", step);
    return step;
  }

  end(end: RunEnd, usage: Usage): void {
    const step = this.#current();
    endStep(step, end, usage, unixSeconds(this.#clock));
    this.#store.update("step", step);
    this.#open = undefined;
    this.#feed.emit(`thread.run.step.${step.status}`, this.#include ? step : withoutResultContent(step));
  }

  /** Stores the open step as it is, without an event. */
  save(): void {
    this.#store.update("step", this.#current());
    this.#savedAt = this.#clock.now();
  }

  /** Begins a call in the open step and returns its index. */
  addCall(type: ToolCallObject["type"], id: string, name: string): number {
    const step = this.#current();
    const calls = callsOf(step);
    const index = calls.push(newCall(type, id, name)) - 1;
    this.save();
    this.#emit({ index, ...newCall(type, id, name) });
    return index;
  }

  addArguments(index: number, fragment: string): void {
    const call = this.#call(index, "function");
    call.function.arguments += fragment;
    // The index is enough: the SDK appends strings, and a repeated name would be doubled.
    this.#emit({ index, type: "function", function: { arguments: fragment } });
  }

  addCode(index: number, fragment: string): void {
    this.#call(index, "code_interpreter").code_interpreter.input += fragment;
    this.#emit({ index, type: "code_interpreter", code_interpreter: { input: fragment } });
  }

  /** Logs after logs make the one output longer. */
  addLogs(index: number, logs: string): void {
    const { outputs } = this.#call(index, "code_interpreter").code_interpreter;
    const last = outputs.at(-1);
    if (last?.type === "logs") last.logs += logs;
    else outputs.push({ type: "logs", logs });
    this.#addOutput(index, { index: outputs.length - 1, type: "logs", logs });
  }

  addImage(index: number, fileId: string): void {
    const { outputs } = this.#call(index, "code_interpreter").code_interpreter;
    const image = { type: "image", image: { file_id: fileId } } as const;
    this.#addOutput(index, { index: outputs.push(image) - 1, ...image });
  }

  /** There is no delta for it: clients get the results with the step's end. */
  setResults(
    index: number,
    ranking: SearchRanking,
    results: readonly SearchResult[],
    queries: readonly string[] = [],
  ): void {
    // The protocol has no place for the queries (an extension; coverage.md).
    const search = { ranking_options: ranking, results: [...results], x_queries: [...queries] };
    this.#call(index, "file_search").file_search = search;
    this.save();
  }

  #addOutput(index: number, output: object): void {
    if (this.#clock.now() - this.#savedAt >= saveEveryMs) this.save();
    this.#emit({ index, type: "code_interpreter", code_interpreter: { outputs: [output] } });
  }

  #emit(call: object): void {
    this.#feed.emit("thread.run.step.delta", callDelta(this.#current(), call));
  }

  #current(): RunStep {
    if (this.#open === undefined) throw new Error("no step is open");
    return this.#open;
  }

  #call<T extends ToolCallObject["type"]>(index: number, type: T): Extract<ToolCallObject, { type: T }> {
    const call = callsOf(this.#current())[index];
    if (call?.type !== type) throw new Error(`call ${index} is no ${type} call that has begun`);
    return call as Extract<ToolCallObject, { type: T }>;
  }
}

import type { RunTrace, TraceEntry } from "../core/runTrace.ts";

/** A state of a run that can be gone back to. */
export interface PastState {
  readonly at: number;
  /** What had just happened, in words. */
  readonly label: string;
  readonly trace: RunTrace;
  /** The call that it is about, if it is about one. */
  readonly callId: string | null;
  /** Whether the debugger stopped here. */
  readonly stop: boolean;
}

/** The states of a run, oldest first. Traces share what did not change, so that keeping them costs little; tokens are not kept one by one. */
export class RunHistory {
  readonly #states: PastState[] = [];

  get length(): number {
    return this.#states.length;
  }

  get(index: number): PastState | undefined {
    return this.#states[index];
  }

  add(entry: TraceEntry, trace: RunTrace): void {
    const label = labelOf(entry);
    if (label !== null) this.#states.push({ at: entry.at, label, trace, callId: callOf(entry, trace), stop: false });
  }

  addStop(label: string, trace: RunTrace, callId: string | null, at: number): void {
    this.#states.push({ at, label, trace, callId, stop: true });
  }

  /** The state before `index` where the debugger stopped; the first of all where there is none. */
  stopBefore(index: number): number {
    const found = this.#states.findLastIndex((state, at) => at < index && state.stop);
    return Math.max(0, found);
  }

  /** The state after `index` where the debugger stopped; the last of all where there is none. */
  stopAfter(index: number): number {
    const found = this.#states.findIndex((state, at) => at > index && state.stop);
    return found === -1 ? this.#states.length - 1 : found;
  }
}

function labelOf(entry: TraceEntry): string | null {
  switch (entry.kind) {
    case "event":
      return entry.event.event.endsWith(".delta") ? null : entry.event.event;
    case "answering":
      return `${entry.source} answers`;
    case "answered":
      return `answered by ${entry.answer.origin}`;
    case "unanswered":
      return `${entry.failure.source} failed`;
    case "submitted":
      return "outputs submitted";
    case "polled":
      return `run is ${entry.run.status}`;
  }
}

function callOf(entry: TraceEntry, trace: RunTrace): string | null {
  if (entry.kind === "answering" || entry.kind === "answered" || entry.kind === "unanswered") return entry.callId;
  return trace.run.required_action?.submit_tool_outputs.tool_calls[0]?.id ?? null;
}

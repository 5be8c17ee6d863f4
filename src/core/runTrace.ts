/**
 * The run trace: the client's record of a run, and the one place where run events are interpreted.
 *
 * `reduceTrace` is a pure function from a trace and an entry to the next trace. The panel, the debugger, the trace store and
 * the tree views all read its result. Times are milliseconds since the epoch on the client's clock, at arrival.
 */
import type { Run, RunEvent, RunStep, Message, RunStepStatus, Usage } from "./wire.ts";

/**
 * What a stretch of time went to:
 * `queued` (waiting for the provider to begin), `first_token` (the model is at work, nothing has come yet), `generating`,
 * `tool` (a tool of the provider runs), `waiting` (the run waits for tool outputs from this side).
 */
export type SegmentKind = "queued" | "first_token" | "generating" | "tool" | "waiting";

export interface Segment {
  readonly kind: SegmentKind;
  readonly start: number;
  /** Null while it lasts. */
  readonly end: number | null;
}

/** `recorded`: every event was seen as it arrived. `reconstructed`: read back from wire objects, whose times are whole seconds. */
export type Fidelity = "recorded" | "reconstructed";

/** Who made a tool output. */
export type AnswerOrigin = "hand" | "handler" | "fixture";

export interface ToolAnswer {
  readonly callId: string;
  readonly output: string;
  readonly origin: AnswerOrigin;
}

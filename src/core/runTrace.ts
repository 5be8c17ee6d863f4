/**
 * The run trace: the client's record of a run. `reduceTrace.ts` makes it from the events of a stream; the panel, the
 * debugger, the trace store and the tree views read it, and nothing else interprets events.
 *
 * Times are milliseconds since the epoch on the client's clock, at arrival.
 */
import type { AnswerFailure, AnswerOrigin, AnswerSource, CallAnswer, ToolAnswer } from "./answers/toolAnswer.ts";
import type { GrowingText } from "./growingText.ts";
import type { Annotation, FileSearchResult, Message, MessageStatus, Run, RunStep, RunStepStatus } from "./wire.ts";
import type { RunEvent } from "./wireEvents.ts";

/**
 * What a stretch of time went to:
 * `queued` (waiting for the provider to begin), `first_token` (the model is at work, nothing has come yet), `generating`,
 * `tool` (a tool of the provider runs), `handler` (a handler or fixture on this side makes the output), `waiting` (the run waits
 * for tool outputs from this side).
 */
export type SegmentKind = "queued" | "first_token" | "generating" | "tool" | "handler" | "waiting";

export interface Segment {
  readonly kind: SegmentKind;
  readonly start: number;
  /** Null while it lasts. */
  readonly end: number | null;
}

/** `recorded`: every event was seen as it arrived. `reconstructed`: read back from wire objects, whose times are whole seconds. */
export type Fidelity = "recorded" | "reconstructed";

/** A tool output as it was submitted for a call. Records of older versions have no details and no duration. */
export type SubmittedAnswer = Pick<ToolAnswer, "output" | "origin"> & Partial<ToolAnswer> & { readonly callId: string };

/** A line of the record: what happened, and when it was seen. */
export type TraceEntry =
  | { readonly at: number; readonly kind: "event"; readonly event: RunEvent }
  /** A source on this side began to make an output for a call that waits. */
  | { readonly at: number; readonly kind: "answering"; readonly callId: string; readonly source: AnswerSource }
  /** An output for a call that waits is there; it is not submitted yet. */
  | { readonly at: number; readonly kind: "answered"; readonly callId: string; readonly answer: ToolAnswer }
  /** A source that was asked gave none: the call waits for a person. */
  | { readonly at: number; readonly kind: "unanswered"; readonly callId: string; readonly failure: AnswerFailure }
  /** This side submitted tool outputs. */
  | { readonly at: number; readonly kind: "submitted"; readonly answers: readonly SubmittedAnswer[] }
  /** Objects as they were read later, when no stream was there to tell: after a lost connection or a restart. */
  | { readonly at: number; readonly kind: "polled"; readonly run: Run; readonly steps: readonly RunStep[] };

/** Entries that this side adds while calls wait for their outputs. */
export type AnswerEntry = Extract<TraceEntry, { readonly kind: "answering" | "answered" | "unanswered" }>;

export interface CallTrace {
  readonly id: string;
  readonly type: "function" | "code_interpreter" | "file_search";
  /** The function's name; empty for the provider's own tools. */
  readonly name: string;
  /** A function's arguments (JSON made by a model) or the code of a code interpreter call. */
  readonly input: GrowingText;
  readonly output: string | null;
  /** File ids of the pictures that the code made. */
  readonly images: readonly string[];
  readonly results: readonly FileSearchResult[] | null;
  /** What a file search looked for, where the server says it. */
  readonly queries: readonly string[];
  /** Who made the output that was submitted; null before that, and where nobody recorded it. */
  readonly origin: AnswerOrigin | null;
  /** What sources on this side came to, while the call waits and after. */
  readonly answer: CallAnswer | null;
  readonly start: number;
  readonly end: number | null;
  readonly segments: readonly Segment[];
}

export interface StepTrace {
  readonly id: string;
  readonly type: "message_creation" | "tool_calls";
  readonly status: RunStepStatus;
  readonly start: number;
  readonly end: number | null;
  readonly segments: readonly Segment[];
  readonly calls: readonly CallTrace[];
  /** The object as last seen; its `step_details` lag behind the deltas while the step is open. */
  readonly object: RunStep;
}

export type PartTrace =
  | { readonly kind: "text"; readonly text: GrowingText; readonly annotations: readonly Annotation[] }
  | { readonly kind: "refusal"; readonly text: GrowingText }
  | { readonly kind: "image"; readonly source: string };

export interface MessageTrace {
  readonly id: string;
  readonly status: MessageStatus;
  readonly start: number;
  readonly end: number | null;
  readonly parts: readonly PartTrace[];
  readonly object: Message;
}

export interface RunTrace {
  readonly fidelity: Fidelity;
  /** The run as last seen. */
  readonly run: Run;
  readonly start: number;
  readonly end: number | null;
  readonly segments: readonly Segment[];
  readonly steps: readonly StepTrace[];
  readonly messages: readonly MessageTrace[];
  /** How many entries made this trace. */
  readonly eventCount: number;
}

import { reduceTrace } from "../../../src/core/reduceTrace.ts";
import type { RunTrace, TraceEntry } from "../../../src/core/runTrace.ts";
import type { Message, Run, RunStep } from "../../../src/core/wire.ts";
import type { RunEvent } from "../../../src/core/wireEvents.ts";

/** Objects as the wire has them, for tests of what reads them. */
export function run(changes: Partial<Run> = {}): Run {
  return {
    id: "run_1",
    object: "thread.run",
    created_at: 100,
    thread_id: "thread_1",
    assistant_id: "asst_1",
    status: "queued",
    required_action: null,
    last_error: null,
    expires_at: 700,
    started_at: null,
    cancelled_at: null,
    failed_at: null,
    completed_at: null,
    incomplete_details: null,
    model: "offline",
    instructions: "",
    tools: [],
    metadata: {},
    usage: null,
    max_prompt_tokens: null,
    max_completion_tokens: null,
    ...changes,
  };
}

export function step(changes: Partial<RunStep> = {}): RunStep {
  return {
    id: "step_1",
    object: "thread.run.step",
    created_at: 101,
    run_id: "run_1",
    assistant_id: "asst_1",
    thread_id: "thread_1",
    type: "tool_calls",
    status: "in_progress",
    cancelled_at: null,
    completed_at: null,
    failed_at: null,
    last_error: null,
    step_details: { type: "tool_calls", tool_calls: [] },
    usage: null,
    ...changes,
  };
}

export function message(changes: Partial<Message> = {}): Message {
  return {
    id: "msg_1",
    object: "thread.message",
    created_at: 102,
    thread_id: "thread_1",
    status: "in_progress",
    incomplete_details: null,
    role: "assistant",
    content: [],
    assistant_id: "asst_1",
    run_id: "run_1",
    metadata: {},
    ...changes,
  };
}

export function text(value: string): Message["content"] {
  return [{ type: "text", text: { value, annotations: [] } }];
}

export function textDelta(id: string, value: string): RunEvent {
  return {
    event: "thread.message.delta",
    data: { id, object: "thread.message.delta", delta: { content: [{ index: 0, type: "text", text: { value } }] } },
  };
}

export function callDelta(
  id: string,
  index: number,
  fields: { id?: string; name?: string; arguments?: string },
): RunEvent {
  const { id: callId, ...fn } = fields;
  return {
    event: "thread.run.step.delta",
    data: {
      id,
      object: "thread.run.step.delta",
      delta: {
        step_details: {
          type: "tool_calls",
          tool_calls: [{ index, type: "function", ...(callId === undefined ? {} : { id: callId }), function: fn }],
        },
      },
    },
  };
}

export function required(
  ...calls: readonly (readonly [id: string, name: string, args: string])[]
): Run["required_action"] {
  return {
    type: "submit_tool_outputs",
    submit_tool_outputs: {
      tool_calls: calls.map(([id, name, args]) => ({ id, type: "function", function: { name, arguments: args } })),
    },
  };
}

export function at(time: number, event: RunEvent): TraceEntry {
  return { at: time, kind: "event", event };
}

export function traceOf(entries: readonly TraceEntry[]): RunTrace {
  let trace: RunTrace | null = null;
  for (const entry of entries) trace = reduceTrace(trace, entry);
  if (trace === null) throw new Error("The entries make no trace.");
  return trace;
}

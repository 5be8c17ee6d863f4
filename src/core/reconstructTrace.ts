import { queriesOf } from "./retrieval/citedResult.ts";
import { textOf } from "./growingText.ts";
import type { CallTrace, RunTrace, Segment, SegmentKind, StepTrace } from "./runTrace.ts";
import { imagesOf, printed } from "./stepTrace.ts";
import { isTerminal } from "./wire.ts";
import type { Run, RunStep, ToolCall } from "./wire.ts";

/**
 * The trace of a run that nobody recorded, from its objects. Times are whole seconds, and what the wire does not tell (the
 * wait for the first token) is not guessed at.
 * @param steps oldest first
 * @param now milliseconds; the end of what the objects leave open
 */
export function traceFromObjects(run: Run, steps: readonly RunStep[], now: number): RunTrace {
  const start = run.created_at * 1000;
  const stepTraces = steps.map((step) => stepFromObject(step, run));
  const end = isTerminal(run.status) ? runEnd(run, stepTraces, now) : null;
  return {
    fidelity: "reconstructed",
    run,
    start,
    end,
    segments: runSegments(start, end, run, stepTraces),
    steps: stepTraces,
    messages: [],
    eventCount: 0,
  };
}

function runEnd(run: Run, steps: readonly StepTrace[], now: number): number {
  const seconds =
    run.completed_at ?? run.failed_at ?? run.cancelled_at ?? (run.status === "expired" ? run.expires_at : null);
  const start = run.created_at * 1000;
  return Math.max(start, seconds === null ? (steps.at(-1)?.end ?? now) : seconds * 1000);
}

function runSegments(start: number, end: number | null, run: Run, steps: readonly StepTrace[]): readonly Segment[] {
  const segments: Segment[] = [];
  let at = start;
  for (const step of steps) {
    if (step.start > at)
      segments.push({ kind: segments.length === 0 ? "queued" : "first_token", start: at, end: step.start });
    segments.push(...step.segments);
    at = step.end ?? step.start;
  }
  if (steps.length === 0) segments.push({ kind: run.status === "queued" ? "queued" : "first_token", start, end });
  return segments;
}

function stepFromObject(step: RunStep, run: Run): StepTrace {
  const start = step.created_at * 1000;
  const seconds = step.completed_at ?? step.failed_at ?? step.cancelled_at;
  const closed = step.status !== "in_progress";
  const end = seconds !== null ? Math.max(start, seconds * 1000) : closed ? start : null;
  const calls = step.step_details.type === "tool_calls" ? step.step_details.tool_calls : [];
  const kind: SegmentKind =
    step.type === "message_creation"
      ? "generating"
      : calls.some((call) => call.type === "function")
        ? "waiting"
        : "tool";
  const open = run.status === "requires_action" || kind !== "waiting";
  const segments: Segment[] = [{ kind: open || closed ? kind : "generating", start, end }];
  return {
    id: step.id,
    type: step.type,
    status: step.status,
    start,
    end,
    segments,
    calls: calls.map((call) => callFromObject(call, start, end, segments)),
    object: step,
  };
}

function callFromObject(call: ToolCall, start: number, end: number | null, segments: readonly Segment[]): CallTrace {
  const base = {
    id: call.id,
    type: call.type,
    name: "",
    output: null,
    images: [],
    results: null,
    queries: [],
    origin: null,
    answer: null,
    start,
    end,
    segments,
  };
  switch (call.type) {
    case "function":
      return {
        ...base,
        name: call.function.name,
        input: textOf(call.function.arguments),
        output: call.function.output,
      };
    case "code_interpreter": {
      const { input, outputs } = call.code_interpreter;
      return { ...base, input: textOf(input), output: printed(outputs), images: imagesOf(outputs) };
    }
    case "file_search":
      return {
        ...base,
        input: textOf(""),
        results: call.file_search.results ?? [],
        queries: queriesOf(call.file_search),
      };
    default:
      return { ...base, input: textOf("") };
  }
}

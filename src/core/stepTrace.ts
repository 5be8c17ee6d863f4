import { queriesOf } from "./retrieval/citedResult.ts";
import { appendText, emptyText, textOf } from "./growingText.ts";
import type { CallAnswer } from "./answers/toolAnswer.ts";
import type { CallTrace, StepTrace, SubmittedAnswer } from "./runTrace.ts";
import { closeSegments, enterSegment, reinterpretSince, runningKind } from "./segments.ts";
import type { RunStep, ToolCall } from "./wire.ts";
import type { ToolCallDelta } from "./wireEvents.ts";

/** The wire allows 128 tools; a model that makes more calls in one step than this is not believed. */
const maxCalls = 1024;

/**
 * The trace of a step from its first object.
 * @param since when the model was asked for it: the wait for its first token belongs to the step
 */
export function startStep(object: RunStep, since: number, at: number): StepTrace {
  return {
    id: object.id,
    type: object.type,
    status: object.status,
    start: since,
    end: null,
    segments: since < at ? [{ kind: "first_token", start: since, end: null }] : [],
    calls: [],
    object,
  };
}

/** A step that goes on, with the calls that its object has and nobody has streamed. */
export function addOpenCalls(step: StepTrace, object: RunStep, at: number): StepTrace {
  const told = object.step_details.type === "tool_calls" ? object.step_details.tool_calls : [];
  const known = new Set(step.calls.map((call) => call.id));
  const fresh = told.filter((call) => !known.has(call.id));
  if (fresh.length === 0) return step;
  const open = fresh.map((call) => ({ ...finalCall(call, [], 0, step, at), start: at, end: null, segments: [] }));
  return { ...step, calls: [...step.calls, ...open] };
}

/** The step is over: its final object says what its calls were. */
export function endStep(step: StepTrace, object: RunStep, at: number): StepTrace {
  const final = object.step_details.type === "tool_calls" ? object.step_details.tool_calls : [];
  const calls =
    final.length === 0 ? step.calls : final.map((call, index) => finalCall(call, step.calls, index, step, at));
  return {
    ...step,
    status: object.status,
    end: step.end ?? at,
    segments: closeSegments(step.segments, at),
    calls: calls.map((call) =>
      call.end === null ? { ...call, end: at, segments: closeSegments(call.segments, at) } : call,
    ),
    object,
  };
}

function finalCall(call: ToolCall, known: readonly CallTrace[], index: number, step: StepTrace, at: number): CallTrace {
  const before =
    known.find((candidate) => candidate.id === call.id) ?? known[index] ?? newCall(call.id, call.type, step.start);
  const base = { ...before, id: call.id, end: before.end ?? at, segments: closeSegments(before.segments, at) };
  switch (call.type) {
    case "function":
      return {
        ...base,
        name: call.function.name,
        input: settled(base.input, call.function.arguments),
        output: call.function.output,
      };
    case "code_interpreter":
      return {
        ...base,
        input: settled(base.input, call.code_interpreter.input),
        output: printed(call.code_interpreter.outputs),
        images: imagesOf(call.code_interpreter.outputs),
      };
    case "file_search":
      return { ...base, results: call.file_search.results ?? [], queries: queriesOf(call.file_search) };
    default:
      return base;
  }
}

/** Keeps the chain that was streamed where its length agrees, so that readers need not start over. */
function settled(streamed: CallTrace["input"], final: string): CallTrace["input"] {
  return streamed.length === final.length ? streamed : textOf(final);
}

function newCall(id: string, type: CallTrace["type"], at: number): CallTrace {
  return {
    id,
    type,
    name: "",
    input: emptyText,
    output: null,
    images: [],
    results: null,
    queries: [],
    origin: null,
    answer: null,
    start: at,
    end: null,
    segments: [],
  };
}

/** Applies the entries of one `thread.run.step.delta`. */
export function applyStepDelta(step: StepTrace, deltas: readonly ToolCallDelta[], at: number): StepTrace {
  let next = step;
  for (const delta of deltas) next = applyCall(next, delta, at);
  return next;
}

function applyCall(step: StepTrace, delta: ToolCallDelta, at: number): StepTrace {
  const { index } = delta;
  if (!Number.isInteger(index) || index < 0 || index > maxCalls || index > step.calls.length) return step;
  const known = step.calls[index];
  const call = grownCall(known ?? newCall(delta.id ?? `${step.id}#${index}`, delta.type, at), delta, at);
  const calls =
    known === undefined ? [...step.calls.map((earlier) => settle(earlier, at)), call] : step.calls.with(index, call);
  const kind = runningKind(call.segments);
  return { ...step, calls, segments: kind === null ? step.segments : enterSegment(step.segments, kind, at) };
}

/** A further call has begun: the model is done with writing the earlier one. */
function settle(call: CallTrace, at: number): CallTrace {
  return runningKind(call.segments) === "generating" ? { ...call, segments: closeSegments(call.segments, at) } : call;
}

function grownCall(call: CallTrace, delta: ToolCallDelta, at: number): CallTrace {
  switch (delta.type) {
    case "function":
      return {
        ...call,
        name: call.name + (delta.function?.name ?? ""),
        input: appendText(call.input, delta.function?.arguments ?? ""),
        output: delta.function?.output ?? call.output,
        segments: enterSegment(call.segments, "generating", at),
      };
    case "code_interpreter": {
      const outputs = delta.code_interpreter?.outputs ?? [];
      const logs = outputs.map((output) => (output.type === "logs" ? (output.logs ?? "") : "")).join("");
      const images = outputs.flatMap((output) =>
        output.type === "image" && output.image?.file_id !== undefined ? [output.image.file_id] : [],
      );
      const code = delta.code_interpreter?.input ?? "";
      const input = appendText(call.input, code);
      if (outputs.length === 0)
        return { ...call, input, segments: enterSegment(call.segments, code === "" ? "tool" : "generating", at) };
      // Nothing on the wire says when the code is whole and begins to run; the first output proves that it did.
      return {
        ...call,
        input,
        output: (call.output ?? "") + logs,
        images: images.length === 0 ? call.images : [...call.images, ...images],
        segments: reinterpretSince(call.segments, "tool", at),
      };
    }
    case "file_search":
      return { ...call, segments: enterSegment(call.segments, "tool", at) };
    default:
      return call;
  }
}

/** The run waits for this side: the calls named in `pending` wait with it. */
export function markWaiting(step: StepTrace, pending: ReadonlySet<string>, at: number): StepTrace {
  if (!step.calls.some((call) => pending.has(call.id))) return step;
  return {
    ...step,
    segments: enterSegment(step.segments, "waiting", at),
    calls: step.calls.map((call) =>
      pending.has(call.id) ? { ...call, segments: enterSegment(call.segments, "waiting", at) } : settle(call, at),
    ),
  };
}

/** What a source on this side came to for a call that waits. A call that does not (any more) stays as it is. */
export function markAnswer(step: StepTrace, callId: string, answer: CallAnswer, at: number): StepTrace {
  const index = step.calls.findIndex((call) => call.id === callId);
  const call = step.calls[index];
  const running = call === undefined ? null : runningKind(call.segments);
  if (call === undefined || (running !== "waiting" && running !== "handler")) return step;
  const kind = answer.state === "running" ? "handler" : "waiting";
  const calls = step.calls.with(index, { ...call, answer, segments: enterSegment(call.segments, kind, at) });
  // The step waits for a person as long as one of its calls does; one that has its answer does not.
  const works = calls.some(({ segments }) => runningKind(segments) === "handler");
  const waits = calls.some((one) => runningKind(one.segments) === "waiting" && one.answer?.state !== "ready");
  return { ...step, calls, segments: enterSegment(step.segments, works && !waits ? "handler" : "waiting", at) };
}

function submittedAnswer({ output, origin, details = "", durationMs = null }: SubmittedAnswer): CallAnswer {
  return { state: "ready", answer: { output, origin, details, durationMs } };
}

/** The calls were answered from this side. */
export function markAnswered(step: StepTrace, answers: ReadonlyMap<string, SubmittedAnswer>, at: number): StepTrace {
  if (!step.calls.some((call) => answers.has(call.id))) return step;
  return {
    ...step,
    segments: closeSegments(step.segments, at),
    calls: step.calls.map((call) => {
      const answer = answers.get(call.id);
      return answer === undefined
        ? call
        : {
            ...call,
            output: answer.output,
            origin: answer.origin,
            answer: submittedAnswer(answer),
            end: at,
            segments: closeSegments(call.segments, at),
          };
    }),
  };
}

type CodeOutputs = Extract<ToolCall, { type: "code_interpreter" }>["code_interpreter"]["outputs"];

/** What a code interpreter call printed; null when there is no output of any kind. */
export function printed(outputs: CodeOutputs): string | null {
  return outputs.length === 0 ? null : outputs.map((output) => (output.type === "logs" ? output.logs : "")).join("");
}

/** The pictures that a code interpreter call made, as file ids. */
export function imagesOf(outputs: CodeOutputs): readonly string[] {
  return outputs.flatMap((output) => (output.type === "image" ? [output.image.file_id] : []));
}

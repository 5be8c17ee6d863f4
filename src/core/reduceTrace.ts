/** From a run trace and the next entry of its record to the next run trace. Pure; shares what did not change. */
import { reduceMessage, startMessage } from "./messageTrace.ts";
import { traceFromObjects } from "./reconstructTrace.ts";
import type { CallAnswer } from "./answers/toolAnswer.ts";
import type { RunTrace, StepTrace, SubmittedAnswer, TraceEntry } from "./runTrace.ts";
import { closeSegments, enterSegment, runningKind } from "./segments.ts";
import {
  addOpenCalls,
  applyStepDelta,
  endStep,
  markAnswer,
  markAnswered,
  markWaiting,
  startStep,
} from "./stepTrace.ts";
import { isTerminal } from "./wire.ts";
import type { Message, Run, RunStep } from "./wire.ts";
import type { MessageDelta, RunEvent, RunStepDelta } from "./wireEvents.ts";

/**
 * @param trace the trace so far; null before the first event of a run
 * @returns the next trace. Events that belong to nothing known (a delta of a step never created) change nothing but the
 *   count: the remote side is not trusted to keep its order.
 */
export function reduceTrace(trace: RunTrace | null, entry: TraceEntry): RunTrace | null {
  switch (entry.kind) {
    case "event":
      return reduceEvent(trace, entry.event, entry.at);
    case "answering":
      return reduceAnswer(trace, entry.callId, { state: "running", source: entry.source, since: entry.at }, entry.at);
    case "answered":
      return reduceAnswer(trace, entry.callId, { state: "ready", answer: entry.answer }, entry.at);
    case "unanswered":
      return reduceAnswer(trace, entry.callId, { state: "failed", failure: entry.failure }, entry.at);
    case "submitted":
      return trace === null ? null : reduceSubmitted(trace, entry.answers, entry.at);
    case "polled":
      return reducePolled(trace, entry.run, entry.steps, entry.at);
  }
}

function reduceEvent(trace: RunTrace | null, event: RunEvent, at: number): RunTrace | null {
  if (event.event === "thread.created") return trace;
  if (isRunEvent(event)) return counted(reduceRun(trace, event.data, at));
  if (trace === null) return null;
  switch (event.event) {
    case "thread.run.step.delta":
      return counted(reduceStepDelta(trace, event.data, at));
    case "thread.message.delta":
      return counted(reduceMessageDelta(trace, event.data, at));
    case "thread.message.created":
    case "thread.message.in_progress":
    case "thread.message.completed":
    case "thread.message.incomplete":
      return counted(reduceMessageObject(trace, event.data, at));
    default:
      return counted(reduceStep(trace, event.data, at));
  }
}

/** The run that an event carries; null for events of steps and messages. */
export function runOf(event: RunEvent): Run | null {
  return event.event !== "thread.created" && isRunEvent(event) ? event.data : null;
}

type RunObjectEvent = Extract<RunEvent, { readonly data: Run }>;

function isRunEvent(event: RunEvent): event is RunObjectEvent {
  return event.event.startsWith("thread.run.") && !event.event.startsWith("thread.run.step.");
}

function counted(trace: RunTrace): RunTrace {
  return { ...trace, eventCount: trace.eventCount + 1 };
}

function reduceRun(trace: RunTrace | null, run: Run, at: number): RunTrace {
  const base: RunTrace =
    trace ??
    ({
      fidelity: "recorded",
      run,
      start: at,
      end: null,
      segments: [],
      steps: [],
      messages: [],
      eventCount: 0,
    } as const);
  if (isTerminal(run.status)) return closeTrace({ ...base, run }, at);
  switch (run.status) {
    case "queued":
      return { ...base, run, segments: enterSegment(base.segments, "queued", at) };
    case "in_progress":
      // A server may repeat the event; time that already went to tokens stays with them.
      return runningKind(base.segments) === "generating"
        ? { ...base, run }
        : { ...base, run, segments: enterSegment(base.segments, "first_token", at) };
    case "requires_action": {
      const pending = new Set(run.required_action?.submit_tool_outputs.tool_calls.map((call) => call.id));
      return {
        ...base,
        run,
        segments: enterSegment(base.segments, "waiting", at),
        steps: base.steps.map((step) => markWaiting(step, pending, at)),
      };
    }
    default:
      return { ...base, run };
  }
}

/** Ends everything that is still open: the run is over, whatever its parts said last. */
function closeTrace(trace: RunTrace, at: number): RunTrace {
  return {
    ...trace,
    end: trace.end ?? at,
    segments: closeSegments(trace.segments, at),
    steps: trace.steps.map((step) =>
      step.end === null ? { ...endStep(step, step.object, at), status: step.status } : step,
    ),
    messages: trace.messages.map((message) => (message.end === null ? { ...message, end: at } : message)),
  };
}

function reduceStep(trace: RunTrace, object: RunStep, at: number): RunTrace {
  const known = trace.steps.find((step) => step.id === object.id);
  if (known === undefined) {
    const leading = trace.segments.at(-1);
    const since = leading?.kind === "first_token" && leading.end === null ? leading.start : at;
    const step = startStep(object, since, at);
    const done = object.status === "in_progress" ? step : endStep(step, object, at);
    return { ...trace, steps: [...trace.steps, done] };
  }
  if (object.status === "in_progress") return withStep(trace, { ...known, object });
  const ended = withStep(trace, endStep(known, object, at));
  // After a tool of the provider the model is asked again.
  return runningKind(trace.segments) === "tool"
    ? { ...ended, segments: enterSegment(ended.segments, "first_token", at) }
    : ended;
}

function reduceStepDelta(trace: RunTrace, delta: RunStepDelta, at: number): RunTrace {
  const step = trace.steps.find((candidate) => candidate.id === delta.id);
  const details = delta.delta.step_details;
  if (step === undefined || details?.type !== "tool_calls") return trace;
  const next = applyStepDelta(step, details.tool_calls ?? [], at);
  return { ...withStep(trace, next), segments: followCall(trace, next, at) };
}

/** The run's own time follows what its newest call does: the model writes, or the provider's tool runs. */
function followCall(trace: RunTrace, step: StepTrace, at: number): RunTrace["segments"] {
  const kind = runningKind(step.segments);
  return kind === "generating" || kind === "tool" ? enterSegment(trace.segments, kind, at) : trace.segments;
}

function reduceMessageObject(trace: RunTrace, object: Message, at: number): RunTrace {
  const known = trace.messages.find((message) => message.id === object.id);
  const next = known === undefined ? startMessage(object, at) : reduceMessage(known, { kind: "object", object }, at);
  return withMessage(trace, next);
}

function reduceMessageDelta(trace: RunTrace, delta: MessageDelta, at: number): RunTrace {
  const known = trace.messages.find((message) => message.id === delta.id);
  if (known === undefined) return trace;
  const next = withMessage(trace, reduceMessage(known, { kind: "delta", delta }, at));
  const segments = enterSegment(trace.segments, "generating", at);
  if (segments === trace.segments) return next;
  const open = trace.steps.find((step) => step.end === null && step.type === "message_creation");
  const stepped =
    open === undefined ? next : withStep(next, { ...open, segments: enterSegment(open.segments, "generating", at) });
  return { ...stepped, segments };
}

function reduceAnswer(trace: RunTrace | null, callId: string, answer: CallAnswer, at: number): RunTrace | null {
  if (trace === null) return null;
  const steps = trace.steps.map((step) => markAnswer(step, callId, answer, at));
  const changed = steps.find((step, index) => step !== trace.steps[index]);
  const kind = changed === undefined ? null : runningKind(changed.segments);
  return {
    ...trace,
    steps: changed === undefined ? trace.steps : steps,
    segments: kind === null ? trace.segments : enterSegment(trace.segments, kind, at),
    eventCount: trace.eventCount + 1,
  };
}

function reduceSubmitted(trace: RunTrace, answers: readonly SubmittedAnswer[], at: number): RunTrace {
  const byCall = new Map(answers.map((answer) => [answer.callId, answer]));
  return {
    ...trace,
    segments: enterSegment(trace.segments, "queued", at),
    steps: trace.steps.map((step) => markAnswered(step, byCall, at)),
    eventCount: trace.eventCount + 1,
  };
}

function reducePolled(trace: RunTrace | null, run: Run, steps: readonly RunStep[], at: number): RunTrace {
  if (trace === null) return traceFromObjects(run, steps, at);
  let next: RunTrace = { ...trace, eventCount: trace.eventCount + 1 };
  for (const step of steps) {
    const ended = step.completed_at ?? step.failed_at ?? step.cancelled_at;
    next = reduceStep(next, step, Math.max(momentOf(ended ?? terminalSeconds(run), at), lastTime(next)));
    next = withOpenCalls(next, step, at);
  }
  return reduceRun(next, run, Math.max(momentOf(terminalSeconds(run), at), lastTime(next)));
}

/**
 * When something happened that was read later: at the provider's time, which has whole seconds, unless that is about now.
 * @param seconds unix seconds; null when the objects do not tell
 */
function momentOf(seconds: number | null, at: number): number {
  return seconds === null || Math.abs(at - seconds * 1000) < watchedMs ? at : seconds * 1000;
}

/** Whole seconds are up to one off; a look every now and then adds less than another. */
const watchedMs = 2000;

function terminalSeconds(run: Run): number | null {
  return run.completed_at ?? run.failed_at ?? run.cancelled_at ?? (run.status === "expired" ? run.expires_at : null);
}

/** The latest moment that the trace knows of. */
function lastTime(trace: RunTrace): number {
  const last = trace.segments.at(-1);
  return last === undefined ? trace.start : (last.end ?? last.start);
}

/** No delta will tell of the calls of a step that was found open: its object does. */
function withOpenCalls(trace: RunTrace, object: RunStep, at: number): RunTrace {
  const step = trace.steps.find((candidate) => candidate.id === object.id);
  return step === undefined || step.end !== null ? trace : withStep(trace, addOpenCalls(step, object, at));
}

function withStep(trace: RunTrace, step: StepTrace): RunTrace {
  return { ...trace, steps: trace.steps.map((known) => (known.id === step.id ? step : known)) };
}

function withMessage(trace: RunTrace, message: RunTrace["messages"][number]): RunTrace {
  const known = trace.messages.some((candidate) => candidate.id === message.id);
  return {
    ...trace,
    messages: known
      ? trace.messages.map((candidate) => (candidate.id === message.id ? message : candidate))
      : [...trace.messages, message],
  };
}

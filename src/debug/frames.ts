import { writeJson } from "../core/exactJson.ts";
import type { RunTrace, StepTrace } from "../core/runTrace.ts";
import { isTerminal } from "../core/wire.ts";
import type { DebuggedRun } from "./debuggedRun.ts";
import { argumentsValue } from "../core/answers/callArguments.ts";
import { wholeText } from "../core/growingText.ts";
import { findCall, outputOf } from "./callSurroundings.ts";
import type { FoundCall } from "./callSurroundings.ts";
import type { PastState } from "./runHistory.ts";
import { isJsonMap } from "../core/definition/json.ts";

/** What a frame of the call stack stands for. */
export type FrameKind = "call" | "step" | "run" | "thread";

/** A place to look at a run from, at a state of it. */
export interface Frame {
  readonly kind: FrameKind;
  readonly name: string;
  /** Null before the first run has begun. */
  readonly run: DebuggedRun | null;
  readonly trace: RunTrace | null;
  readonly found: FoundCall | null;
  readonly step: StepTrace | null;
  /** The earlier state that it shows; null for now. */
  readonly past: PastState | null;
  /** Line of the definition, from 1; null for none. */
  readonly line: number | null;
}

export interface FrameContext {
  readonly threadTitle: string;
  readonly toolLine: (name: string) => number | null;
  readonly now: number;
}

/** The call stack of a run at the state that is looked at: tool call ← step ← run ← thread. */
export function framesOf(run: DebuggedRun, context: FrameContext): readonly Frame[] {
  const past = run.view === null ? null : (run.history.get(run.view) ?? null);
  const trace = past?.trace ?? run.trace;
  const callId = past === null ? (run.stop?.callId ?? null) : past.callId;
  const found = callId === null ? null : findCall(trace, callId);
  const step = found?.step ?? trace.steps.findLast(({ end }) => end === null) ?? null;
  const base = { run, trace, past, found, step };
  // First, because call stacks are narrow.
  const mark = past === null ? "" : `read-only · `;
  const frames: Frame[] = [];
  const toolLine = found === null ? null : context.toolLine(found.call.name);
  if (found !== null) frames.push({ ...base, kind: "call", name: `${mark}${callWords(found)}`, line: toolLine });
  if (step !== null)
    frames.push({ ...base, kind: "step", name: `${mark}${stepWords(step, trace)}`, line: toolLine ?? 1 });
  const place = past === null ? "" : ` · earlier state ${(run.view ?? 0) + 1} of ${run.history.length}: ${past.label}`;
  frames.push({ ...base, kind: "run", name: `${mark}${runWords(trace, context.now, past === null)}${place}`, line: 1 });
  frames.push({ ...base, kind: "thread", name: threadWords(trace.run.thread_id, context.threadTitle), line: 1 });
  return frames;
}

/** The frame with what is known now: answers may have come since it was listed. */
export function refreshed(frame: Frame): Frame {
  const { run, past, found } = frame;
  if (run === null || past !== null) return frame;
  const { trace } = run;
  const step = trace.steps.find(({ id }) => id === frame.step?.id) ?? frame.step;
  return { ...frame, trace, step, found: found === null ? null : findCall(trace, found.call.id) };
}

/** The call stack before a run has begun. */
export function framesAtEntry(threadId: string | null, title: string): readonly Frame[] {
  const name = threadId === null ? "new thread" : threadWords(threadId, title);
  return [
    {
      kind: "thread",
      name: `${name} · the run has not begun`,
      run: null,
      trace: null,
      found: null,
      step: null,
      past: null,
      line: 1,
    },
  ];
}

/** A run's debug thread in the list of them. */
export function runThreadName(run: DebuggedRun, now: number): string {
  return `Run ${run.id} · ${runWords(run.trace, now, true).replace("run · ", "")}`;
}

export function callWords({ call }: FoundCall): string {
  const value = argumentsValue(wholeText(call.input));
  const shown = isJsonMap(value)
    ? Object.entries(value)
        .map(([key, item]) => `${key}: ${short(writeJson(item) ?? "null", 30)}`)
        .join(", ")
    : short(wholeText(call.input), 60);
  return `${call.name}(${short(shown, 80)})${outputOf(call) === null ? "" : " · answered"}`;
}

function stepWords(step: StepTrace, trace: RunTrace): string {
  const index = trace.steps.indexOf(step) + 1;
  if (step.type === "message_creation") return `step ${index} · message`;
  const calls = step.calls.length === 1 ? "1 tool call" : `${step.calls.length} tool calls`;
  const answered = step.calls.filter((call) => outputOf(call) !== null).length;
  return `step ${index} · ${calls}${step.calls.length > 1 ? `, ${answered} answered` : ""}`;
}

/** What changes comes first: call stacks are narrow. */
function runWords(trace: RunTrace, now: number, current: boolean): string {
  const { run } = trace;
  const status = `run · ${run.status.replace("_", " ")}`;
  const left =
    !current || isTerminal(run.status) || run.expires_at === null ? "" : ` · ${timeLeft(run.expires_at * 1000 - now)}`;
  return `${status}${left} · ${run.id}`;
}

/** Such as "expires in 9:05". */
export function timeLeft(ms: number): string {
  if (ms <= 0) return "expiring";
  const seconds = Math.floor(ms / 1000);
  return `expires in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function threadWords(id: string, title: string): string {
  return title === "" ? `thread · ${id}` : `thread · ${short(title, 60)} · ${id}`;
}

function short(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

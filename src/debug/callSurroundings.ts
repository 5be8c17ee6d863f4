import { argumentsValue } from "../core/answers/callArguments.ts";
import { parametersOf, valueOfJson } from "../core/debug/callNames.ts";
import type { Surroundings } from "../core/debug/callNames.ts";
import { wholeText } from "../core/growingText.ts";
import type { CallTrace, RunTrace, StepTrace } from "../core/runTrace.ts";

/** A call of a run with the step that it is in. */
export interface FoundCall {
  readonly call: CallTrace;
  readonly step: StepTrace;
  /** From 0, among the calls of its step. */
  readonly index: number;
}

/** Finds a call, from the newest step on: that is where calls wait. */
export function findCall(trace: RunTrace, callId: string): FoundCall | null {
  const step = trace.steps.findLast(({ calls }) => calls.some(({ id }) => id === callId));
  const index = step?.calls.findIndex(({ id }) => id === callId) ?? -1;
  const call = step?.calls[index];
  return step === undefined || call === undefined ? null : { call, step, index };
}

/** The output of a call: what was submitted, or what is to be; null while there is none. */
export function outputOf(call: CallTrace): string | null {
  return call.output ?? (call.answer?.state === "ready" ? call.answer.answer.output : null);
}

/** The JSON Schema of a function's parameters, from the run's own tools. */
export function parametersSchema(trace: RunTrace, name: string): unknown {
  const tool = trace.run.tools.find((one) => one.type === "function" && one.function.name === name);
  return tool?.type === "function" ? tool.function.parameters : undefined;
}

/**
 * What an expression can speak of at a place of a run.
 * @param more names that only the session knows, such as `assistant`
 */
export function surroundingsOf(
  trace: RunTrace,
  found: FoundCall | null,
  more: ReadonlyMap<string, () => unknown> = new Map(),
): Surroundings {
  const { run } = trace;
  const known = new Map<string, () => unknown>([
    ["run", () => run],
    ["usage", () => run.usage],
    ["thread", () => ({ id: run.thread_id })],
    ...more,
  ]);
  if (found === null) return { known, args: null, parameters: new Set() };
  const { call, step, index } = found;
  const text = wholeText(call.input);
  const args = argumentsValue(text);
  known.set("args", () => args);
  known.set("output", () => {
    const output = outputOf(call);
    return output === null ? null : valueOfJson(output);
  });
  known.set("call", () => ({
    id: call.id,
    name: call.name,
    arguments: text,
    index,
    count: step.calls.length,
    origin: call.answer?.state === "ready" ? call.answer.answer.origin : call.origin,
  }));
  known.set("step", () => step.object);
  return { known, args, parameters: parametersOf(parametersSchema(trace, call.name)) };
}

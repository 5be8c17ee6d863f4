import type { PendingCall } from "../../core/answers/ports.ts";
import type { AnswerEntry, CallTrace, RunTrace, SubmittedAnswer } from "../../core/runTrace.ts";

/** The calls that a run waits for, in the model's order. */
export function pendingCalls(trace: RunTrace | undefined): readonly PendingCall[] {
  if (trace?.run.status !== "requires_action") return [];
  const answered = new Set(callsOf(trace).flatMap((call) => (call.output === null ? [] : [call.id])));
  return (trace.run.required_action?.submit_tool_outputs.tool_calls ?? [])
    .filter(({ id }) => !answered.has(id))
    .map((call) => ({ id: call.id, name: call.function.name, arguments: call.function.arguments }));
}

/** Outputs with who made them. */
export function answersSubmitted(
  trace: RunTrace | undefined,
  outputs: readonly { readonly callId: string; readonly output: string }[],
): readonly SubmittedAnswer[] {
  const calls = trace === undefined ? [] : callsOf(trace);
  return outputs.map(({ callId, output }) => {
    const known = calls.find(({ id }) => id === callId)?.answer;
    return known?.state === "ready" && known.answer.output === output
      ? { callId, ...known.answer }
      : { callId, output, origin: "hand" };
  });
}

/** What to add to the record of a run whose answers were being made by a process that is gone. */
export function interrupted(trace: RunTrace | undefined, at: number): readonly AnswerEntry[] {
  if (trace === undefined) return [];
  return callsOf(trace).flatMap(({ id, answer }): readonly AnswerEntry[] => {
    if (answer?.state !== "running") return [];
    const { source, since } = answer;
    const message = "VS Code was closed before the answer came.";
    return [
      {
        at,
        kind: "unanswered",
        callId: id,
        failure: { source, code: "cancelled", message, durationMs: Math.max(0, at - since) },
      },
    ];
  });
}

function callsOf(trace: RunTrace): readonly CallTrace[] {
  return trace.steps.flatMap((step) => step.calls);
}

import type { Run, RunStep } from "../objects.ts";
import { callsOf } from "./runRecord.ts";

/** What a run asks of its client: an output for each call of the step. */
export function requiredActionOf(step: RunStep): NonNullable<Run["required_action"]> {
  return {
    type: "submit_tool_outputs",
    submit_tool_outputs: {
      tool_calls: callsOf(step).map((call) => ({
        id: call.id,
        type: "function",
        function: { name: call.function.name, arguments: call.function.arguments },
      })),
    },
  };
}

/** The delta that adds to a call of a step. The SDK adds strings up, so `call` has of each what is new. */
export function callDelta(step: RunStep, call: object): object {
  return {
    id: step.id,
    object: "thread.run.step.delta",
    delta: { step_details: { type: "tool_calls", tool_calls: [call] } },
  };
}

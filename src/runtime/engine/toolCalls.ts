import type {
  CodeInterpreterToolCall,
  FileSearchToolCall,
  FunctionToolCall,
} from "openai/resources/beta/threads/runs/steps";
import type { Run, RunStep } from "../objects.ts";

export type ToolCallObject = CodeInterpreterToolCall | FileSearchToolCall | FunctionToolCall;

/** The calls of a step, live: pushing to it changes the step. Empty for a message step. */
export function callsOf(step: RunStep): ToolCallObject[] {
  return step.step_details.type === "tool_calls" ? step.step_details.tool_calls : [];
}

/** The calls that the run's client answers. */
export function functionCallsOf(step: RunStep): FunctionToolCall[] {
  return callsOf(step).filter((call) => call.type === "function");
}

/** A call as it begins; `name` is a function's. */
export function newCall(type: ToolCallObject["type"], id: string, name: string): ToolCallObject {
  switch (type) {
    case "function":
      return { id, type, function: { name, arguments: "", output: null } };
    case "file_search":
      return { id, type, file_search: {} };
    case "code_interpreter":
      return { id, type, code_interpreter: { input: "", outputs: [] } };
  }
}

/** What a run asks of its client: an output for each function call of the step. */
export function requiredActionOf(step: RunStep): NonNullable<Run["required_action"]> {
  return {
    type: "submit_tool_outputs",
    submit_tool_outputs: {
      tool_calls: functionCallsOf(step).map((call) => ({
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

/** The step as it is sent when the text of its file search results was not asked for. What is stored has it always. */
export function withoutResultContent(step: RunStep): RunStep {
  if (step.step_details.type !== "tool_calls") return step;
  const calls = step.step_details.tool_calls.map((call) => {
    if (call.type !== "file_search" || call.file_search.results === undefined) return call;
    const results = call.file_search.results.map(({ content: _, ...result }) => result);
    return { ...call, file_search: { ...call.file_search, results } };
  });
  return { ...step, step_details: { type: "tool_calls", tool_calls: calls } };
}

import type { Run } from "../objects.ts";
import { badRequest } from "./apiError.ts";

interface ToolOutput {
  readonly tool_call_id?: string;
  readonly output?: string;
}

/**
 * The outputs by call id. Throws when the run does not wait for any, and unless every waiting call is answered exactly by this
 * one request (Assistants v2: submit tool outputs). A missing output is empty.
 */
export function readToolOutputs(run: Run, given: readonly ToolOutput[]): Map<string, string> {
  const waiting = run.required_action?.submit_tool_outputs.tool_calls;
  if (run.status !== "requires_action" || waiting === undefined) {
    throw badRequest(`Runs in status "${run.status}" do not accept tool outputs.`);
  }
  const outputs = new Map<string, string>();
  for (const [at, one] of given.entries()) {
    if (one.tool_call_id === undefined) {
      const param = `tool_outputs[${at}].tool_call_id`;
      throw badRequest(`Missing required parameter: '${param}'.`, { param, code: "missing_required_parameter" });
    }
    outputs.set(one.tool_call_id, one.output ?? "");
  }
  const expected = waiting.map((call) => call.id);
  // As many as expected, and all of them: then none is unknown, and none is there twice with two different outputs.
  if (given.length !== expected.length || !expected.every((id) => outputs.has(id))) {
    const got = given.map((one) => one.tool_call_id ?? "");
    throw badRequest(`Expected tool outputs for call_ids ${pythonList(expected)}, got ${pythonList(got)}`);
  }
  return outputs;
}

// Live servers print these lists the way Python does.
function pythonList(ids: readonly string[]): string {
  return `[${ids.map((id) => `'${id}'`).join(", ")}]`;
}

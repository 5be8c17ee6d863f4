import { wholeText } from "../../core/growingText.ts";
import { placeOf } from "../../core/retrieval/chunkPlace.ts";
import { resultText } from "../../core/retrieval/citedResult.ts";
import type { CallTrace, RunTrace, StepTrace } from "../../core/runTrace.ts";
import type { SearchCallView, CallView, RunHead, RunView, StepView } from "../../protocol/panelState.ts";

export interface ToolFacts {
  /** In the definition, from 1. */
  readonly line: number;
  /** In words; null where it has none. */
  readonly handler: string | null;
}

/** What the wire objects do not tell about a run, from around it. */
export interface RunContext {
  /** A short name made from the user's words. */
  readonly title: string;
  /** The definition's functions by name. */
  readonly tools: ReadonlyMap<string, ToolFacts>;
}

/** A run as the panel draws it. */
export function runView(trace: RunTrace, context: RunContext): RunView {
  return { ...runHead(trace, context), steps: trace.steps.map((step) => stepView(step, context)) };
}

export function runHead(trace: RunTrace, context: RunContext): RunHead {
  const { run } = trace;
  const reason = run.incomplete_details?.reason;
  return {
    id: run.id,
    title: context.title,
    status: run.status,
    model: run.model,
    fidelity: trace.fidelity,
    start: trace.start,
    end: trace.end,
    expiresAt: run.status === "requires_action" && run.expires_at !== null ? run.expires_at * 1000 : null,
    segments: trace.segments,
    usage: run.usage,
    error: run.last_error,
    incompleteReason: run.status === "incomplete" ? incompleteWords(reason) : null,
    pending: run.required_action?.submit_tool_outputs.tool_calls.map((call) => call.id) ?? [],
    eventCount: trace.eventCount,
  };
}

export function stepView(step: StepTrace, context: RunContext): StepView {
  const { step_details: details } = step.object;
  return {
    id: step.id,
    type: step.type,
    status: step.status,
    messageId: details.type === "message_creation" ? details.message_creation.message_id : null,
    start: step.start,
    end: step.end,
    segments: step.segments,
    usage: step.object.usage,
    error: step.object.last_error?.message ?? null,
    calls: step.calls.map((call) => callView(call, context)),
  };
}

function callView(call: CallTrace, context: RunContext): CallView {
  return {
    id: call.id,
    type: call.type,
    name: call.type === "function" ? call.name : call.type.replace("_", " "),
    arguments: wholeText(call.input),
    output: call.output ?? (call.results === null ? null : resultsText(call.results)),
    images: call.images,
    search: searchView(call),
    origin: call.origin,
    answer: call.answer,
    handler: context.tools.get(call.name)?.handler ?? null,
    definitionLine: context.tools.get(call.name)?.line ?? null,
    start: call.start,
    end: call.end,
    segments: call.segments,
  };
}

function searchView({ type, results, queries }: CallTrace): SearchCallView | null {
  if (type !== "file_search" || results === null) return null;
  return {
    queries,
    results: results.map((result) => ({
      filename: result.file_name,
      score: result.score,
      text: resultText(result),
      place: placeOf(result),
    })),
  };
}

function resultsText(results: NonNullable<CallTrace["results"]>): string {
  if (results.length === 0) return "No results.";
  return results.map((result) => `${result.score.toFixed(2)}  ${result.file_name}`).join("\n");
}

function incompleteWords(reason: string | undefined): string {
  switch (reason) {
    case "max_completion_tokens":
      return "The run reached its limit of completion tokens (max_completion_tokens).";
    case "max_prompt_tokens":
      return "The run reached its limit of prompt tokens (max_prompt_tokens).";
    default:
      return reason ?? "The run ended before its answer was complete.";
  }
}

/** Spec: CreateRunRequest, CreateThreadAndRunRequest, SubmitToolOutputsRunRequest. */
import * as z from "zod/mini";
import {
  instructions,
  maybe,
  metadata,
  reasoningEffort,
  responseFormat,
  temperature,
  toolResources,
  tools,
  topP,
} from "./common.ts";
import { createMessage, createThread } from "./threads.ts";

const budget = z.int().check(z.gte(1));

const truncationStrategy = z.strictObject({
  type: z.enum(["auto", "last_messages"]),
  last_messages: maybe(z.int().check(z.gte(1))),
});

const toolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("function"), function: z.strictObject({ name: z.string() }) }),
    z.strictObject({ type: z.literal("code_interpreter") }),
    z.strictObject({ type: z.literal("file_search") }),
  ]),
]);

// Budgets: the spec's minimum is 256; live servers accepted 16, and a small budget is how a limit is tried out.
const shared = {
  assistant_id: z.string(),
  model: maybe(z.string().check(z.minLength(1))),
  instructions: maybe(instructions),
  tools: maybe(tools),
  metadata: maybe(metadata),
  temperature: maybe(temperature),
  top_p: maybe(topP),
  stream: maybe(z.boolean()),
  max_prompt_tokens: maybe(budget),
  max_completion_tokens: maybe(budget),
  truncation_strategy: maybe(truncationStrategy),
  tool_choice: maybe(toolChoice),
  parallel_tool_calls: maybe(z.boolean()),
  response_format: maybe(responseFormat),
};

export const createRun = z.strictObject({
  ...shared,
  additional_instructions: maybe(instructions),
  additional_messages: maybe(z.array(createMessage)),
  reasoning_effort: maybe(reasoningEffort),
});

export const createThreadAndRun = z.strictObject({
  ...shared,
  thread: maybe(createThread),
  tool_resources: maybe(toolResources),
});

export const submitToolOutputs = z.strictObject({
  tool_outputs: z.array(
    z.strictObject({ tool_call_id: z.exactOptional(z.string()), output: z.exactOptional(z.string()) }),
  ),
  stream: maybe(z.boolean()),
});

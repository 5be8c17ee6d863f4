/** Spec: CreateAssistantRequest, ModifyAssistantRequest. */
import * as z from "zod/mini";
import {
  instructions,
  maybe,
  metadata,
  newToolResources,
  reasoningEffort,
  responseFormat,
  temperature,
  toolResources,
  tools,
  topP,
} from "./common.ts";

const shared = {
  name: maybe(z.string().check(z.maxLength(256))),
  description: maybe(z.string().check(z.maxLength(512))),
  instructions: maybe(instructions),
  tools: z.exactOptional(tools),
  metadata: maybe(metadata),
  temperature: maybe(temperature),
  top_p: maybe(topP),
  response_format: maybe(responseFormat),
  reasoning_effort: maybe(reasoningEffort),
};

const model = z.string().check(z.minLength(1));

export const createAssistant = z.strictObject({ ...shared, model, tool_resources: maybe(newToolResources) });
export const modifyAssistant = z.strictObject({
  ...shared,
  model: z.exactOptional(model),
  tool_resources: maybe(toolResources),
});

/** Spec: CreateThreadRequest, ModifyThreadRequest, CreateMessageRequest, ModifyMessageRequest. */
import * as z from "zod/mini";
import { maybe, metadata, newToolResources, toolResources } from "./common.ts";

const detail = z.exactOptional(z.enum(["auto", "low", "high"]));

const part = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string() }),
  z.strictObject({ type: z.literal("image_url"), image_url: z.strictObject({ url: z.string(), detail }) }),
  z.strictObject({ type: z.literal("image_file"), image_file: z.strictObject({ file_id: z.string(), detail }) }),
]);

const attachment = z.strictObject({
  file_id: z.string(),
  tools: z.exactOptional(z.array(z.strictObject({ type: z.enum(["code_interpreter", "file_search"]) }))),
});

export const createMessage = z.strictObject({
  role: z.enum(["user", "assistant"]),
  content: z.union([z.string().check(z.maxLength(256_000)), z.array(part).check(z.minLength(1))]),
  attachments: maybe(z.array(attachment)),
  metadata: maybe(metadata),
});

export type CreateMessage = z.infer<typeof createMessage>;

export const createThread = z.strictObject({
  messages: z.exactOptional(z.array(createMessage)),
  tool_resources: maybe(newToolResources),
  metadata: maybe(metadata),
});

export type CreateThread = z.infer<typeof createThread>;

export const modifyThread = z.strictObject({ metadata: maybe(metadata), tool_resources: maybe(toolResources) });

/** Messages and runs: nothing but metadata can be changed. */
export const modifyMetadata = z.strictObject({ metadata: maybe(metadata) });

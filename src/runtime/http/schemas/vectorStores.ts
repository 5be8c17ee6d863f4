/** Spec: CreateVectorStoreRequest, UpdateVectorStoreRequest. */
import * as z from "zod/mini";
import { chunkingStrategy, maybe, metadata } from "./common.ts";

const expiresAfter = z.strictObject({ anchor: z.literal("last_active_at"), days: z.int().check(z.gte(1), z.lte(365)) });

export const createVectorStore = z.strictObject({
  name: maybe(z.string()),
  description: maybe(z.string()),
  file_ids: z.exactOptional(z.array(z.string()).check(z.maxLength(500))),
  expires_after: maybe(expiresAfter),
  chunking_strategy: z.exactOptional(chunkingStrategy),
  metadata: maybe(metadata),
});

export const modifyVectorStore = z.strictObject({
  name: maybe(z.string()),
  expires_after: maybe(expiresAfter),
  metadata: maybe(metadata),
});

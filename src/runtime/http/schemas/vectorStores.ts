/** Spec: CreateVectorStoreRequest and its neighbours, VectorStoreSearchRequest, ComparisonFilter, CompoundFilter. */
import * as z from "zod/mini";
import type { AttributeFilter } from "../../vectorStores/attributeFilter.ts";
import { chunkingStrategy, maybe, metadata, tooMany } from "./common.ts";

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

const attributeKey = z.string().check(z.maxLength(64));
const attributes = z
  .record(attributeKey, z.union([z.string().check(z.maxLength(512)), z.number(), z.boolean()]))
  .check(tooMany(16));

export const createStoreFile = z.strictObject({
  file_id: z.string(),
  attributes: maybe(attributes),
  chunking_strategy: z.exactOptional(chunkingStrategy),
});

/** The key is required; null clears. */
export const modifyStoreFile = z.strictObject({ attributes: z.nullable(attributes) });

export const createFileBatch = z.strictObject({
  file_ids: z.exactOptional(z.array(z.string()).check(z.minLength(1), z.maxLength(2000))),
  files: z.exactOptional(z.array(createStoreFile).check(z.minLength(1), z.maxLength(2000))),
  attributes: maybe(attributes),
  chunking_strategy: z.exactOptional(chunkingStrategy),
});

/** `filters` is checked by itself, with `searchFilters`, once it is known not to be too deep for that. */
export const searchVectorStore = z.strictObject({
  query: z.union([z.string(), z.array(z.string()).check(z.minLength(1))]),
  rewrite_query: z.exactOptional(z.boolean()),
  max_num_results: z.exactOptional(z.int().check(z.gte(1), z.lte(50))),
  filters: maybe(z.unknown()),
  ranking_options: z.exactOptional(
    z.strictObject({
      ranker: z.exactOptional(z.enum(["none", "auto", "default-2024-11-15"])),
      score_threshold: z.exactOptional(z.number().check(z.gte(0), z.lte(1))),
    }),
  ),
});

const filter: z.ZodMiniType<AttributeFilter> = z.lazy(() =>
  z.discriminatedUnion("type", [
    z.strictObject({
      type: z.enum(["eq", "ne"]),
      key: z.string(),
      value: z.union([z.string(), z.number(), z.boolean()]),
    }),
    z.strictObject({
      type: z.enum(["gt", "gte", "lt", "lte"]),
      key: z.string(),
      value: z.union([z.number(), z.string()]),
    }),
    z.strictObject({
      type: z.enum(["in", "nin"]),
      key: z.string(),
      value: z.array(z.union([z.string(), z.number()])),
    }),
    z.strictObject({ type: z.enum(["and", "or"]), filters: z.array(filter) }),
  ]),
);

export const searchFilters = z.strictObject({ filters: filter });

/** Request fields that several bodies share (spec: Metadata, AssistantTools*, AssistantsApiResponseFormatOption). */
import * as z from "zod/mini";

/** Optional and nullable, as almost every field of a request is. */
export function maybe<T extends z.core.SomeType>(type: T): z.ZodMiniExactOptional<z.ZodMiniNullable<T>> {
  return z.exactOptional(z.nullable(type));
}

/** A check that a map has at most `max` keys. */
export function tooMany(max: number): (payload: z.core.ParsePayload<Record<string, unknown>>) => void {
  return (payload) => {
    if (Object.keys(payload.value).length > max)
      payload.issues.push({ code: "too_big", origin: "object", maximum: max, inclusive: true, input: payload.value });
  };
}

export const metadata = z
  .record(z.string().check(z.maxLength(64)), z.string().check(z.maxLength(512)))
  .check(tooMany(16));

const jsonObject = z.record(z.string(), z.unknown());
const functionName = z.string().check(z.minLength(1), z.maxLength(64), z.regex(/^[a-zA-Z0-9_-]+$/));

const functionTool = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: functionName,
    description: z.exactOptional(z.string()),
    parameters: z.exactOptional(jsonObject),
    strict: z.exactOptional(z.nullable(z.boolean())),
  }),
});

const fileSearchTool = z.strictObject({
  type: z.literal("file_search"),
  file_search: z.exactOptional(
    z.strictObject({
      max_num_results: z.exactOptional(z.int().check(z.gte(1), z.lte(50))),
      ranking_options: z.exactOptional(
        z.strictObject({
          ranker: z.exactOptional(z.enum(["auto", "default_2024_08_21"])),
          score_threshold: z.number().check(z.gte(0), z.lte(1)),
        }),
      ),
    }),
  ),
});

const codeInterpreterTool = z.strictObject({ type: z.literal("code_interpreter") });

export const tools = z
  .array(z.discriminatedUnion("type", [codeInterpreterTool, fileSearchTool, functionTool]))
  .check(z.maxLength(128));

export const responseFormat = z.union([
  z.literal("auto"),
  z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("text") }),
    z.strictObject({ type: z.literal("json_object") }),
    z.strictObject({
      type: z.literal("json_schema"),
      json_schema: z.strictObject({
        name: z.string().check(z.maxLength(64), z.regex(/^[a-zA-Z0-9_-]+$/)),
        description: z.exactOptional(z.string()),
        schema: z.exactOptional(jsonObject),
        strict: z.exactOptional(z.nullable(z.boolean())),
      }),
    }),
  ]),
]);

export const temperature = z.number().check(z.gte(0), z.lte(2));
export const topP = z.number().check(z.gte(0), z.lte(1));
export const reasoningEffort = z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]);
export const instructions = z.string().check(z.maxLength(256_000));

const fileIds = z.array(z.string()).check(z.maxLength(20));
const codeResources = z.strictObject({ file_ids: z.exactOptional(fileIds) });
const vectorStoreIds = z.array(z.string()).check(z.maxLength(1));

/** Resources that name stores which exist. */
export const toolResources = z.strictObject({
  code_interpreter: z.exactOptional(codeResources),
  file_search: z.exactOptional(z.strictObject({ vector_store_ids: z.exactOptional(vectorStoreIds) })),
});

const staticChunking = z
  .strictObject({
    max_chunk_size_tokens: z.int().check(z.gte(100), z.lte(4096)),
    chunk_overlap_tokens: z.int().check(z.gte(0)),
  })
  .check((payload) => {
    const { max_chunk_size_tokens: max, chunk_overlap_tokens: overlap } = payload.value;
    if (overlap > max / 2) {
      payload.issues.push({
        code: "too_big",
        origin: "int",
        maximum: Math.floor(max / 2),
        inclusive: true,
        path: ["chunk_overlap_tokens"],
        input: payload.value,
      });
    }
  });

export const chunkingStrategy = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("auto") }),
  z.strictObject({ type: z.literal("static"), static: staticChunking }),
]);

/** Resources of a create request, which may also ask for a new store. */
export const newToolResources = z.strictObject({
  code_interpreter: z.exactOptional(codeResources),
  file_search: z.exactOptional(
    z.strictObject({
      vector_store_ids: z.exactOptional(vectorStoreIds),
      vector_stores: z.exactOptional(
        z
          .array(
            z.strictObject({
              file_ids: z.exactOptional(z.array(z.string())),
              chunking_strategy: z.exactOptional(chunkingStrategy),
              metadata: maybe(metadata),
            }),
          )
          .check(z.maxLength(1)),
      ),
    }),
  ),
});

export type NewToolResources = z.infer<typeof newToolResources>;

/** Spec: CreateFileRequest. */
import * as z from "zod/mini";

const filePurposes = ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"] as const;

/** The fields beside the file, put together from the form. */
export const createFile = z.strictObject({
  purpose: z.enum(filePurposes),
  expires_after: z.exactOptional(
    z.strictObject({
      anchor: z.literal("created_at"),
      seconds: z.int().check(z.gte(3600), z.lte(2_592_000)),
    }),
  ),
});

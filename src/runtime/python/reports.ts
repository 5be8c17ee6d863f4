import * as z from "zod/mini";

/** The heads that a sandbox may send. Anything else ends it. */
const size = z.int().check(z.nonnegative());
const report = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("unlocked"), why: z.string() }),
  z.object({ type: z.literal("snapshot"), size }),
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("image"), mime: z.string(), size }),
  z.object({ type: z.literal("file"), path: z.string(), size }),
  z.object({ type: z.literal("note"), text: z.string() }),
  z.object({ type: z.literal("imports"), names: z.array(z.string()), own: z.array(z.string()) }),
  z.object({ type: z.literal("chunk") }),
  z.object({ type: z.literal("done"), ok: z.boolean(), cut: z.boolean() }),
]);

export type CheckedReport = z.infer<typeof report>;

/** Throws when it is no report. */
export function checkReport(head: unknown): CheckedReport {
  const result = z.safeParse(report, head);
  if (!result.success) throw new Error("the sandbox said what no sandbox says");
  return result.data;
}

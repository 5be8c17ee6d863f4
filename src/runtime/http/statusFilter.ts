import type { VectorStoreFile } from "../objects.ts";
import { badRequest } from "./apiError.ts";
import type { Request } from "./services.ts";

const statuses: readonly VectorStoreFile["status"][] = ["in_progress", "completed", "failed", "cancelled"];

/** The `filter` of a list of a vector store's files. */
export function readStatusFilter(request: Request): string | undefined {
  const text = request.req.query("filter");
  if (text === undefined || text === "" || statuses.some((status) => status === text))
    return text === "" ? undefined : text;
  throw badRequest(
    `Invalid value: '${text}'. Supported values are: 'in_progress', 'completed', 'failed', and 'cancelled'.`,
    { param: "filter", code: "invalid_value" },
  );
}

import * as z from "zod/mini";
import { ApiError, badRequest } from "./apiError.ts";
import { schemaError } from "./schemaError.ts";
import type { Request, Services } from "./services.ts";

/** The largest request body, in bytes. */
export const maxBodyBytes = 16 * 1024 * 1024;

/** Schemas of functions are nested; nothing that is meant is nested like this, and writing it back would overflow the stack. */
const maxDepth = 256;

/** The request's body, checked against the schema. No body is an empty one. Throws the `ApiError` that says what is wrong. */
export async function readBody<T extends z.core.$ZodType>(
  request: Request,
  schema: T,
  services: Services,
): Promise<z.infer<T>> {
  const text = await readText(request);
  let body: unknown;
  try {
    body = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    throw badRequest(
      "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The API expects a JSON payload, but what was sent was not valid JSON.)",
    );
  }
  if (isDeeper(body, maxDepth)) {
    throw badRequest(`The JSON body of your request is nested more than ${maxDepth} levels deep.`, {
      code: "invalid_json_depth",
    });
  }
  return check(schema, body, services.lenient);
}

/** Level by level, because what is being looked for would overflow the stack. */
function isDeeper(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return false;
}

/** A body that has been read, checked against the schema. */
export function check<T extends z.core.$ZodType>(schema: T, body: unknown, lenient: boolean): z.infer<T> {
  for (;;) {
    const result = z.safeParse(schema, body);
    if (result.success) return result.data;
    if (!lenient || !removeUnknown(result.error.issues, body)) throw schemaError(result.error.issues, body);
  }
}

/** Takes the unknown keys out of the body; whether there were any. Deep ones appear once the outer ones are gone. */
function removeUnknown(
  issues: readonly z.core.$ZodIssue[],
  body: unknown,
  above: readonly PropertyKey[] = [],
): boolean {
  let removed = false;
  for (const issue of issues) {
    const path = [...above, ...issue.path];
    if (issue.code === "invalid_union") {
      removed =
        issue.errors.some(
          (inner) => inner.every((one) => one.code === "unrecognized_keys") && removeUnknown(inner, body, path),
        ) || removed;
    } else if (issue.code === "unrecognized_keys") {
      const holder = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], body) as Record<
        string,
        unknown
      >;
      for (const key of issue.keys) removed = delete holder[key] || removed;
    }
  }
  return removed;
}

async function readText(request: Request): Promise<string> {
  const declared = Number(request.req.header("content-length") ?? 0);
  if (declared > maxBodyBytes) throw tooLarge();
  const stream = request.req.raw.body;
  if (stream === null) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    if (bytes > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(): ApiError {
  return new ApiError(413, `The request body is larger than ${maxBodyBytes / 1024 / 1024} MB.`, {
    code: "request_too_large",
  });
}

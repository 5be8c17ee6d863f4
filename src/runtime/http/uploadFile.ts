import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { unixSeconds } from "../clock.ts";
import { FormError, readForm, type UploadedForm } from "../files/multipart.ts";
import { newId } from "../ids.ts";
import type { FileObject } from "../objects.ts";
import { ApiError, badRequest } from "./apiError.ts";
import { check } from "./body.ts";
import { createFile } from "./schemas/files.ts";
import type { Request, Services } from "./services.ts";

/** Boundaries and fields around the file. */
const formOverheadBytes = 64 * 1024;
/** OpenAI keeps the files of batches for 30 days, all others for ever. */
const batchSeconds = 2_592_000;

/**
 * Takes an uploaded file in. The content goes to disk as it comes, under an id; the file is there for others only when all of
 * it is durable and the form turned out right.
 */
export async function uploadFile(request: Request, services: Services): Promise<FileObject> {
  const { bytes, maxFileBytes } = services.files;
  const declared = Number(request.req.header("content-length") ?? 0);
  if (declared > maxFileBytes + formOverheadBytes) throw tooLarge(maxFileBytes);
  const id = newId("file");
  let size: number | undefined;
  let form;
  try {
    form = await readForm(bodyOf(request), headersOf(request), maxFileBytes, async (content) => {
      size = await bytes.write(id, content);
    });
  } catch (error) {
    await bytes.remove(id);
    throw error instanceof FormError ? refusalOf(error, maxFileBytes) : error;
  }
  try {
    const file = newFile(id, form, size, services);
    services.store.insert("file", file);
    return file;
  } catch (error) {
    await bytes.remove(id);
    throw error;
  }
}

function newFile(id: string, form: UploadedForm, size: number | undefined, services: Services): FileObject {
  const body = check(createFile, bodyFrom(form.fields), services.lenient);
  if (size === undefined || form.filename === undefined)
    throw badRequest("Missing required parameter: 'file'.", { param: "file", code: "missing_required_parameter" });
  const now = unixSeconds(services.clock);
  const seconds = body.expires_after?.seconds ?? (body.purpose === "batch" ? batchSeconds : undefined);
  return {
    id,
    object: "file",
    bytes: size,
    created_at: now,
    filename: form.filename,
    purpose: body.purpose,
    status: "processed",
    status_details: null,
    expires_at: seconds === undefined ? null : now + seconds,
  };
}

/** The form's fields as the JSON they stand for: `expires_after[seconds]` is a number in an object. */
function bodyFrom(fields: Readonly<Record<string, string>>): unknown {
  const body: Record<string, unknown> = {};
  const expiry: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const inner = /^expires_after\[(\w+)\]$/.exec(name)?.[1];
    if (inner === undefined) body[name] = value;
    else expiry[inner] = inner === "seconds" && /^-?\d+$/.test(value) ? Number(value) : value;
  }
  return Object.keys(expiry).length === 0 ? body : { ...body, expires_after: expiry };
}

// The request as Node has it: through a web stream, memory does not stay flat. Without a socket (in tests) there is no other.
function bodyOf(request: Request): Readable {
  const incoming = incomingOf(request);
  if (incoming !== undefined) return incoming;
  const body = request.req.raw.body as ReadableStream | null;
  return body === null ? Readable.from([]) : Readable.fromWeb(body);
}

function headersOf(request: Request): Record<string, string> {
  const type = request.req.header("content-type");
  return type === undefined ? {} : { "content-type": type };
}

function incomingOf(request: Request): IncomingMessage | undefined {
  return (request.env as { readonly incoming?: IncomingMessage } | undefined)?.incoming;
}

function refusalOf(error: FormError, maxFileBytes: number): ApiError {
  switch (error.kind) {
    case "tooLarge":
      return tooLarge(maxFileBytes);
    case "unknown":
      return badRequest(`Unknown parameter: '${error.message}'.`, { param: error.message, code: "unknown_parameter" });
    case "malformed":
      return badRequest(
        `We could not parse the multipart form of your request (${error.message}). A file is uploaded as multipart/form-data with 'purpose' and 'file'.`,
      );
  }
}

function tooLarge(maxFileBytes: number): ApiError {
  return new ApiError(413, `The file is larger than ${maxFileBytes / 1024 / 1024} MB.`, {
    param: "file",
    code: "file_too_large",
  });
}

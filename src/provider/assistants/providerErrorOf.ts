import OpenAI from "openai";

import { ProviderError } from "../../core/provider.ts";
import type { ProviderErrorKind } from "../../core/provider.ts";

/**
 * Any error of the SDK as a `ProviderError`.
 * @param label what a person calls the server
 * @param begun whether a stream had already said something: then the connection was lost, not refused
 */
export function providerErrorOf(error: unknown, label: string, begun = false): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof OpenAI.APIConnectionError) {
    const reason = causeOf(error);
    return begun
      ? new ProviderError("interrupted", `The connection to ${label} was lost while the run streamed${reason}.`, null, {
          cause: error,
        })
      : new ProviderError("unreachable", `${label} does not answer${reason}.`, null, { cause: error });
  }
  if (error instanceof OpenAI.APIError) {
    const status: number | undefined = error.status;
    return new ProviderError(kindOf(status), wordsOf(error), error.requestID ?? null, {
      cause: error,
      retryAfterMs: retryAfterOf(error.headers),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return begun
    ? new ProviderError(
        "interrupted",
        `The connection to ${label} was lost while the run streamed (${message}).`,
        null,
        { cause: error },
      )
    : new ProviderError("server", `${label} gave an answer that could not be read: ${message}`, null, { cause: error });
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date. */
function retryAfterOf(headers: Headers | undefined): number | null {
  const ms = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  if (ms >= 0) return ms;
  const text = headers?.get("retry-after") ?? "";
  if (text === "") return null;
  const seconds = Number(text);
  const after = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1000;
  return after >= 0 ? after : null;
}

function kindOf(status: number | undefined): ProviderErrorKind {
  switch (status) {
    case undefined:
      return "server";
    case 401:
    case 403:
      return "unauthorized";
    case 404:
      return "not_found";
    case 405:
      return "unsupported";
    case 429:
      return "rate_limited";
    default:
      return status >= 500 ? "server" : "invalid";
  }
}

/** The server's own words, without the status code that the SDK puts in front. */
function wordsOf(error: InstanceType<typeof OpenAI.APIError>): string {
  const body: unknown = error.error;
  if (typeof body === "object" && body !== null && "message" in body && typeof body.message === "string")
    return body.message;
  return error.message.replace(/^\d{3} /, "");
}

function causeOf(error: Error): string {
  let cause: unknown = error.cause;
  for (let depth = 0; depth < 4 && cause instanceof Error; depth += 1) {
    if ("code" in cause && typeof cause.code === "string") return ` (${cause.code})`;
    cause = cause.cause;
  }
  return "";
}

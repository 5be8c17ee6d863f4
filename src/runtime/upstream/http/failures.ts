import type { TurnEvent } from "../port.ts";
import type { Refusal } from "./refusal.ts";
import type { Target } from "./target.ts";

export type TurnError = Extract<TurnEvent, { kind: "turn.error" }>;

const contextWords =
  /context_length_exceeded|maximum context|context (?:length|window|size)|prompt is too long|too many tokens|exceeds? the (?:available )?context/i;
const modelWords =
  /model_not_found|(?:no such|unknown) model|model\b.*(?:not found|does not exist|not exist|is not (?:available|loaded|supported))/i;
const quotaWords = /insufficient_quota|usage_limit_exceeded|billing|credit/i;
const limitCodes = /rate_limit|insufficient_quota|usage_limit_exceeded/;
const imageWords =
  /\bimage_url\b|invalid_?(?:base64_)?[ _]?image|image_(?:too|parse|file)|unsupported_image|failed_to_download_image|empty_image/i;
/** Codes in the middle of a stream, where no status says whose fault it is. */
const invalidCodes =
  /^invalid_prompt$|^invalid_request_error$|image|_policy(?:_|$)|data_residency|^invalid_encrypted_content$/;

/** What a refusal means for a run, in words that say what to do. */
export function turnErrorOf(refusal: Refusal, target: Target, model: string, offered: readonly string[]): TurnError {
  const { status, message } = refusal;
  const host = new URL(target.url).host;
  const said = message === "" ? "" : ` It says: ${message}`;
  const text = `${refusal.code} ${message}`;
  const error = (kind: TurnError["error"], words: string, retryable: boolean): TurnError => ({
    kind: "turn.error",
    error: kind,
    message: words,
    retryable,
    ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
  });
  if (refusal.page === true)
    return error(
      "server",
      `${target.url} answered with a web page (HTTP ${status}) instead of the API. A proxy, a login page or another program may be at this address: check the URL (it usually ends in /v1).`,
      false,
    );
  if (status >= 300 && status < 400)
    return error(
      "server",
      `The upstream ${host} points elsewhere (HTTP ${status}), and keys and conversations are not sent on. Give the address that it points to as the URL.${said}`,
      false,
    );
  // What a server says about a key may hold a part of it.
  if (status === 401 || status === 403 || (status === 200 && refusal.code === "invalid_api_key")) {
    const heard = target.key === undefined ? "asks for a key" : "refused the key";
    return error(
      "auth",
      `The upstream ${host} ${heard} (HTTP ${status}). In VS Code, "Assistants: Set Key of a Connection…" takes one; a runtime of your own reads it from ${target.keyName} when it starts.`,
      false,
    );
  }
  if (contextWords.test(text))
    return error("context", `The conversation is longer than the model ${model} at ${host} takes.${said}`, false);
  if (status === 404 || modelWords.test(text)) {
    const list =
      offered.length === 0
        ? ""
        : ` It offers ${offered.slice(0, 5).join(", ")}${offered.length > 5 ? " and others" : ""}.`;
    if (offered.length > 0 || modelWords.test(text))
      return error("invalid", `The upstream ${host} has no model '${model}'.${list}`, false);
    return error(
      "invalid",
      `The upstream ${target.url} answered HTTP 404: neither the model '${model}' nor this path may exist there. Check the URL (it usually ends in /v1).${said}`,
      false,
    );
  }
  if (status === 429 || status === 402 || limitCodes.test(refusal.code)) {
    const spent = status === 402 || quotaWords.test(text);
    return error(
      "rate_limit",
      spent
        ? `The account at ${host} has no credit or quota left.${said}`
        : `The upstream ${host} limits the rate of requests (HTTP 429).${said}`,
      !spent,
    );
  }
  if (
    (status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 425) ||
    (status === 200 && invalidCodes.test(refusal.code))
  ) {
    const how = status === 200 ? "" : ` (HTTP ${status})`;
    const advice = imageWords.test(text) ? " An image as a data: URL may be taken where its address is not." : "";
    return error("invalid", `The upstream ${host} refused the request${how}.${said}${advice}`, false);
  }
  return error(
    "server",
    status === 200
      ? `The upstream ${host} failed while it answered.${said}`
      : `The upstream ${host} failed (HTTP ${status}).${said}`,
    true,
  );
}

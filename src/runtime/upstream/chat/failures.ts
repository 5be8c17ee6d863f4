import { reasonOf } from "../../log.ts";
import type { TurnEvent } from "../port.ts";
import type { Target } from "./target.ts";

type TurnError = Extract<TurnEvent, { kind: "turn.error" }>;

/** A refusal by the server: an HTTP status with its body, or an error in the middle of a stream. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly param: string | null;
  readonly code: string;
  readonly retryAfterMs?: number;
}

const longestMessage = 400;

/** Reads an error body, which is the published envelope, a plain string, or anything between. */
export function readRefusal(status: number, body: unknown, target: Target, retryAfterMs?: number): Refusal {
  const envelope = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : { message: body };
  const error = envelope["error"] ?? envelope["message"] ?? envelope["detail"] ?? body;
  const fields = typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
  const raw = fields["message"] ?? envelope["message"] ?? error;
  const message = typeof raw === "string" ? raw : JSON.stringify(raw ?? "");
  return {
    status: status === 200 && typeof fields["code"] === "number" ? fields["code"] : status,
    message: redact(message, target).slice(0, longestMessage),
    param: typeof fields["param"] === "string" ? fields["param"] : null,
    code:
      [fields["code"], envelope["code"], fields["type"], envelope["type"]].find((one) => typeof one === "string") ?? "",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

const contextWords =
  /context_length_exceeded|maximum context|context (?:length|window|size)|prompt is too long|too many tokens|exceeds? the (?:available )?context/i;
const modelWords =
  /model_not_found|(?:no such|unknown) model|model\b.*(?:not found|does not exist|not exist|is not (?:available|loaded|supported))/i;
const quotaWords = /insufficient_quota|usage_limit_exceeded|billing|credit/i;

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
  // What a server says about a key may hold a part of it.
  if (status === 401 || status === 403) {
    const todo =
      target.key === undefined ? `It wants a key: set ${target.keyName}` : `Check the key in ${target.keyName}`;
    return error(
      "auth",
      `The upstream ${host} refused the key (HTTP ${status}). ${todo} and start the runtime again.`,
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
  if (status === 429 || status === 402 || /rate_limit/.test(refusal.code)) {
    const spent = status === 402 || quotaWords.test(text);
    return error(
      "rate_limit",
      spent
        ? `The account at ${host} has no credit or quota left.${said}`
        : `The upstream ${host} limits the rate of requests (HTTP 429).${said}`,
      !spent,
    );
  }
  if (status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 425) {
    return error("invalid", `The upstream ${host} refused the request (HTTP ${status}).${said}`, false);
  }
  return error(
    "server",
    status === 200
      ? `The upstream ${host} failed while it answered.${said}`
      : `The upstream ${host} failed (HTTP ${status}).${said}`,
    true,
  );
}

/** A connection that could not be made or broke. */
export function connectionError(error: unknown, target: Target): TurnError {
  const { host } = new URL(target.url);
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  const neverThere = [
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ETIMEDOUT",
    "UND_ERR_CONNECT_TIMEOUT",
  ].includes(code);
  const detail = redact(code === "" ? reasonOf(cause) : code, target);
  const message = neverThere
    ? `Cannot reach the upstream at ${host} (${detail}). Is the server running, and is ${target.url} its address?`
    : `The connection to the upstream ${host} broke (${detail}).`;
  return { kind: "turn.error", error: "server", message, retryable: true };
}

/** Seconds or a date, as milliseconds from now; `undefined` when absent or nonsense. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const exact = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(exact)) return Math.max(0, exact);
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const ms = Number.isFinite(Number(text)) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function redact(text: string, target: Target): string {
  const whole = target.key === undefined ? text : text.replaceAll(target.key, "[key]");
  return whole.replaceAll(/\b(?:sk|pk|rt|key)-[\w*.-]{6,}/g, "[key]");
}

import { fieldsOf } from "./fields.ts";
import type { Target } from "./target.ts";

/** A refusal by the server: an HTTP status with its body, or an error in the middle of a stream. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly param: string | null;
  readonly code: string;
  readonly retryAfterMs?: number;
  /** What came is a web page: not the server that was meant, or something in front of it. */
  readonly page?: boolean;
}

const longestMessage = 400;

/** Reads an error body, which is the published envelope, a plain string, or anything between. */
export function readRefusal(status: number, body: unknown, target: Target, retryAfterMs?: number): Refusal {
  const envelope = typeof body === "object" && body !== null ? fieldsOf(body) : { message: body };
  const error = envelope["error"] ?? envelope["message"] ?? envelope["detail"] ?? body;
  const fields = fieldsOf(error);
  return {
    status: status === 200 && typeof fields["code"] === "number" ? fields["code"] : status,
    message: withoutKeys(wordsOf(fields["message"] ?? envelope["message"] ?? error), target).slice(0, longestMessage),
    param: [fields["param"], envelope["param"]].find((one) => typeof one === "string") ?? null,
    code:
      [fields["code"], envelope["code"], fields["type"], envelope["type"]].find((one) => typeof one === "string") ?? "",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Reads the body of an answer that is not the stream it should be. */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Proxies answer in HTML or plain words.
    return text
      .replaceAll(/<(script|style)\b[^]*?<\/\1>/gi, " ")
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ")
      .trim();
  }
}

/** The words in an error. Only what is called a message: validators (FastAPI's) send the whole request back beside it. */
function wordsOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(wordsOf).filter(Boolean).join("; ");
  const { loc, msg, message, detail, error } = fieldsOf(value);
  const words = [msg, message, detail, error].map((one) => (one === undefined ? "" : wordsOf(one))).find(Boolean) ?? "";
  const place = Array.isArray(loc) ? loc.filter((part) => part !== "body").join(".") : "";
  return place === "" || words === "" ? words : `${place}: ${words}`;
}

const toolWords =
  /(?:does|do) not support (?:tools|tool|function)|support tool use|tools? (?:use|calling|calls)? ?(?:is|are) not supported|tool choice requires --|tools param requires|function calling is not (?:supported|enabled)/i;

/**
 * Whether a model, or its server as it was started, takes no functions. They say so in many words and with many statuses:
 * OpenRouter has no endpoint (404) for a model with tools, and llama.cpp fails (500) without its templates.
 */
export function refusesTools({ status, message }: Pick<Refusal, "status" | "message">): boolean {
  return status >= 400 && toolWords.test(message);
}

/** The text without the key that is in use, and without what looks like one. */
export function withoutKeys(text: string, target: Target): string {
  const whole = target.key === undefined ? text : text.replaceAll(target.key, "[key]");
  return whole.replaceAll(/\b(?:sk|pk|rt|key)-[\w*.-]{6,}/g, "[key]");
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

import { writeJson } from "../core/exactJson.ts";
import { argumentsValue } from "../core/answers/callArguments.ts";
import type { HttpHandler } from "../core/answers/handler.ts";
import type { PendingCall } from "../core/answers/ports.ts";
import { argumentsIn, fillText } from "../core/answers/template.ts";
import type { AnswerFailureCode } from "../core/answers/toolAnswer.ts";
import { concealed } from "./secretValues.ts";

const maxRedirects = 5;

export type HttpEnd =
  | { readonly kind: "answered"; readonly status: number; readonly body: Buffer }
  | { readonly kind: "failed"; readonly code: AnswerFailureCode; readonly message: string };

/** Headers with their secrets filled in, and what is blotted out of failures. */
export interface FilledHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/**
 * Sends the request of a handler. Redirects are followed within the same origin only: headers with secrets and the arguments
 * go nowhere else.
 */
export async function requestHttp(
  handler: HttpHandler,
  call: PendingCall,
  { headers, secrets }: FilledHeaders,
  signal: AbortSignal,
): Promise<HttpEnd> {
  let url: URL;
  try {
    url = urlOf(handler, call);
  } catch (error) {
    return failed("start", error instanceof Error ? error.message : String(error));
  }
  const hasBody = handler.method !== "GET";
  let method = handler.method;
  for (let redirect = 0; redirect <= maxRedirects; redirect += 1) {
    const sendsBody = hasBody && method !== "GET";
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/json, text/*;q=0.9, */*;q=0.5",
        ...(sendsBody ? { "content-type": "application/json" } : {}),
        ...headers,
      },
      ...(sendsBody ? { body: call.arguments } : {}),
      redirect: "manual",
      signal,
    });
    const location = response.headers.get("location");
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null)
      return answerOf(response, handler.maxOutputBytes, secrets);
    await response.body?.cancel();
    const target = URL.canParse(location, url) ? new URL(location, url) : null;
    if (target === null || target.origin !== url.origin)
      return failed(
        "failed",
        `${url.origin} leads to ${target?.origin ?? "no address"}: redirects to another server are not followed.`,
      );
    if (response.status <= 303 && method !== "GET") method = "GET";
    url = target;
  }
  return failed("failed", `${url.origin} redirects more than ${maxRedirects} times.`);
}

/** The address with its templates filled; for GET, arguments that none of them uses go into the query. */
function urlOf({ url: template, method }: HttpHandler, call: PendingCall): URL {
  const args = argumentsValue(call.arguments);
  const origin = new URL(/^https?:\/\/[^/?#]*/i.exec(template)?.[0] ?? "").origin;
  const url = new URL(
    fillText(template, args, (value) => {
      // `..` would leave the path that the definition chose, encoded or not.
      if (/^\.{1,2}$/.test(value)) throw new Error(`The argument ${JSON.stringify(value)} cannot be part of a path.`);
      return encodeURIComponent(value.toWellFormed());
    }),
  );
  if (url.origin !== origin) throw new Error("The address leads to another server than the definition names.");
  if (method !== "GET" || typeof args !== "object" || args === null) return url;
  const used = argumentsIn(template);
  if (used === "all") return url;
  for (const [name, value] of Object.entries(args))
    if (!used.has(name))
      url.searchParams.append(name, typeof value === "string" ? value : (writeJson(value) ?? "null"));
  return url;
}

async function answerOf(response: Response, most: number, secrets: readonly string[]): Promise<HttpEnd> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    bytes += part.value.length;
    if (bytes > most) {
      await reader?.cancel();
      return failed("output", `The answer is larger than ${most.toLocaleString("en-US")} bytes (max_output_bytes).`);
    }
    chunks.push(part.value);
  }
  const body = Buffer.concat(chunks);
  if (response.ok) return { kind: "answered", status: response.status, body };
  const said = concealed(body.toString("utf8"), secrets).replaceAll(/\s+/g, " ").trim().slice(0, 300);
  return failed("failed", `HTTP ${response.status}${said === "" ? "" : `: ${said}`}`);
}

function failed(code: AnswerFailureCode, message: string): HttpEnd {
  return { kind: "failed", code, message };
}

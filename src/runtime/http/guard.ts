import { createHash, timingSafeEqual } from "node:crypto";
import { ApiError } from "./apiError.ts";
import type { Request } from "./services.ts";

/** Who may talk to the server. */
export interface Access {
  readonly key: string;
  /** The port that is listened on; `Host` must name it. */
  readonly port: () => number;
  /** The origin of the only web pages that may ask. */
  readonly cors?: string | undefined;
}

/** What a browser must be told before it gives the answer to the page; nothing for pages that may not have it. */
export function corsHeaders(request: Request, { cors }: Access): Record<string, string> {
  if (cors === undefined || request.req.header("origin") !== cors) return {};
  return {
    "access-control-allow-origin": cors,
    "access-control-allow-methods": "GET, POST, DELETE",
    "access-control-allow-headers":
      request.req.header("access-control-request-headers") ?? "authorization, content-type",
    "access-control-expose-headers": "x-request-id, openai-poll-after-ms",
    vary: "Origin",
  };
}

/** Whether a browser asks if the page may ask. It sends no key with that. */
export function isAllowedPreflight(request: Request, access: Access): boolean {
  return request.req.method === "OPTIONS" && access.cors !== undefined && request.req.header("origin") === access.cors;
}

/**
 * Lets a request through that comes from a program on this machine and has the key. `Host` is checked against DNS rebinding,
 * `Origin` because no web page has any business here, unless the person who started the server named it.
 */
export function checkAccess(request: Request, access: Access): void {
  const port = access.port();
  const host = request.req.header("host")?.toLowerCase() ?? "";
  if (![`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes(host)) {
    throw new ApiError(
      403,
      "This server answers only requests whose Host is 127.0.0.1, localhost or [::1] with its own port.",
      { code: "host_not_allowed" },
    );
  }
  const origin = request.req.header("origin");
  if (origin !== undefined && origin !== access.cors) {
    throw new ApiError(403, "This server answers no requests from web pages (an Origin header was sent).", {
      code: "origin_not_allowed",
    });
  }
  if (isAllowedPreflight(request, access)) return;
  checkKey(request.req.header("authorization"), access.key);
  const beta = request.req.header("openai-beta") ?? "";
  if (/\bassistants=v1\b/.test(beta)) {
    throw new ApiError(400, "This server speaks Assistants v2. Please set the header 'OpenAI-Beta: assistants=v2'.", {
      code: "invalid_beta",
    });
  }
}

function checkKey(authorization: string | undefined, key: string): void {
  const given = /^Bearer\s+(.+)$/i.exec(authorization ?? "")?.[1];
  if (given === undefined) {
    throw new ApiError(
      401,
      "You didn't provide an API key. Send the runtime's key in an Authorization header (i.e. Authorization: Bearer KEY).",
      { code: "invalid_api_key" },
    );
  }
  if (!timingSafeEqual(digest(given), digest(key))) {
    throw new ApiError(
      401,
      "Incorrect API key provided. This runtime's key is printed on its standard output when it starts.",
      { code: "invalid_api_key" },
    );
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/* oxlint-disable oxc/no-async-endpoint-handlers -- about Express; Hono awaits its handlers */
import { Hono, type Next } from "hono";
import type { HostedFiles } from "../../upstream/hosted/hostedFiles.ts";
import { upstreamError } from "../hostedResources.ts";
import type { Env, Request, Services } from "../services.ts";

/** Of the upstream's answer, what clients get. A body that came compressed is passed on unpacked, so its length is not. */
const passedHeaders = ["content-disposition", "content-type", "openai-poll-after-ms", "retry-after", "retry-after-ms"];

/**
 * Files, uploads and vector stores of the upstream, in the place of the runtime's. A file that the runtime itself made (with
 * Python) or has from before stays here: requests that name it go on to the runtime's own routes.
 */
export function hostedFileRoutes(services: Services, hosted: HostedFiles): Hono<Env> {
  const app = new Hono<Env>();
  const pass = async (request: Request, next: Next): Promise<Response | void> => {
    const { pathname, search } = new URL(request.req.url);
    const path = pathname.slice("/v1".length);
    const [, kind, id = ""] = path.split("/");
    if (kind === "files" && id !== "" && services.store.get("file", decoded(id), "") !== undefined) return next();
    let answer;
    try {
      answer = await hosted.forward(request.req.raw, `${path}${search}`);
      const json = /json/i.test(answer.headers.get("content-type") ?? "");
      const isContent = /^\/files\/[^/]+\/content$/.test(path);
      if (!answer.ok || (!json && !isContent)) {
        const { words, status, code, param } = await hosted.refusal(answer);
        const error = {
          message: words,
          type: status >= 500 || answer.ok || status < 400 ? "server_error" : "invalid_request_error",
          param,
          code: code === "" ? null : code,
        };
        return new Response(JSON.stringify({ error }), {
          status: status >= 400 ? status : 502,
          headers: { ...passed(answer), "content-type": "application/json" },
        });
      }
    } catch (error) {
      throw upstreamError(error);
    }
    return new Response(answer.body, { status: answer.status, headers: passed(answer) });
  };
  for (const root of ["/files", "/vector_stores", "/uploads"]) {
    app.all(root, pass);
    app.all(`${root}/*`, pass);
  }
  return app;
}

function passed(answer: Response): Record<string, string> {
  const { headers } = answer;
  const names = headers.has("content-encoding") ? passedHeaders : [...passedHeaders, "content-length"];
  return Object.fromEntries(
    (answer.ok ? names : passedHeaders).flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Then it names nothing here.
    return part;
  }
}

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server does with the next request. */
export type Script = (response: ServerResponse, body: Record<string, unknown>, request: IncomingMessage) => void;

export interface ScriptedModelServer {
  /** Base URL, with `/v1`. */
  readonly url: string;
  /** The requests so far, but for those of the list of models. */
  readonly bodies: Record<string, unknown>[];
  readonly authorizations: (string | undefined)[];
  /** Of the same requests: path and query, and the headers. */
  readonly requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[];
  /** Puts scripts behind those that wait. A request without a script gets HTTP 599. */
  next(...scripts: Script[]): void;
  close(): Promise<void>;
}

/** A model server that does as it is told, request by request: for what real servers do and mock servers do not. */
export async function startScriptedModelServer(models?: readonly (string | object)[]): Promise<ScriptedModelServer> {
  const scripts: Script[] = [];
  const bodies: Record<string, unknown>[] = [];
  const authorizations: (string | undefined)[] = [];
  const requests: ScriptedModelServer["requests"] = [];
  const server = createServer((request, response) => {
    if (/\/models(?:\?|$)/.test(request.url ?? "")) {
      response.writeHead(models === undefined ? 404 : 200, { "content-type": "application/json" });
      return void response.end(JSON.stringify({ object: "list", data: (models ?? []).map(asModel) }));
    }
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      bodies.push(body);
      authorizations.push(request.headers.authorization);
      requests.push({ url: request.url ?? "", headers: request.headers });
      const script = scripts.shift();
      if (script === undefined) response.writeHead(599).end();
      else script(response, body, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    bodies,
    authorizations,
    requests,
    next: (...more) => void scripts.push(...more),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function asModel(model: string | object): object {
  return typeof model === "string" ? { id: model, object: "model" } : model;
}

/** A stream of the given lines as they are; `end: "cut"` breaks the connection after them. */
export function lines(texts: readonly string[], end: "close" | "cut" = "close"): Script {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(texts.map((text) => `${text}\n\n`).join(""));
    if (end === "close") response.end();
    else setTimeout(() => response.destroy(), 50);
  };
}

/** A stream of chunks, with `[DONE]` unless told otherwise. */
export function chunks(deltas: readonly object[], after: readonly string[] = ["data: [DONE]"]): Script {
  return lines([...deltas.map((delta) => `data: ${JSON.stringify(delta)}`), ...after]);
}

/** A chunk with this delta. */
export function delta(part: object, finish: string | null = null): object {
  return { id: "c", object: "chat.completion.chunk", choices: [{ index: 0, delta: part, finish_reason: finish }] };
}

export function status(code: number, body: unknown, headers: Record<string, string> = {}): Script {
  return (response) => {
    response.writeHead(code, {
      "content-type": typeof body === "string" ? "text/plain" : "application/json",
      ...headers,
    });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

import { createServer, request as httpRequest } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What happens to a request: it goes through, does not arrive, is carried out without an answer, is refused for now, or waits
 * until the promise is done.
 */
export type Fate = "pass" | "drop" | "lose" | "busy" | "broken" | Promise<void>;

/** A proxy in front of the runtime that breaks what it is told to. Bodies are streamed. */
export interface FaultyProxy {
  /** Base URL, with `/v1`. */
  readonly url: string;
  /** Requests so far, as `POST /files`. */
  readonly seen: string[];
  /** Decides about each request, by its number from 0 and its name. */
  fate: (number: number, name: string) => Fate;
  /** Changes an answer's JSON on its way back; null: answers pass as they are. */
  rewrite: ((name: string, answer: unknown) => unknown) | null;
  close(): void;
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const base = new URL(target);
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", base);
    const name = `${request.method} ${url.pathname.replace(/^\/v1/, "")}`;
    const fate = proxy.fate(proxy.seen.length, name);
    proxy.seen.push(name);
    if (fate === "drop") return void request.socket.destroy();
    if (fate === "busy" || fate === "broken") {
      // Answered before the body has come, as busy servers do; the rest of it is read and thrown away.
      request.resume();
      const error = { error: { message: fate === "busy" ? "Slow down." : "Out of order.", type: "server_error" } };
      const headers = { "content-type": "application/json", ...(fate === "busy" ? { "retry-after-ms": "20" } : {}) };
      return void response.writeHead(fate === "busy" ? 429 : 503, headers).end(JSON.stringify(error));
    }
    const forward = (): void => {
      const options = { method: request.method, headers: { ...request.headers, host: base.host } };
      const onward = httpRequest(url, options, (answer) => {
        if (fate === "lose") {
          answer.resume();
          answer.on("end", () => request.socket.destroy());
          return;
        }
        if (proxy.rewrite !== null) return void rewritten(answer, response, (json) => proxy.rewrite?.(name, json));
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      response.on("close", () => onward.destroy());
      request.pipe(onward);
    };
    if (fate instanceof Promise) void fate.then(forward);
    else forward();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen: [],
    fate: () => "pass",
    rewrite: null,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}

async function rewritten(
  answer: IncomingMessage,
  response: ServerResponse,
  change: (json: unknown) => unknown,
): Promise<void> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of answer) pieces.push(piece as Buffer);
  } catch {
    // What breaks on one side breaks on the other.
    response.destroy();
    return;
  }
  const text = JSON.stringify(change(JSON.parse(Buffer.concat(pieces).toString())));
  response.writeHead(answer.statusCode ?? 500, { "content-type": "application/json" }).end(text);
}

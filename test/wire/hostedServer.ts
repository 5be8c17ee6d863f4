/** OpenAI's files and vector stores, as far as the runtime's tests need them, in front of scripted responses. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { containerServer, type ContainerServer } from "./containerServer.ts";
import type { Script } from "./scriptedModelServer.ts";

export interface HostedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

export interface HostedServer {
  /** Base URL, with `/v1`. */
  readonly url: string;
  /** Everything but the requests for responses and containers. */
  readonly requests: HostedRequest[];
  readonly responses: Record<string, unknown>[];
  /** In which programs of the code interpreter are executed. */
  readonly containers: ContainerServer;
  /** What the next requests for responses get. */
  next(...scripts: Script[]): void;
  /** What the next other request gets, instead of an answer. */
  refuse(status: number, body: unknown, headers?: Record<string, string>): void;
  /** How often a store is still being read when it is asked for. */
  readingFor(asks: number): void;
  close(): Promise<void>;
}

interface Refusal {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;
}

export async function startHostedServer(): Promise<HostedServer> {
  const requests: HostedRequest[] = [];
  const responses: Record<string, unknown>[] = [];
  const scripts: Script[] = [];
  const files = new Map<string, { object: object; content: Buffer }>();
  const stores = new Map<string, { files: string[]; asked: Record<string, unknown> }>();
  const uploads = new Map<string, { object: object; parts: Map<string, Buffer> }>();
  const containers = containerServer();
  let refusal: Refusal | undefined;
  let reading = 0;
  let counter = 0;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(request, response, Buffer.concat(chunks)));
  });

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const { method = "", url = "" } = request;
    const send = (value: unknown, code = 200, headers: Record<string, string> = {}): void => {
      response.writeHead(code, {
        "content-type": typeof value === "string" ? "text/html" : "application/json",
        ...headers,
      });
      response.end(typeof value === "string" ? value : JSON.stringify(value));
    };
    if (url === "/v1/responses") {
      const asked = JSON.parse(body.toString()) as Record<string, unknown>;
      responses.push(asked);
      const script = scripts.shift();
      return script === undefined ? void response.writeHead(599).end() : script(response, asked, request);
    }
    if (containers.answer(request, response, body)) return;
    const { authorization, "content-type": contentType } = request.headers;
    requests.push({ method, url, authorization, contentType, body });
    if (refusal !== undefined) {
      const { status, body: said, headers } = refusal;
      refusal = undefined;
      return send(said, status, headers);
    }
    const [, , kind, id = "", more, last] = new URL(url, "http://h").pathname.split("/");
    const missing = (what: string): void =>
      send(
        { error: { message: `No such ${what}: ${id}`, type: "invalid_request_error", param: "id", code: null } },
        404,
      );
    const fields = (): Record<string, unknown> => JSON.parse(body.toString()) as Record<string, unknown>;
    if (kind === "files") {
      if (method === "POST") {
        const made = `file-hosted${++counter}`;
        const object = { id: made, object: "file", bytes: body.length, filename: "moss.md", purpose: "assistants" };
        files.set(made, { object, content: body });
        containers.hostedFiles.set(made, { name: "moss.md", content: body });
        return send(object);
      }
      if (id === "")
        return send({ object: "list", data: [...files.values()].map((one) => one.object), has_more: false });
      const file = files.get(id);
      if (file === undefined) return missing("File object");
      if (more === "content") {
        response.writeHead(200, { "content-type": "application/octet-stream" });
        return void response.end(file.content);
      }
      if (method === "DELETE") files.delete(id);
      return send(method === "DELETE" ? { id, object: "file", deleted: true } : file.object);
    }
    if (kind === "uploads") {
      const upload = uploads.get(id);
      if (method === "POST" && id === "") {
        const made = { id: `upload_hosted${++counter}`, object: "upload", status: "pending", file: null, ...fields() };
        uploads.set(made.id, { object: made, parts: new Map() });
        return send(made);
      }
      if (upload === undefined) return missing("Upload");
      if (more === "parts") {
        const part = `part_hosted${++counter}`;
        upload.parts.set(part, body);
        return send({ id: part, object: "upload.part", upload_id: id });
      }
      if (more === "cancel") return send({ ...upload.object, status: "cancelled" });
      const content = Buffer.concat((fields()["part_ids"] as string[]).map((part) => upload.parts.get(part) ?? body));
      const file = { id: `file-hosted${++counter}`, object: "file", filename: "moss.md", purpose: "assistants" };
      files.set(file.id, { object: file, content });
      return send({ ...upload.object, status: "completed", file });
    }
    if (method === "POST" && id === "") {
      const asked = fields();
      const made = `vs_hosted${++counter}`;
      stores.set(made, { files: [...((asked["file_ids"] as string[] | undefined) ?? [])], asked });
      return send({ id: made, object: "vector_store", status: "in_progress", ...asked });
    }
    const store = stores.get(id);
    if (store === undefined) return missing("vector store");
    if (more === undefined && method === "DELETE") {
      stores.delete(id);
      return send({ id, object: "vector_store.deleted", deleted: true });
    }
    if (more === undefined)
      return send({ id, object: "vector_store", status: reading-- > 0 ? "in_progress" : "completed", ...store.asked });
    if (more === "search")
      return send({
        object: "vector_store.search_results.page",
        search_query: [fields()["query"]],
        data: [{ file_id: store.files[0], filename: "moss.md", score: 0.5, attributes: {}, content: [] }],
        has_more: false,
        next_page: null,
      });
    if (method === "POST") {
      const { file_id: one, file_ids: several = [] } = fields() as { file_id?: string; file_ids?: string[] };
      store.files.push(...(one === undefined ? several : [one]));
      const object = more === "files" ? "vector_store.file" : "vector_store.file_batch";
      return send({ id: one ?? "vsfb_1", object, vector_store_id: id, status: "completed" });
    }
    const page = store.files.map((one) => ({ id: one, object: "vector_store.file", status: "completed" }));
    send(last === undefined ? { object: "list", data: page, has_more: false } : page.find((one) => one.id === last));
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    responses,
    containers,
    next: (...more) => void scripts.push(...more),
    refuse: (status, body, headers = {}) => {
      refusal = { status, body, headers };
    },
    readingFor: (asks) => {
      reading = asks;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** OpenAI's containers for Python, as far as the runtime's tests need them. Shapes are those of the `openai` package. */
import type { IncomingMessage, ServerResponse } from "node:http";
import busboy from "busboy";
import type { ContainerCreateResponse } from "openai/resources/containers/containers";
import type { FileCreateResponse } from "openai/resources/containers/files/files";

interface StoredFile {
  readonly listed: boolean;
  readonly object: FileCreateResponse;
  readonly content: Buffer;
}

interface StoredContainer {
  readonly object: ContainerCreateResponse;
  readonly files: Map<string, StoredFile>;
}

/** Which request to refuse, and how. */
interface Refusal {
  readonly matches: (method: string, path: string) => boolean;
  others: number;
  readonly status: number;
  readonly body: unknown;
}

export interface ContainerRequest {
  readonly method: string;
  /** From behind `/v1`, with the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  /** Of a request in JSON. */
  readonly json: Record<string, unknown> | undefined;
}

export interface ContainerServer {
  readonly requests: ContainerRequest[];
  /** The ids of the containers that live, oldest first. */
  readonly living: () => string[];
  /** The names and contents of a container's files. */
  readonly contents: (containerId: string) => Record<string, string>;
  /** A program writes a file; returns its id. Writing again over it keeps its id and time. One that is not listed has to be asked for. */
  write(containerId: string, path: string, content: string | Buffer, listed?: boolean): string;
  /** Nobody used the container for 20 minutes. */
  expire(containerId: string): void;
  /** Refuses the next request of this method to a path that matches, after so many others. */
  refuse(method: string, path: RegExp, status: number, body: unknown, others?: number): void;
  /** Files of `/v1/files`, for containers to be given by their id. */
  readonly hostedFiles: Map<string, { readonly name: string; readonly content: Buffer }>;
  /** What `image` outputs point to, by path; only with a key. */
  readonly pictures: Map<string, Buffer>;
  /** Whether it answers a request; all under `/containers` and `/pictures`. */
  answer(request: IncomingMessage, response: ServerResponse, body: Buffer): boolean;
}

export function containerServer(): ContainerServer {
  const requests: ContainerRequest[] = [];
  const containers = new Map<string, StoredContainer>();
  const refusals: Refusal[] = [];
  const hostedFiles: ContainerServer["hostedFiles"] = new Map();
  const pictures: ContainerServer["pictures"] = new Map();
  let counter = 0;

  const add = (containerId: string, path: string, content: Buffer, source: string, listed = true): StoredFile => {
    const container = containers.get(containerId);
    if (container === undefined) throw new Error(`no container ${containerId}`);
    const before = [...container.files.values()].find((one) => one.object.path === path);
    const file: StoredFile = {
      listed,
      object: {
        id: before?.object.id ?? `cfile_${++counter}`,
        object: "container.file",
        created_at: before?.object.created_at ?? 1_800_000_000 + ++counter,
        bytes: content.length,
        container_id: containerId,
        path,
        source,
      },
      content,
    };
    container.files.set(file.object.id, file);
    return file;
  };

  const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const { method = "", url = "" } = request;
    const { pathname, searchParams } = new URL(url, "http://h");
    const path = pathname.slice("/v1".length);
    const send = (value: unknown, code = 200): void => {
      response.writeHead(code, { "content-type": "application/json" });
      response.end(value === undefined ? "" : JSON.stringify(value));
    };
    const refuse = (message: string, code: number): void =>
      send({ error: { message, type: "invalid_request_error", param: null, code: null } }, code);
    const refusal = refusals.findIndex((one) => one.matches(method, path) && one.others-- <= 0);
    if (refusal !== -1) {
      const [{ status, body: said }] = refusals.splice(refusal, 1) as [Refusal];
      return send(said, status);
    }
    const [, , id = "", files, fileId = "", content] = path.split("/");
    if (method === "POST" && id === "") {
      const { name = "" } = JSON.parse(body.toString()) as { name?: string };
      const object: ContainerCreateResponse = {
        id: `cntr_${++counter}`,
        object: "container",
        created_at: 1_800_000_000,
        name,
        status: "running",
        expires_after: { anchor: "last_active_at", minutes: 20 },
        last_active_at: 1_800_000_000,
      };
      containers.set(object.id, { object, files: new Map() });
      return send(object);
    }
    const container = containers.get(id);
    if (container === undefined) return refuse(`Container with id '${id}' not found.`, 404);
    if (files === undefined && method === "DELETE") {
      containers.delete(id);
      return send(undefined);
    }
    if (files === undefined) return send(container.object);
    if (container.object.status === "expired") return refuse("Container is expired.", 400);
    if (method === "POST") {
      if (!/multipart/.test(request.headers["content-type"] ?? "")) {
        const { file_id: wanted = "" } = JSON.parse(body.toString()) as { file_id?: string };
        const known = hostedFiles.get(wanted);
        if (known === undefined) return refuse(`No such File object: ${wanted}`, 404);
        return send(add(id, `/mnt/data/${wanted}-${known.name}`, known.content, "user").object);
      }
      const parser = busboy({ headers: request.headers, defParamCharset: "utf8" });
      parser.on("file", (_, stream, { filename }) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        // Live paths begin with a hash of the upload.
        stream.on("end", () => send(add(id, `/mnt/data/0f0f-${filename}`, Buffer.concat(chunks), "user").object));
      });
      parser.end(body);
      return;
    }
    if (fileId === "") {
      const all = [...container.files.values()].filter((file) => file.listed).map((file) => file.object);
      const after = searchParams.get("after");
      const from = after === null ? 0 : all.findIndex((file) => file.id === after) + 1;
      const data = all.slice(from, from + Number(searchParams.get("limit") ?? 20));
      return send({ object: "list", data, has_more: from + data.length < all.length });
    }
    const file = container.files.get(fileId);
    if (file === undefined) return refuse(`Container file ${fileId} not found.`, 404);
    if (method === "DELETE") {
      container.files.delete(fileId);
      return send(undefined);
    }
    if (content === undefined) return send(file.object);
    response.writeHead(200, { "content-type": "application/octet-stream" });
    response.end(file.content);
  };

  return {
    requests,
    hostedFiles,
    pictures,
    living: () => [...containers].flatMap(([id, { object }]) => (object.status === "running" ? [id] : [])),
    contents: (containerId) =>
      Object.fromEntries(
        [...(containers.get(containerId)?.files.values() ?? [])].map(({ object, content }) => [
          object.path.split("/").at(-1) ?? "",
          content.toString(),
        ]),
      ),
    write: (containerId, path, content, listed) =>
      add(containerId, path, Buffer.from(content), "assistant", listed).object.id,
    expire: (containerId) => {
      const container = containers.get(containerId);
      if (container !== undefined) container.object.status = "expired";
    },
    refuse: (method, path, status, body, others = 0) =>
      void refusals.push({ matches: (one, where) => one === method && path.test(where), others, status, body }),
    answer: (request, response, body) => {
      const { method = "", url = "" } = request;
      const picture = pictures.get(url);
      if (picture !== undefined) {
        response.writeHead(request.headers.authorization === undefined ? 401 : 200, { "content-type": "image/png" });
        response.end(picture);
        return true;
      }
      if (!url.startsWith("/v1/containers")) return false;
      const isJson = /json/.test(request.headers["content-type"] ?? "");
      requests.push({
        method,
        path: url.slice("/v1".length),
        authorization: request.headers.authorization,
        json: isJson ? (JSON.parse(body.toString()) as Record<string, unknown>) : undefined,
      });
      answer(request, response, body);
      return true;
    },
  };
}

import { openAsBlob } from "node:fs";
import { fieldsOf, stringOf, type Fields } from "../http/fields.ts";
import { headersFor, type Target } from "../http/target.ts";
import { HostedApi, isRefusal, type HostedRefusal } from "./hostedApi.ts";

/** A file in a container: the wire's `container.file`. */
export interface ContainerFile {
  /** `cfile_…` */
  readonly id: string;
  /** Absolute, as programs in the container see it. */
  readonly path: string;
  readonly bytes: number;
  readonly createdAt: number;
  /** Who put it there: `user`, or `assistant` for what programs wrote. */
  readonly source: string;
}

/** The most that a container's idle time may be, in minutes: the API takes no more. */
const idleMinutes = 20;
const pageSize = 100;
/** A container with more files than so many pages is read no further. */
const mostPages = 20;

/** The containers in which the upstream itself runs Python (`--hosted-python`). */
export class Containers extends HostedApi {
  constructor(target: Target) {
    super(
      target,
      'it may have no containers for Python (--hosted-python, or "hostedPython" of a connection, needs OpenAI\'s)',
    );
  }

  /** Makes a container and resolves to its id. */
  async create(name: string, signal: AbortSignal): Promise<string | HostedRefusal> {
    const body = { name, expires_after: { anchor: "last_active_at", minutes: idleMinutes } };
    const made = await this.ask("POST", "/containers", body, signal);
    if (isRefusal(made)) return made;
    const id = stringOf(made["id"]);
    return id === "" ? nonsense("The upstream made a container without an id.") : id;
  }

  /** Whether a container can be used still. */
  async isAlive(id: string, signal: AbortSignal): Promise<boolean | HostedRefusal> {
    const found = await this.ask("GET", pathOf(id), undefined, signal);
    if (isRefusal(found)) return found.status === 404 || isGone(found) ? false : found;
    return !/^(?:expired|deleted|failed)$/.test(stringOf(found["status"]));
  }

  /** Puts a file of this machine into a container. */
  async put(id: string, path: string, name: string, signal: AbortSignal): Promise<ContainerFile | HostedRefusal> {
    const form = new FormData();
    // Read from the disk while it is sent.
    form.append("file", await openAsBlob(path), name);
    return fileOrRefusal(await this.ask("POST", `${pathOf(id)}/files`, form, signal));
  }

  /** Puts a file that the upstream has already into a container. */
  async putHosted(id: string, fileId: string, signal: AbortSignal): Promise<ContainerFile | HostedRefusal> {
    return fileOrRefusal(await this.ask("POST", `${pathOf(id)}/files`, { file_id: fileId }, signal));
  }

  /** The files in a container, oldest first. */
  async files(id: string, signal: AbortSignal): Promise<ContainerFile[] | HostedRefusal> {
    const all: ContainerFile[] = [];
    let after = "";
    for (let page = 0; page < mostPages; page++) {
      const query = new URLSearchParams({ limit: `${pageSize}`, order: "asc", ...(after === "" ? {} : { after }) });
      const answer = await this.ask("GET", `${pathOf(id)}/files?${query}`, undefined, signal);
      if (isRefusal(answer)) return answer;
      const data = Array.isArray(answer["data"]) ? answer["data"].flatMap((one) => readFile(fieldsOf(one)) ?? []) : [];
      all.push(...data);
      const last = data.at(-1)?.id ?? "";
      if (answer["has_more"] !== true || last === "" || last === after) break;
      after = last;
    }
    return all;
  }

  /** What is known of one file. */
  async file(id: string, fileId: string, signal: AbortSignal): Promise<ContainerFile | HostedRefusal> {
    const path = `${pathOf(id)}/files/${encodeURIComponent(fileId)}`;
    return fileOrRefusal(await this.ask("GET", path, undefined, signal));
  }

  /** The content of a file, to be read by the caller. */
  async content(id: string, fileId: string, signal: AbortSignal): Promise<Response | HostedRefusal> {
    const path = `${pathOf(id)}/files/${encodeURIComponent(fileId)}/content`;
    const response = await this.fetch(path, { headers: headersFor(this.target), signal });
    return response.ok ? response : this.refusal(response);
  }

  /** What an `image` output points to. Only the upstream's own server gets the key. */
  async image(url: string, signal: AbortSignal): Promise<Response | HostedRefusal> {
    const own = new URL(url).origin === new URL(this.target.url).origin;
    const response = await fetch(url, {
      redirect: "manual",
      signal,
      ...(own ? { headers: headersFor(this.target) } : {}),
    });
    return response.ok ? response : this.refusal(response);
  }

  /** Takes a file out of a container. One that is not there any more is as good. */
  async removeFile(id: string, fileId: string, signal: AbortSignal): Promise<HostedRefusal | undefined> {
    return refusalUnlessGone(
      await this.ask("DELETE", `${pathOf(id)}/files/${encodeURIComponent(fileId)}`, undefined, signal),
    );
  }

  async remove(id: string): Promise<HostedRefusal | undefined> {
    return refusalUnlessGone(await this.ask("DELETE", pathOf(id)));
  }
}

/** Whether a refusal says that a container is no more: 400 "Container is expired.", 404 "Container with id … not found." */
export function isGone({ status, message }: { readonly status: number; readonly message: string }): boolean {
  return status === 404
    ? message === "" || /\bcontainer\b/i.test(message)
    : status === 400 && containerGone.test(message);
}

/** "Expected container_id: …" is said of a call in the conversation whose container has been replaced. */
export const containerGone =
  /\bcontainer\b.*\b(?:expired|not found|does not exist|no longer)\b|\bexpected container_id\b/i;

function refusalUnlessGone(answer: Fields | HostedRefusal): HostedRefusal | undefined {
  return isRefusal(answer) && !isGone(answer) ? answer : undefined;
}

function pathOf(id: string): string {
  return `/containers/${encodeURIComponent(id)}`;
}

function fileOrRefusal(answer: Fields | HostedRefusal): ContainerFile | HostedRefusal {
  return isRefusal(answer)
    ? answer
    : (readFile(answer) ?? nonsense("The upstream did not say where in the container the file is."));
}

function readFile(answer: Fields): ContainerFile | undefined {
  const { id, path, bytes, created_at: createdAt, source } = answer;
  if (typeof id !== "string" || id === "" || typeof path !== "string" || path === "") return undefined;
  return {
    id,
    path,
    bytes: typeof bytes === "number" ? bytes : 0,
    createdAt: typeof createdAt === "number" ? createdAt : 0,
    source: stringOf(source),
  };
}

function nonsense(words: string): HostedRefusal {
  return { status: 502, message: words, param: null, code: "", words };
}

import { connectionError } from "../http/connectionError.ts";
import { turnErrorOf } from "../http/failures.ts";
import { fieldsOf, type Fields } from "../http/fields.ts";
import { parseBody, readRefusal, retryAfter, type Refusal } from "../http/refusal.ts";
import { addressOf, headersFor, type Target } from "../http/target.ts";

/** Of a client's request, what the upstream gets. Its key and its host are not among it. */
const passedHeaders = ["accept", "content-length", "content-type", "idempotency-key", "openai-beta", "range"];

/** What the upstream refused, in words for a person. */
export interface HostedRefusal extends Refusal {
  readonly words: string;
}

/** A connection that could not be made or broke; the message is for a person. */
export class HostedUnreachable extends Error {}

/** The files and vector stores of the upstream itself (`--hosted-files`). */
export class HostedFiles {
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  /**
   * Sends a client's request on as it is, with the runtime's key, without reading its body into memory.
   * @param path with the query, from behind the base URL
   */
  forward(request: Request, path: string): Promise<Response> {
    const headers = new Headers(headersFor(this.#target));
    for (const name of passedHeaders) {
      const value = request.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    const hasBody = request.method !== "GET" && request.method !== "HEAD" && request.body !== null;
    return this.#fetch(path, {
      method: request.method,
      headers,
      ...(hasBody ? { body: request.body, duplex: "half" } : {}),
      signal: request.signal,
    });
  }

  /** Asks for JSON. */
  async ask(
    method: "GET" | "POST",
    path: string,
    body?: object,
    signal?: AbortSignal,
  ): Promise<Fields | HostedRefusal> {
    const response = await this.#fetch(path, {
      method,
      headers: {
        ...headersFor(this.#target),
        "openai-beta": "assistants=v2",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!response.ok) return this.refusal(response);
    try {
      return fieldsOf(await response.json());
    } catch (error) {
      throw new HostedUnreachable(connectionError(error, this.#target).message, { cause: error });
    }
  }

  /** What an answer that is none says. */
  async refusal(response: Response): Promise<HostedRefusal> {
    let text;
    try {
      text = await response.text();
    } catch (error) {
      throw new HostedUnreachable(connectionError(error, this.#target).message, { cause: error });
    }
    const location = response.headers.get("location");
    const refusal = readRefusal(
      response.status,
      // Of the address that it points to, only the server: the rest may hold anything.
      location !== null && URL.canParse(location) ? new URL(location).origin : parseBody(text),
      this.#target,
      retryAfter(response.headers, Date.now()),
    );
    const { host } = new URL(this.#target.url);
    // What a server says about a file or a store is clear by itself; about keys and itself, it is not.
    const clear = [400, 404, 409, 413, 415, 422].includes(response.status) && refusal.message !== "";
    const words = response.ok
      ? `${this.#target.url} answered with something that is not JSON: is this the address of the API?`
      : clear
        ? refusal.message
        : response.status === 404
          ? `The upstream ${host} answered HTTP 404: it may have no files and vector stores (--hosted-files needs OpenAI's).`
          : turnErrorOf(refusal, this.#target, "", []).message;
    return { ...refusal, words };
  }

  /** Whether files of a vector store are still being read. False as well when that is not to be had. */
  async isReading(storeId: string, signal: AbortSignal): Promise<boolean> {
    try {
      const store = await this.ask("GET", `/vector_stores/${encodeURIComponent(storeId)}`, undefined, signal);
      return "words" in store ? false : store["status"] === "in_progress";
    } catch (error) {
      // The run goes on, and its own request to the upstream will tell.
      if (error instanceof HostedUnreachable) return false;
      throw error;
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const asked = path.indexOf("?");
    const url = new URL(addressOf(this.#target, asked === -1 ? path : path.slice(0, asked)));
    for (const [name, value] of new URLSearchParams(asked === -1 ? "" : path.slice(asked)))
      url.searchParams.append(name, value);
    try {
      // A key is not carried to where somebody else points.
      return await fetch(url, { ...init, redirect: "manual" });
    } catch (error) {
      throw new HostedUnreachable(connectionError(error, this.#target).message, { cause: error });
    }
  }
}

import { connectionError } from "../http/connectionError.ts";
import { turnErrorOf } from "../http/failures.ts";
import { fieldsOf, type Fields } from "../http/fields.ts";
import { parseBody, readRefusal, retryAfter, type Refusal } from "../http/refusal.ts";
import { addressOf, headersFor, type Target } from "../http/target.ts";

/** What the upstream refused, in words for a person. */
export interface HostedRefusal extends Refusal {
  readonly words: string;
}

/** A connection that could not be made or broke; the message is for a person. */
export class HostedUnreachable extends Error {}

export function isRefusal(answer: object): answer is HostedRefusal {
  return "words" in answer;
}

/** What an upstream keeps beside its models, asked for with the runtime's key. */
export class HostedApi {
  readonly target: Target;
  readonly #missing: string;

  /** @param missing what to say of an upstream that does not know a path */
  constructor(target: Target, missing: string) {
    this.target = target;
    this.#missing = missing;
  }

  /** The upstream, as a person knows it. */
  get host(): string {
    return new URL(this.target.url).host;
  }

  /** Asks for JSON. A form is sent as it is, any other body as JSON; a deletion may be answered with nothing. */
  async ask(
    method: "GET" | "POST" | "DELETE",
    path: string,
    body?: object,
    signal?: AbortSignal,
  ): Promise<Fields | HostedRefusal> {
    const form = body instanceof FormData;
    const response = await this.fetch(path, {
      method,
      headers: {
        ...headersFor(this.target),
        "openai-beta": "assistants=v2",
        ...(body === undefined || form ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!response.ok) return this.refusal(response);
    try {
      const text = await response.text();
      return method === "DELETE" && text.trim() === "" ? {} : fieldsOf(JSON.parse(text));
    } catch (error) {
      throw new HostedUnreachable(connectionError(error, this.target).message, { cause: error });
    }
  }

  /** What an answer that is none says. */
  async refusal(response: Response): Promise<HostedRefusal> {
    let text;
    try {
      text = await response.text();
    } catch (error) {
      throw new HostedUnreachable(connectionError(error, this.target).message, { cause: error });
    }
    const location = response.headers.get("location");
    const refusal = readRefusal(
      response.status,
      // Of the address that it points to, only the server: the rest may hold anything.
      location !== null && URL.canParse(location) ? new URL(location).origin : parseBody(text),
      this.target,
      retryAfter(response.headers, Date.now()),
    );
    // What a server says about a file or a store is clear by itself; about keys and itself, it is not.
    const clear = [400, 404, 409, 413, 415, 422].includes(response.status) && refusal.message !== "";
    const words = response.ok
      ? `${this.target.url} answered with something that is not JSON: is this the address of the API?`
      : clear
        ? refusal.message
        : response.status === 404
          ? `The upstream ${this.host} answered HTTP 404: ${this.#missing}.`
          : turnErrorOf(refusal, this.target, "", []).message;
    return { ...refusal, words };
  }

  /** @param path with the query, from behind the base URL */
  async fetch(path: string, init: RequestInit): Promise<Response> {
    const asked = path.indexOf("?");
    const url = new URL(addressOf(this.target, asked === -1 ? path : path.slice(0, asked)));
    for (const [name, value] of new URLSearchParams(asked === -1 ? "" : path.slice(asked)))
      url.searchParams.append(name, value);
    try {
      // A key is not carried to where somebody else points.
      return await fetch(url, { ...init, redirect: "manual" });
    } catch (error) {
      throw new HostedUnreachable(connectionError(error, this.target).message, { cause: error });
    }
  }
}

import { reasonOf, type Log } from "../../log.ts";
import type { TurnRequest } from "../port.ts";
import { listServerModels } from "./modelList.ts";
import { parseBody, readRefusal, retryAfter, type Refusal } from "./refusal.ts";
import { addressOf, headersFor, type Target } from "./target.ts";

/** What a refusal teaches: how to ask from now on, and the words for it. */
export interface Lesson<P> {
  readonly change: Partial<P>;
  readonly said: string;
}

/** One way of asking (Chat Completions, Responses), with a profile of what a model takes. */
export interface Dialect<P> {
  readonly path: string;
  readonly first: P;
  body(request: TurnRequest, profile: P): Record<string, unknown>;
  /** `undefined` when the refusal teaches nothing. */
  learn(profile: P, sent: Readonly<Record<string, unknown>>, refusal: Refusal): Lesson<P> | undefined;
}

/** A server that refuses one parameter after the other gets so many chances. */
const maxLessons = 8;

/** Asks a server, and asks again without what it turns out not to take; that is remembered for each model. */
export class AdaptiveRequests<P extends object> {
  readonly #target: Target;
  readonly #dialect: Dialect<P>;
  readonly #log: Log;
  readonly #profiles = new Map<string, P>();

  constructor(target: Target, dialect: Dialect<P>, log: Log) {
    this.#target = target;
    this.#dialect = dialect;
    this.#log = log;
  }

  /** The answer, which may be a stream or JSON; or why there is none. Rejects when the connection fails. */
  async open(request: TurnRequest, signal: AbortSignal): Promise<Response | Refusal> {
    const { model } = request;
    for (let lesson = 0; ; lesson++) {
      const profile = this.#profiles.get(model) ?? this.#dialect.first;
      const body = this.#dialect.body(request, profile);
      const answer = await this.#post(model, body, signal);
      if (answer instanceof Response) return answer;
      const learned = lesson < maxLessons ? this.#dialect.learn(profile, body, answer) : undefined;
      if (learned === undefined) return answer;
      // Another run may have learned something else in the meantime.
      this.#profiles.set(model, { ...(this.#profiles.get(model) ?? this.#dialect.first), ...learned.change });
      this.#log(`${new URL(this.#target.url).host}, model ${model}: ${learned.said}`);
    }
  }

  /** The models to name when one is not there. */
  async offered(refusal: Refusal): Promise<string[]> {
    if (refusal.status !== 404 && !/model/i.test(refusal.message)) return [];
    try {
      return (await listServerModels(this.#target)).map((model) => model.id);
    } catch (error) {
      this.#log(`the list of models is not to be had: ${reasonOf(error)}`);
      return [];
    }
  }

  async #post(model: string, body: object, signal: AbortSignal): Promise<Response | Refusal> {
    const response = await fetch(addressOf(this.#target, this.#dialect.path, model), {
      method: "POST",
      headers: { ...headersFor(this.#target), "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify(body),
      // A conversation is not carried to where somebody else points.
      redirect: "manual",
      signal,
    });
    const type = response.headers.get("content-type") ?? "";
    if (response.ok && !/text\/html/i.test(type)) return response;
    const told = await response.text();
    const location = response.headers.get("location");
    const refusal = readRefusal(
      response.status,
      // Of the address that it points to, only the server: the rest may hold anything.
      location !== null && URL.canParse(location) ? new URL(location).origin : parseBody(told),
      this.#target,
      retryAfter(response.headers, Date.now()),
    );
    return response.ok ? { ...refusal, page: true } : refusal;
  }
}

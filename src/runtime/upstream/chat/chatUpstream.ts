import { reasonOf, type Log } from "../../log.ts";
import type { Model, Usage } from "../../objects.ts";
import type { TurnEvent, TurnRequest, Upstream } from "../port.ts";
import { connectionError, readRefusal, retryAfter, turnErrorOf, type Refusal } from "./failures.ts";
import { listChatModels } from "./modelList.ts";
import { firstProfile, learn, type Profile } from "./profile.ts";
import { requestBody } from "./requestBody.ts";
import { readSse } from "./sseReader.ts";
import { authorization, type ChatOptions } from "./target.ts";
import { TurnReader } from "./turnReader.ts";
import { countUsage } from "./usage.ts";

/** A server that refuses one parameter after the other gets so many chances. */
const maxLessons = 6;

/** Any server of the Chat Completions dialect. */
export class ChatUpstream implements Upstream {
  readonly #options: ChatOptions;
  readonly #log: Log;
  readonly #profiles = new Map<string, Profile>();

  constructor(options: ChatOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  listModels(): Promise<Model[]> {
    return listChatModels(this.#options);
  }

  async *runTurn(request: TurnRequest, signal: AbortSignal): AsyncIterable<TurnEvent> {
    try {
      const response = await this.#open(request, signal);
      if (response instanceof Response) yield* this.#read(response, request);
      else yield turnErrorOf(response, this.#options, request.model, await this.#offered(response));
    } catch (error) {
      if (signal.aborted) return;
      yield connectionError(error, this.#options);
    }
  }

  /** Sends the request, without what the server turns out not to know. */
  async #open(request: TurnRequest, signal: AbortSignal): Promise<Response | Refusal> {
    let profile = this.#profiles.get(request.model) ?? firstProfile(this.#options.url);
    for (let lesson = 0; ; lesson++) {
      const body = requestBody(request, profile);
      const response = await fetch(`${this.#options.url}/chat/completions`, {
        method: "POST",
        headers: { ...authorization(this.#options), "content-type": "application/json", accept: "text/event-stream" },
        body: JSON.stringify(body),
        signal,
      });
      if (response.ok) return response;
      const refusal = readRefusal(
        response.status,
        parseOr(await response.text()),
        this.#options,
        retryAfter(response.headers, Date.now()),
      );
      const learned =
        [400, 422].includes(response.status) && lesson < maxLessons ? learn(profile, body, refusal) : undefined;
      if (learned === undefined) return refusal;
      profile = learned;
      this.#profiles.set(request.model, profile);
      this.#log(
        `${new URL(this.#options.url).host} does not take a parameter for ${request.model}; asking again without it`,
      );
    }
  }

  async *#read(response: Response, request: TurnRequest): AsyncIterable<TurnEvent> {
    const turn = new TurnReader(this.#options, request.model);
    for await (const chunk of chunksOf(response)) {
      if (chunk === "[DONE]") break;
      yield* turn.read(chunk);
      if (turn.failed) return;
    }
    const end = turn.finish();
    yield* end.events;
    if (end.failure !== undefined) return yield end.failure;
    const usage: Usage = turn.usage ?? (await countUsage(request, turn.written));
    yield { kind: "turn.end", reason: end.reason, usage };
  }

  /** The models to name when one is not there. */
  async #offered(refusal: Refusal): Promise<string[]> {
    if (refusal.status !== 404 && !/model/i.test(refusal.message)) return [];
    try {
      return (await this.listModels()).map((model) => model.id);
    } catch (error) {
      this.#log(`the list of models is not to be had: ${reasonOf(error)}`);
      return [];
    }
  }
}

/** The chunks of an answer: of a stream, or the one of a server that does not stream though it was asked to. */
async function* chunksOf(response: Response): AsyncIterable<string> {
  if (response.body === null) return;
  if (/application\/json/.test(response.headers.get("content-type") ?? "")) yield await response.text();
  else yield* readSse(response.body);
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Proxies answer in HTML or plain words.
    return text
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ")
      .trim();
  }
}

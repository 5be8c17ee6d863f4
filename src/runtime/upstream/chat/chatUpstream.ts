import type { Log } from "../../log.ts";
import type { Model } from "../../objects.ts";
import { countUsage } from "../countUsage.ts";
import { AdaptiveRequests } from "../http/adaptiveRequests.ts";
import { connectionError } from "../http/connectionError.ts";
import { turnErrorOf } from "../http/failures.ts";
import { listServerModels } from "../http/modelList.ts";
import { dataOf } from "../http/sseReader.ts";
import type { Target } from "../http/target.ts";
import type { TurnEvent, TurnRequest, Upstream } from "../port.ts";
import { learnChat } from "./lessons.ts";
import { firstProfile, type ChatProfile, type ChatSettings } from "./profile.ts";
import { requestBody } from "./requestBody.ts";
import { TurnReader } from "./turnReader.ts";

/** Any server of the Chat Completions dialect. */
export class ChatUpstream implements Upstream {
  readonly #target: Target;
  readonly #requests: AdaptiveRequests<ChatProfile>;

  constructor(target: Target, settings: ChatSettings, log: Log) {
    this.#target = target;
    this.#requests = new AdaptiveRequests<ChatProfile>(
      target,
      {
        path: "/chat/completions",
        first: firstProfile(target.server, settings),
        body: requestBody,
        learn: (profile, sent, refusal) => learnChat(profile, sent, refusal, settings),
      },
      log,
    );
  }

  listModels(): Promise<Model[]> {
    return listServerModels(this.#target);
  }

  async *runTurn(request: TurnRequest, signal: AbortSignal): AsyncIterable<TurnEvent> {
    try {
      const answer = await this.#requests.open(request, signal);
      if (answer instanceof Response) yield* this.#read(answer, request);
      else yield turnErrorOf(answer, this.#target, request.model, await this.#requests.offered(answer));
    } catch (error) {
      if (signal.aborted) return;
      yield connectionError(error, this.#target);
    }
  }

  async *#read(response: Response, request: TurnRequest): AsyncIterable<TurnEvent> {
    const turn = new TurnReader(this.#target, request.model);
    for await (const chunk of dataOf(response)) {
      yield* turn.read(chunk);
      if (turn.failed) return;
    }
    const end = turn.finish();
    yield* end.events;
    if (end.failure !== undefined) return yield end.failure;
    const usage = turn.usage ?? (await countUsage(request, turn.written));
    yield { kind: "turn.end", reason: end.reason, usage };
  }
}

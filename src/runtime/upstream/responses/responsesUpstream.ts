import type { Log } from "../../log.ts";
import type { Model } from "../../objects.ts";
import { countUsage } from "../countUsage.ts";
import { AdaptiveRequests } from "../http/adaptiveRequests.ts";
import { connectionError } from "../http/connectionError.ts";
import { listServerModels } from "../http/modelList.ts";
import { dataOf } from "../http/sseReader.ts";
import type { Target } from "../http/target.ts";
import type { TurnEvent, TurnRequest, Upstream } from "../port.ts";
import { firstResponsesProfile, learnResponses, type ResponsesProfile } from "./profile.ts";
import { responsesBody } from "./requestBody.ts";
import { responseError } from "./responseError.ts";
import { ResponseReader } from "./turnReader.ts";

/** OpenAI's Responses API, and servers that have it too. Stateless: each request carries all that the model is to know. */
export class ResponsesUpstream implements Upstream {
  readonly #target: Target;
  readonly #requests: AdaptiveRequests<ResponsesProfile>;

  constructor(target: Target, log: Log) {
    this.#target = target;
    this.#requests = new AdaptiveRequests<ResponsesProfile>(
      target,
      { path: "/responses", first: firstResponsesProfile, body: responsesBody, learn: learnResponses },
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
      else yield responseError(answer, this.#target, request, await this.#requests.offered(answer));
    } catch (error) {
      if (signal.aborted) return;
      yield connectionError(error, this.#target);
    }
  }

  async *#read(response: Response, request: TurnRequest): AsyncIterable<TurnEvent> {
    const turn = new ResponseReader(this.#target, request);
    for await (const data of dataOf(response)) {
      yield* turn.read(data);
      if (turn.failed) return;
      if (turn.end !== undefined) break;
    }
    const { end } = turn;
    if (end === undefined)
      return yield turn.fail({ message: "it closed the connection before the response had ended" });
    if (end.replay !== undefined) yield { kind: "turn.replay", items: end.replay };
    const { usage, details } = end.usage ?? { usage: await countUsage(request, turn.written), details: undefined };
    yield { kind: "turn.end", reason: end.reason, usage, ...(details === undefined ? {} : { details }) };
  }
}

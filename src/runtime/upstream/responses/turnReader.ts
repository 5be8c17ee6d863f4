import type { Usage } from "../../objects.ts";
import type { TurnError } from "../http/failures.ts";
import { fieldsOf, stringOf, type Fields } from "../http/fields.ts";
import { readRefusal } from "../http/refusal.ts";
import { responseError } from "./responseError.ts";
import type { Target } from "../http/target.ts";
import type { TurnEvent, TurnRequest, UsageDetails } from "../port.ts";
import { OutputItems } from "./outputItems.ts";

export interface TurnEnd {
  readonly reason: Extract<TurnEvent, { kind: "turn.end" }>["reason"];
  readonly usage: { readonly usage: Usage; readonly details: UsageDetails } | undefined;
  /** The output to send back, when functions were called. */
  readonly replay: readonly object[] | undefined;
}

/** Reads the events of one response. Ends with `end` or `failed`; neither of them when the stream broke off. */
export class ResponseReader {
  readonly #target: Target;
  readonly #request: TurnRequest;
  readonly #items = new OutputItems();
  #end: TurnEnd | undefined;
  #failed = false;

  constructor(target: Target, request: TurnRequest) {
    this.#target = target;
    this.#request = request;
  }

  get end(): TurnEnd | undefined {
    return this.#end;
  }

  /** Whether a `turn.error` has been given; nothing may follow. */
  get failed(): boolean {
    return this.#failed;
  }

  get written(): string {
    return this.#items.written;
  }

  *read(data: string): Iterable<TurnEvent> {
    let parsed: unknown;
    try {
      parsed = JSON.parse(data);
    } catch {
      // Going on would give an answer with a hole in it.
      return yield this.fail({ message: "it sent an event that is not JSON" });
    }
    const event = fieldsOf(parsed);
    switch (event["type"]) {
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
        yield* this.#finish(fieldsOf(event["response"]), event["type"].slice("response.".length));
        break;
      case "error":
        // Nested here, as it is on the wire, or flat, as some servers have it. What follows it says no more.
        yield this.fail(event);
        break;
      case undefined:
        // Not an event: an error by itself, or the response of a server that does not stream though asked to.
        if (event["object"] === "response") yield* this.#finish(event, stringOf(event["status"]));
        else if (event["error"] !== undefined && event["error"] !== null) yield this.fail(event);
        break;
      default:
        yield* this.#items.read(event);
    }
  }

  /** The failure in the words of a body, which has the shape of an error answer. */
  fail(body: unknown): TurnError {
    this.#failed = true;
    return responseError(readRefusal(200, body, this.#target), this.#target, this.#request, []);
  }

  *#finish(response: Fields, told: string): Iterable<TurnEvent> {
    // Some servers send `response.completed` with another status inside.
    const status = ["completed", "incomplete", "failed"].find((one) => one === response["status"]) ?? told;
    if (status === "failed") {
      const error = fieldsOf(response["error"]);
      return yield this.fail({ error: { ...error, message: stringOf(error["message"]) || "it gave no reason" } });
    }
    yield* this.#items.settle(Array.isArray(response["output"]) ? response["output"] : []);
    const reason = status === "incomplete" ? incompleteReason(response) : "stop";
    if (reason === "stop" && this.#items.hasNamelessCall)
      return yield this.fail({ message: "it called a function without a name" });
    this.#end = {
      reason,
      usage: readUsage(fieldsOf(response["usage"])),
      replay: this.#items.replay,
    };
  }
}

function incompleteReason(response: Fields): TurnEnd["reason"] {
  const { reason } = fieldsOf(response["incomplete_details"]);
  if (reason === "content_filter") return "content_filter";
  // A server that gives no reason has met the one limit that everyone has.
  return reason === "max_output_tokens" || reason === undefined || reason === null ? "length" : "other";
}

function readUsage(usage: Fields): TurnEnd["usage"] {
  const { input_tokens: input, output_tokens: output } = usage;
  if (typeof input !== "number" || typeof output !== "number") return undefined;
  const count = (value: unknown): number => (typeof value === "number" ? value : 0);
  return {
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
    details: {
      cachedTokens: count(fieldsOf(usage["input_tokens_details"])["cached_tokens"]),
      reasoningTokens: count(fieldsOf(usage["output_tokens_details"])["reasoning_tokens"]),
    },
  };
}

import type { Usage } from "../../objects.ts";
import type { TurnEvent } from "../port.ts";
import { turnErrorOf, type TurnError } from "../http/failures.ts";
import { fieldsOf, type Fields } from "../http/fields.ts";
import { readRefusal } from "../http/refusal.ts";
import type { Target } from "../http/target.ts";
import { CallAssembly } from "./callAssembly.ts";
import { ThinkingFilter } from "./thinking.ts";

type EndReason = Extract<TurnEvent, { kind: "turn.end" }>["reason"];

/** Reads the chunks of one answer. Takes what real servers send: see each remark. */
export class TurnReader {
  readonly #target: Target;
  readonly #model: string;
  readonly #calls = new CallAssembly();
  readonly #thinking = new ThinkingFilter();
  #text = "";
  #finish: string | undefined;
  #usage: Usage | undefined;
  #failed = false;

  constructor(target: Target, model: string) {
    this.#target = target;
    this.#model = model;
  }

  /** Whether a `turn.error` has been given; nothing may follow. */
  get failed(): boolean {
    return this.#failed;
  }

  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** Everything that the model wrote. */
  get written(): string {
    return `${this.#text}${this.#calls.text}`;
  }

  read(data: string): TurnEvent[] {
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      // Going on would give an answer with a hole in it.
      return [this.#fail({ message: "it sent a chunk that is not JSON" })];
    }
    const fields = fieldsOf(chunk);
    // An error in the middle: under `error` (OpenAI, OpenRouter), or the chunk itself (vLLM's `object: "error"`).
    if (truthy(fields["error"]) || fields["object"] === "error") return [this.#fail(chunk)];
    this.#readUsage(fields["usage"]);
    // The usage chunk has no choices.
    const choice = fieldsOf(Array.isArray(fields["choices"]) ? fields["choices"][0] : undefined);
    if (typeof choice["finish_reason"] === "string" && choice["finish_reason"] !== "")
      this.#finish = choice["finish_reason"];
    if (this.#finish === "error") return [this.#fail({ message: "it ended the answer with an error" })];
    // Reasoning (`reasoning_content`, `reasoning`) is not part of an answer.
    const delta = fieldsOf(choice["delta"] ?? choice["message"]);
    return [...this.#readText(delta), ...this.#readCalls(delta)];
  }

  /** What is still held back, and how the turn ended. Servers that close without a finish reason have finished. */
  finish(): { readonly events: TurnEvent[]; readonly reason: EndReason; readonly failure?: TurnError } {
    const rest = this.#thinking.finish();
    const events: TurnEvent[] = rest === "" ? [] : [this.#say(rest)];
    if (this.#finish === undefined && this.#text === "" && this.#calls.count === 0) {
      return {
        events,
        reason: "stop",
        failure: this.#error({ message: "it closed the connection without an answer" }),
      };
    }
    if (this.#calls.hasNameless && this.#finish !== "length") {
      return { events, reason: "stop", failure: this.#error({ message: "it called a function without a name" }) };
    }
    const reason = this.#finish === "length" || this.#finish === "content_filter" ? this.#finish : "stop";
    return { events, reason };
  }

  #readText(delta: Fields): TurnEvent[] {
    const events: TurnEvent[] = [];
    const content = textOf(delta["content"]);
    const text = content === "" ? "" : this.#thinking.add(content);
    if (text !== "") events.push(this.#say(text));
    if (typeof delta["refusal"] === "string" && delta["refusal"] !== "") {
      this.#text += delta["refusal"];
      events.push({ kind: "refusal.delta", text: delta["refusal"] });
    }
    return events;
  }

  #readCalls(delta: Fields): TurnEvent[] {
    const calls = Array.isArray(delta["tool_calls"]) ? delta["tool_calls"] : [];
    // The form before tools: one function, without an id.
    const old = truthy(delta["function_call"]) ? [{ index: 0, function: delta["function_call"] }] : [];
    return [...calls, ...old].flatMap((fragment: unknown) => this.#calls.add(fragment));
  }

  #readUsage(value: unknown): void {
    const usage = fieldsOf(value);
    const [prompt, completion] = [usage["prompt_tokens"], usage["completion_tokens"]];
    if (typeof prompt !== "number" || typeof completion !== "number") return;
    this.#usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  }

  #say(text: string): TurnEvent {
    this.#text += text;
    return { kind: "text.delta", text };
  }

  #fail(body: unknown): TurnError {
    this.#failed = true;
    return this.#error(body);
  }

  #error(body: unknown): TurnError {
    return turnErrorOf(readRefusal(200, body, this.#target), this.#target, this.#model, []);
  }
}

function truthy(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== "";
}

/** Content is a string; some servers send a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return Array.isArray(content)
    ? content
        .map((part: unknown) => fieldsOf(part)["text"])
        .filter((text) => typeof text === "string")
        .join("")
    : "";
}

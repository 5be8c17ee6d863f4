import { setTimeout as sleep } from "node:timers/promises";
import { connectionError } from "../upstream/http/connectionError.ts";
import { turnErrorOf } from "../upstream/http/failures.ts";
import { fieldsOf } from "../upstream/http/fields.ts";
import { parseBody, readRefusal, retryAfter } from "../upstream/http/refusal.ts";
import { addressOf, headersFor, type Target } from "../upstream/http/target.ts";
import type { Embedder, Patience } from "./embedder.ts";

/** OpenAI takes 2,048 texts and 300,000 tokens in a request; small servers take less at once and are no slower for it. */
const mostTexts = 128;
const maxCharacters = 300_000;
const requestMs = 60_000;

/** How often a request is made, and how long is waited before it is made again at most. */
const attemptsOf: Readonly<Record<Patience, { readonly attempts: number; readonly longestMs: number }>> = {
  // Somebody waits for the answer.
  question: { attempts: 2, longestMs: 2_000 },
  documents: { attempts: 8, longestMs: 60_000 },
};

export interface EmbedderTimes {
  /** Milliseconds before the first repetition. */
  readonly firstPauseMs?: number;
  /** Ends a request that takes too long. */
  readonly deadline?: () => AbortSignal;
}

/**
 * Embeddings of a server's `/v1/embeddings`. A server that does not answer in time, as a model on a slow processor, is asked for half as
 * many texts at once from then on.
 */
export class UpstreamEmbedder implements Embedder {
  readonly model: string;
  readonly #target: Target;
  readonly #firstPauseMs: number;
  readonly #deadline: () => AbortSignal;
  /** Texts in one request. */
  #most = mostTexts;

  constructor(target: Target, model: string, times: EmbedderTimes = {}) {
    this.#target = target;
    this.model = model;
    this.#firstPauseMs = times.firstPauseMs ?? 500;
    this.#deadline = times.deadline ?? (() => AbortSignal.timeout(requestMs));
  }

  async embed(texts: readonly string[], patience: Patience, signal?: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    while (vectors.length < texts.length) {
      const batch = nextBatch(texts, vectors.length, this.#most);
      try {
        vectors.push(...(await this.#embedBatch(batch, patience, signal)));
      } catch (error) {
        if (!(error instanceof TooSlow) || batch.length === 1) throw error;
        this.#most = Math.ceil(batch.length / 2);
      }
    }
    return vectors;
  }

  async #embedBatch(texts: readonly string[], patience: Patience, signal?: AbortSignal): Promise<Float32Array[]> {
    const { attempts, longestMs } = attemptsOf[patience];
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#ask(texts, signal);
      if ("vectors" in answer) return answer.vectors;
      signal?.throwIfAborted();
      const pause = answer.retryAfterMs ?? this.#firstPauseMs * 2 ** (attempt - 1);
      if (!answer.retryable || attempt >= attempts || pause > longestMs) throw new Error(answer.message);
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
    }
  }

  async #ask(
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<
    | { readonly vectors: Float32Array[] }
    | { readonly message: string; readonly retryable: boolean; readonly retryAfterMs?: number }
  > {
    const timeout = this.#deadline();
    try {
      const response = await fetch(addressOf(this.#target, "/embeddings", this.model), {
        method: "POST",
        headers: { ...headersFor(this.#target), "content-type": "application/json" },
        body: JSON.stringify({ model: this.model, input: texts, encoding_format: "float" }),
        // Texts are not carried to where somebody else points.
        redirect: "manual",
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      const body = parseBody(await response.text());
      if (response.ok) return { vectors: vectorsIn(body, texts.length) };
      const refusal = readRefusal(response.status, body, this.#target, retryAfter(response.headers, Date.now()));
      return turnErrorOf(refusal, this.#target, this.model, []);
    } catch (error) {
      if (timeout.aborted && signal?.aborted !== true)
        throw new TooSlow(
          `${this.#target.url}: no embeddings of ${texts.length === 1 ? "a text" : `${texts.length} texts`} within ${requestMs / 1000} seconds`,
          { cause: error },
        );
      if (error instanceof MalformedAnswer) throw new Error(`${this.#target.url}: ${error.message}`, { cause: error });
      return connectionError(error, this.#target);
    }
  }
}

class MalformedAnswer extends Error {}

class TooSlow extends Error {}

/** Texts of one request, from number `from` on: one at least. */
function nextBatch(texts: readonly string[], from: number, most: number): string[] {
  const batch: string[] = [];
  let characters = 0;
  for (const text of texts.slice(from, from + most)) {
    if (batch.length > 0 && characters + text.length > maxCharacters) break;
    // Servers refuse an empty text; a blank stands for it.
    batch.push(text.trim() === "" ? "." : text);
    characters += text.length;
  }
  return batch;
}

/** The vectors in the order of the texts, whatever order they came in, each of length 1. */
function vectorsIn(body: unknown, count: number): Float32Array[] {
  const { data } = fieldsOf(body);
  const list: readonly unknown[] = Array.isArray(data) ? data : [];
  const vectors: (Float32Array | undefined)[] = Array.from({ length: count }, () => undefined);
  for (const [at, one] of list.entries()) {
    const { index, embedding } = fieldsOf(one);
    vectors[typeof index === "number" ? index : at] = vectorOf(embedding);
  }
  const whole = vectors.filter((vector) => vector !== undefined);
  if (whole.length !== count || vectors.length !== count)
    throw new MalformedAnswer(`it was asked for ${count} embeddings and gave ${whole.length}`);
  if (new Set(whole.map((vector) => vector.length)).size > 1)
    throw new MalformedAnswer("its embeddings differ in length");
  return whole;
}

function vectorOf(value: unknown): Float32Array | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const vector = Float32Array.from(value, Number);
  const length = Math.hypot(...vector);
  return Number.isFinite(length) && length > 0 ? vector.map((one) => one / length) : undefined;
}

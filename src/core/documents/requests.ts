import { ProviderError } from "../provider.ts";
import type { DocumentPorts } from "./ports.ts";

/** What a person stopped. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/** With the waits between them, about a minute and a half before a server that is down is given up. */
const attempts = 8;
const [shortestMs, longestMs] = [500, 30_000];
/** A server that asks for more is not waited for: it is told. */
const longestRetryAfterMs = 120_000;

export interface RequestOptions {
  /**
   * Asked before a request is made again whose end was not seen: it may have been carried out. An answer that is not null is
   * taken for its result.
   */
  readonly find?: () => Promise<unknown>;
  /** A change of the vector store, of which OpenAI takes 300 a minute. */
  readonly write?: boolean;
}

/**
 * Requests of one sync: repeated when the server is busy or fails, with growing random waits; all of them wait when one is told to
 * come back later. Stops at once when the signal says so.
 */
export class Requests {
  readonly #ports: Pick<DocumentPorts, "random" | "now" | "sleep">;
  readonly #signal: AbortSignal | undefined;
  readonly #writesPerMinute: number | null;
  /** When the writes of the last minute were made. */
  readonly #writes: number[] = [];
  #closedUntil = 0;

  constructor(
    ports: Pick<DocumentPorts, "random" | "now" | "sleep">,
    options: { readonly signal?: AbortSignal | undefined; readonly writesPerMinute?: number | null } = {},
  ) {
    this.#ports = ports;
    this.#signal = options.signal;
    this.#writesPerMinute = options.writesPerMinute ?? null;
  }

  get signal(): AbortSignal | undefined {
    return this.#signal;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#ports.now();
  }

  /** @throws Cancelled, or the last error when it is no use to go on */
  async make<T>(request: (signal: AbortSignal | undefined) => Promise<T>, options: RequestOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      await this.#turn(options.write === true);
      try {
        return await request(this.#signal);
      } catch (error) {
        this.stopIfCancelled();
        if (!(error instanceof ProviderError) || !isPassing(error) || attempt === attempts) throw error;
        const asked = error.retryAfterMs;
        if (asked !== null && asked > longestRetryAfterMs) throw error;
        const wait = Math.min(longestMs, shortestMs * 2 ** (attempt - 1)) * (0.5 + this.#ports.random() / 2);
        const until = this.#ports.now() + Math.max(asked ?? 0, wait);
        if (error.kind === "rate_limited") this.#closedUntil = Math.max(this.#closedUntil, until);
        await this.#sleepUntil(until);
        if (error.kind === "rate_limited" || options.find === undefined) continue;
        const found = await options.find();
        if (found !== null) return found as T;
      }
    }
  }

  /** Waits, unless the person stops it. */
  async sleep(ms: number): Promise<void> {
    await this.#sleepUntil(this.#ports.now() + ms);
  }

  stopIfCancelled(): void {
    if (this.#signal?.aborted === true) throw new Cancelled("It was stopped.");
  }

  async #turn(write: boolean): Promise<void> {
    this.stopIfCancelled();
    while (this.#closedUntil > this.#ports.now()) await this.#sleepUntil(this.#closedUntil);
    if (!write || this.#writesPerMinute === null) return;
    for (;;) {
      const minuteAgo = this.#ports.now() - 60_000;
      while (this.#writes[0] !== undefined && this.#writes[0] <= minuteAgo) this.#writes.shift();
      const oldest = this.#writes[0];
      if (oldest === undefined || this.#writes.length < this.#writesPerMinute) break;
      await this.#sleepUntil(oldest + 60_000);
    }
    this.#writes.push(this.#ports.now());
  }

  async #sleepUntil(time: number): Promise<void> {
    const ms = time - this.#ports.now();
    try {
      if (ms > 0) await this.#ports.sleep(ms, this.#signal);
    } finally {
      this.stopIfCancelled();
    }
  }
}

function isPassing({ kind }: ProviderError): boolean {
  return kind === "rate_limited" || kind === "server" || kind === "unreachable" || kind === "interrupted";
}

/**
 * How much of a run's events may wait for one client that does not read. Past it the client is dropped, never the run. The
 * largest event is not counted: one tool output may be larger than this, and its client reads all the same.
 */
const maxWaitingBytes = 8 * 1024 * 1024;

/** What happens in one stretch of a run, from its start to `requires_action` or its end, for whoever listens. */
export class EventFeed {
  readonly #subscriptions = new Set<EventSubscription>();
  #ended = false;

  /** Hears everything emitted from now on. */
  subscribe(): EventSubscription {
    const subscription = new EventSubscription(() => this.#subscriptions.delete(subscription));
    if (this.#ended) subscription.finish();
    else this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Sends the object as it is now; it may change afterwards. */
  emit(event: string, data: object): void {
    if (this.#subscriptions.size === 0) return;
    const frame = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const subscription of this.#subscriptions) subscription.push(frame);
  }

  /** No more events. */
  end(): void {
    this.#ended = true;
    for (const subscription of this.#subscriptions) subscription.finish();
    this.#subscriptions.clear();
  }
}

/** Frames, joined; or the end of the feed; or the end for a client that was too slow. */
export type FeedPart = { readonly kind: "frames"; readonly frames: string } | { readonly kind: "finished" | "dropped" };

/** One client's place in a feed. */
export class EventSubscription {
  readonly #left: () => void;
  #frames: string[] = [];
  #waitingBytes = 0;
  #largestFrame = 0;
  #state: "open" | "finished" | "dropped" = "open";
  #wake: (() => void) | undefined;

  constructor(left: () => void) {
    this.#left = left;
  }

  push(frame: string): void {
    if (this.#state !== "open") return;
    this.#waitingBytes += frame.length;
    this.#largestFrame = Math.max(this.#largestFrame, frame.length);
    if (this.#waitingBytes - this.#largestFrame > maxWaitingBytes) {
      this.#state = "dropped";
      this.#frames = [];
      this.#left();
    } else {
      this.#frames.push(frame);
    }
    this.#wake?.();
  }

  finish(): void {
    if (this.#state === "open") this.#state = "finished";
    this.#wake?.();
  }

  /** Stops listening. */
  close(): void {
    this.#left();
    this.finish();
  }

  /** What has come since the last call; waits for at least one frame. */
  async next(): Promise<FeedPart> {
    while (this.#frames.length === 0) {
      if (this.#state !== "open") return { kind: this.#state };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
      // Tokens that came in one packet leave in one write: a write for each costs more than all else that a token costs.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const frames = this.#frames.join("");
    this.#frames = [];
    this.#waitingBytes = 0;
    this.#largestFrame = 0;
    return { kind: "frames", frames };
  }
}

import type { Requests } from "../src/protocol/messages.ts";
import type { ReplyMessage, RequestMap, RequestOf } from "../src/protocol/requests.ts";

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** Sends requests to the host and pairs them with replies. Each promise settles: with a value, an error, or at disposal. */
export class RequestChannel<Map extends RequestMap<keyof Map> = Requests> {
  readonly #post: (message: RequestOf<Map>) => void;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #disposed = false;

  constructor(post: (message: RequestOf<Map>) => void) {
    this.#post = post;
  }

  /** Asks the host for something; rejects with the host's words when it fails. */
  request<K extends keyof Map & string>(method: K, params: Map[K]["params"]): Promise<Map[K]["result"]> {
    if (this.#disposed) {
      return Promise.reject(new Error("disposed"));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      try {
        this.#post({ type: "request", id, method, params });
      } catch (error) {
        this.#waiting.delete(id);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** Asks for something whose outcome has no place on screen; a failure goes to the fault log. */
  fire<K extends keyof Map & string>(method: K, params: Map[K]["params"]): void {
    this.request(method, params).catch((error: unknown) => this.onUnhandled(method, error));
  }

  /** Where failures of fired requests go; `main.tsx` sets it. */
  onUnhandled: (method: keyof Map & string, error: unknown) => void = () => {};

  /** Settles the request that this reply belongs to; a reply to nothing is ignored. */
  settle(reply: ReplyMessage): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) {
      return;
    }
    this.#waiting.delete(reply.id);
    if (reply.ok) {
      waiting.resolve(reply.result);
    } else {
      waiting.reject(new Error(reply.error));
    }
  }

  /** Rejects everything that still waits, and all that is asked later. */
  dispose(): void {
    this.#disposed = true;
    for (const { reject } of this.#waiting.values()) {
      reject(new Error("disposed"));
    }
    this.#waiting.clear();
  }
}

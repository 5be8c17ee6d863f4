import { startMessage } from "../../core/messageTrace.ts";
import type { MessageTrace } from "../../core/runTrace.ts";
import type { Message, Page } from "../../core/wire.ts";

/** The messages of a thread that are known here. */
export class ThreadMessages {
  readonly #byId = new Map<string, MessageTrace>();
  #hasOlder = false;

  /** Whether the thread has messages before the oldest one here. */
  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  /** Oldest first. Server time in seconds decides; within a second the order of arrival, which the sort keeps. */
  get all(): readonly MessageTrace[] {
    return [...this.#byId.values()].sort((a, b) => a.object.created_at - b.object.created_at);
  }

  get(id: string): MessageTrace | undefined {
    return this.#byId.get(id);
  }

  set(message: MessageTrace): void {
    this.#byId.set(message.id, message);
  }

  /** Adds or replaces the messages of the newest page. @returns their ids, oldest first */
  addNewest(page: Page<Message>): readonly string[] {
    const messages = page.data.toReversed();
    for (const message of messages) this.set(startMessage(message, message.created_at * 1000));
    return messages.map((message) => message.id);
  }

  /** The newest page of a thread that is opened. */
  open(page: Page<Message>): void {
    this.#hasOlder = page.has_more;
    this.addNewest(page);
  }

  /** Puts an older page before all others. @returns the ids that were not known, oldest first */
  addOlder(page: Page<Message>): readonly string[] {
    this.#hasOlder = page.has_more;
    const older = page.data.filter((message) => !this.#byId.has(message.id)).toReversed();
    const newer = [...this.#byId.values()];
    this.#byId.clear();
    for (const message of older) this.set(startMessage(message, message.created_at * 1000));
    for (const message of newer) this.set(message);
    return older.map((message) => message.id);
  }
}

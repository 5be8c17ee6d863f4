import type * as vscode from "vscode";

import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { Conversation } from "./conversation.ts";
import { Emitter } from "./emitter.ts";
import type { TraceStore } from "./traceStore.ts";

/** The conversations of this window: one for each thread that was opened, whoever shows it. */
export class ConversationStore implements vscode.Disposable {
  readonly #connections: ConnectionStore;
  readonly #providers: ProviderPool;
  readonly #traces: TraceStore;
  readonly #log: Log;
  readonly #open = new Map<string, Promise<Conversation>>();
  readonly #all = new Set<Conversation>();
  readonly #changed = new Emitter<void>();

  /** A thread was made, or the status of a run changed. */
  readonly onChange = this.#changed.event;

  constructor(connections: ConnectionStore, providers: ProviderPool, traces: TraceStore, log: Log) {
    this.#connections = connections;
    this.#providers = providers;
    this.#traces = traces;
    this.#log = log;
  }

  /** A conversation without a thread: it gets one with its first message. */
  start(connection: Connection): Conversation {
    const conversation = this.#create(connection, null);
    conversation.onChange((change) => {
      const { threadId } = conversation;
      if (change.kind === "thread" && threadId !== null)
        this.#open.set(threadKey(connection.id, threadId), Promise.resolve(conversation));
    });
    return conversation;
  }

  /**
   * The conversation of an existing thread, read from the provider the first time.
   * @throws ProviderError
   */
  open(connection: Connection, threadId: string): Promise<Conversation> {
    const key = threadKey(connection.id, threadId);
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const conversation = this.#create(connection, threadId);
    const loading = conversation.load().then(() => conversation);
    this.#open.set(key, loading);
    loading.catch(() => {
      this.#open.delete(key);
      this.#all.delete(conversation);
      conversation.dispose();
    });
    return loading;
  }

  /** Forgets a thread that was deleted. */
  async forget(connectionId: string, threadId: string): Promise<void> {
    const key = threadKey(connectionId, threadId);
    const conversation = await this.#open.get(key);
    this.#open.delete(key);
    if (conversation !== undefined) {
      this.#all.delete(conversation);
      conversation.dispose();
    }
    await this.#traces.deleteThread(connectionId, threadId);
  }

  dispose(): void {
    for (const conversation of this.#all) conversation.dispose();
    this.#changed.dispose();
  }

  #create(connection: Connection, threadId: string | null): Conversation {
    const conversation = new Conversation(threadId, {
      connection,
      // The connection's model or key may have been changed since.
      withProvider: (task) => this.#providers.with(this.#connections.find(connection.id) ?? connection, task),
      traces: this.#traces,
      log: this.#log,
    });
    this.#all.add(conversation);
    let said = "";
    conversation.onChange((change) => {
      // The views show a run's status, not its tokens.
      const status = conversation.runs.map((trace) => `${trace.run.id} ${trace.run.status}`).join();
      if (change.kind !== "thread" && status === said) return;
      said = status;
      this.#changed.fire();
    });
    return conversation;
  }
}

function threadKey(connectionId: string, threadId: string): string {
  return `${connectionId} ${threadId}`;
}

import type { Provider, ProviderError } from "../../core/provider.ts";
import type { RunTrace, TraceEntry } from "../../core/runTrace.ts";
import type { Connection } from "../connections/connection.ts";
import type { Log } from "../log.ts";
import type { TraceStore } from "./traceStore.ts";

/** What changed in a conversation. */
export type ConversationChange =
  | { readonly kind: "message"; readonly id: string }
  | { readonly kind: "run"; readonly id: string }
  | { readonly kind: "thread" }
  | { readonly kind: "older"; readonly ids: readonly string[] };

/** A run that went wrong on this side of the wire. */
export interface ConversationFault {
  readonly error: ProviderError;
  readonly runId: string | null;
}

/** A line that a run's record grew by, and the run after it. */
export interface RecordedEntry {
  readonly runId: string;
  readonly entry: TraceEntry;
  readonly trace: RunTrace;
}

export interface ConversationOptions {
  readonly connection: Connection;
  readonly withProvider: <T>(task: (provider: Provider) => Promise<T>) => Promise<T>;
  readonly traces: TraceStore;
  readonly log: Log;
}

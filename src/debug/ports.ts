import type { AnswerOutcome, PendingCall } from "../core/answers/ports.ts";
import type { AnswerMode } from "../core/answers/policy.ts";
import type { AnswerSource } from "../core/answers/toolAnswer.ts";
import type { Definition } from "../core/definition/definition.ts";
import type { ListParams } from "../core/provider.ts";
import type { RunTrace, SubmittedAnswer, TraceEntry } from "../core/runTrace.ts";
import type { Assistant, Message, Page } from "../core/wire.ts";
import type { AttachArguments, LaunchArguments } from "./configuration.ts";

/** Entries that this side adds to a record while calls wait. */
export type AnswerEntry = Extract<TraceEntry, { readonly kind: "answering" | "answered" | "unanswered" }>;

export interface DebuggeeListener {
  /** A run's record grew by this entry; `trace` is the run after it. Called in the order of the record. */
  entry(runId: string, entry: TraceEntry, trace: RunTrace): void;
  /** A run cannot be followed any more; in words. */
  fault(runId: string | null, message: string): void;
}

/**
 * A thread with its runs, as the debugger needs it. Others may see and answer the same runs (a chat): whatever changes a run
 * is told to every listener. Methods reject with errors in words.
 */
export interface Debuggee {
  /** Null until the first message. */
  readonly threadId: string | null;
  /** A line of words, such as the thread's title. */
  readonly title: string;
  /** Runs that are known, oldest first. */
  readonly runs: readonly RunTrace[];
  listen(listener: DebuggeeListener): () => void;
  /** Adds a message of the user; makes the thread where there is none. */
  addMessage(text: string): Promise<void>;
  /** Starts a run; resolves to its id when the provider has accepted it. */
  startRun(): Promise<string>;
  /** Puts what is known of an answer into the record of a run that waits. */
  note(runId: string, entry: AnswerEntry): void;
  /**
   * What else on this side (a chat, another debug session) makes an answer to a call now: resolves when that has come to something,
   * which the record tells then. Null where nothing does.
   */
  making(callId: string): Promise<void> | null;
  /** Makes an answer in the sight of the others on this side: they begin none meanwhile, and may stop this one by the signal. */
  make<T>(callId: string, work: (stopped: AbortSignal) => Promise<T>): Promise<T>;
  /** Submits the outputs of every call that waits. */
  submit(runId: string, answers: readonly SubmittedAnswer[]): Promise<void>;
  cancel(runId: string): Promise<void>;
  /** Looks at a run that others may have changed, and at runs that others may have begun. */
  refresh(runId: string | null): Promise<void>;
  /** Puts the run's expiry off. False: this provider cannot. */
  hold(runId: string): Promise<boolean>;
  /** The record of a run from its beginning, as far as there is one. */
  record(runId: string): Promise<readonly TraceEntry[]>;
  messages(params: ListParams): Promise<Page<Message>>;
  assistant(runId: string | null): Promise<Assistant>;
  /** A new thread with what was said before the run began; a run that is started there is started with the same settings. */
  fork(runId: string): Promise<Debuggee>;
  /** The debugger has gone; the thread stays. */
  release(): Promise<void>;
}

/** What a session is about, once its configuration has been understood. */
export interface Debugged {
  readonly debuggee: Debuggee;
  /** Null for an assistant without a definition here. `path` is the client's spelling of the file. */
  readonly definition: { readonly path: string; readonly text: string; readonly parsed: Definition | null } | null;
  /** Such as "Local runtime · offline model". */
  readonly connectionLabel: string;
  /** Answers a call by policy. Never rejects, except with the signal's reason. */
  readonly answer: (
    call: PendingCall,
    mode: AnswerMode,
    onSource: (source: AnswerSource) => void,
    signal: AbortSignal,
  ) => Promise<AnswerOutcome>;
  /** Runs the call's handler under its own debugger; null where there is no way to. */
  readonly debugHandler: ((call: PendingCall, signal: AbortSignal) => Promise<AnswerOutcome>) | null;
}

/** What the session asks of the world around it. */
export interface DebugServices {
  launch(args: LaunchArguments): Promise<Debugged>;
  attach(args: AttachArguments): Promise<Debugged>;
  /** For what goes wrong without a request that could be told of it. */
  log(message: string, error: unknown): void;
}

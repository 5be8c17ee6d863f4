import type { Definition } from "../definition/definition.ts";
import type { Fixture } from "./fixture.ts";
import type { Handler } from "./handler.ts";
import type { AnswerMode } from "./policy.ts";
import type { AnswerFailure, AnswerSource, ToolAnswer } from "./toolAnswer.ts";

/** A function call that waits for its output. */
export interface PendingCall {
  readonly id: string;
  /** The function's name. */
  readonly name: string;
  /** JSON made by a model: may not parse. */
  readonly arguments: string;
}

/** Around a call: which assistant it is about, and how calls are answered. */
export interface AnswerContext {
  /** Null where the assistant has no definition here: every call is asked. */
  readonly definition: Definition | null;
  /** Path or URI of the definition, as the ports below understand it; null with the definition. */
  readonly place: string | null;
  readonly mode: AnswerMode;
  /** Told of each source that begins with the call. */
  readonly onSource?: (source: AnswerSource) => void;
  /** Given when handlers are to run under their debugger. */
  readonly debugged?: DebuggedHandler;
}

/** What asking for an answer came to. */
export type AnswerOutcome =
  | { readonly kind: "answer"; readonly answer: ToolAnswer }
  /** The person is to answer; `failure` where a source was tried and failed. */
  | { readonly kind: "ask"; readonly failure: AnswerFailure | null };

/** Answers calls by policy. Never rejects, except with the signal's reason when it is aborted before any source was asked. */
export interface ToolAnswerer {
  answer(call: PendingCall, context: AnswerContext, signal: AbortSignal): Promise<AnswerOutcome>;
}

export type HandlerResult =
  | { readonly ok: true; readonly output: string; readonly details: string; readonly durationMs: number }
  | { readonly ok: false; readonly failure: AnswerFailure };

/** Where a handler waits for its debugger to be attached. */
export interface DebugAddress {
  readonly language: "node" | "python";
  readonly host: string;
  readonly port: number;
}

/** Makes a handler wait for a debugger before its first line. Its time-out does not count then. */
export interface DebuggedHandler {
  onListening(address: DebugAddress): void;
}

export interface HandlerRunOptions {
  readonly debugged?: DebuggedHandler;
  /** Called when the handler begins: a person may have been asked first. Not called for one that does not begin. */
  readonly onStart?: () => void;
}

/** Runs handlers. Resolves always; aborting the signal ends the whole process tree and resolves with `cancelled`. */
export interface HandlerRunner {
  /** @param place path or URI of the definition: what relative paths are relative to */
  run(
    handler: Handler,
    call: PendingCall,
    place: string,
    signal: AbortSignal,
    options?: HandlerRunOptions,
  ): Promise<HandlerResult>;
}

/** The fixtures of a definition. Rejects with words for a person when the file is there and cannot be used. */
export interface FixtureSource {
  fixturesOf(place: string, definition: Definition): Promise<readonly Fixture[]>;
}

export interface AnswererPorts {
  readonly handlers: HandlerRunner;
  readonly fixtures: FixtureSource;
  /** Milliseconds on any clock that does not go back. */
  readonly now: () => number;
  /** Resolves after some milliseconds; rejects when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

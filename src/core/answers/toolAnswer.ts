/**
 * Who made a tool output: a person (`hand`), the tool's handler, a saved answer (`fixture`), or nobody: `error` is the error text
 * that is sent in place of an output when a handler fails and its definition says `on_error: return`.
 */
export type AnswerOrigin = "hand" | "handler" | "fixture" | "error";

/** Sources that answer without a person. */
export type AnswerSource = "handler" | "fixture";

/** A tool output with where it comes from. */
export interface ToolAnswer {
  /** The text as it is sent. */
  readonly output: string;
  readonly origin: AnswerOrigin;
  /** In words, such as "exit code 0" or "fixture 2 of order-support.fixtures.yaml"; empty when there is nothing to add. */
  readonly details: string;
  /** Milliseconds that making it took; null where that means nothing (an output typed by hand). */
  readonly durationMs: number | null;
}

/** Why a source that was asked gave no output. */
export type AnswerFailureCode =
  /** The handler could not be started: its program or file is not there, or its definition is wrong. */
  | "start"
  /** It ran and failed: an exit code, a thrown error, an HTTP status. */
  | "failed"
  | "timeout"
  /** The output is larger than allowed, or no UTF-8 text. */
  | "output"
  /** Stopped by a person. */
  | "cancelled"
  /** The workspace is not trusted, or the person did not agree. */
  | "refused"
  /** The fixtures file cannot be read, or an output of it uses arguments that are not there. */
  | "fixture";

export interface AnswerFailure {
  readonly source: AnswerSource;
  readonly code: AnswerFailureCode;
  /** For a person: what happened, and what to do where that is known. */
  readonly message: string;
  readonly durationMs: number;
}

/** How far the answer to a call that waits has come. */
export type CallAnswer =
  | { readonly state: "running"; readonly source: AnswerSource; readonly since: number }
  | { readonly state: "ready"; readonly answer: ToolAnswer }
  | { readonly state: "failed"; readonly failure: AnswerFailure };

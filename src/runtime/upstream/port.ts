/**
 * The port between the run engine and whatever answers: one call is one turn of a run.
 *
 * An adapter speaks its server's dialect and nothing of the Assistants protocol; the engine alone makes steps, messages and
 * events out of what it yields.
 */
import type { FunctionTool, Model, Run, Usage } from "../objects.ts";
import type { RuntimeToolType, SearchRanking, SearchResult } from "../tools/port.ts";

export type UserPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "image_url"; readonly url: string; readonly detail: "auto" | "low" | "high" };

export interface FunctionCall {
  readonly id: string;
  readonly name: string;
  /** JSON made by a model: it may not parse. */
  readonly arguments: string;
}

export type ConversationItem =
  | { readonly kind: "user"; readonly parts: readonly UserPart[] }
  | {
      readonly kind: "assistant";
      readonly text: string;
      readonly calls: readonly FunctionCall[];
      /** The text is a refusal. */
      readonly refused?: true;
      /** What `message.end` said of it. */
      readonly phase?: string;
      /** What `turn.replay` gave for this turn, of which text and calls are a part. Only its own kind of upstream can read it. */
      readonly replay?: readonly object[];
    }
  | { readonly kind: "tool"; readonly callId: string; readonly output: string };

/** Parts of a turn's usage, which the Assistants protocol has no place for. */
export interface UsageDetails {
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
}

export type ToolChoice = "none" | "auto" | "required" | { readonly function: string };

/** A search that the upstream executes itself, in vector stores of its own. */
export interface HostedSearch {
  readonly vectorStoreIds: readonly string[];
  readonly maxResults: number | null;
  readonly ranking: Partial<SearchRanking> | null;
  /** The turn has to begin with it. */
  readonly forced: boolean;
}

/** A container of the upstream, in which it executes Python itself. */
export interface HostedPython {
  readonly containerId: string;
  /** The turn has to begin with a program. */
  readonly forced: boolean;
}

/** What a program of the upstream's showed. */
export type ProgramOutput =
  | { readonly kind: "logs"; readonly text: string }
  /** A `data:` URL, or an address that may ask for the upstream's key. */
  | { readonly kind: "image"; readonly url: string };

export interface TurnRequest {
  readonly model: string;
  readonly assistantName: string | null;
  /** The system text; empty when there is none. */
  readonly instructions: string;
  readonly items: readonly ConversationItem[];
  readonly tools: readonly FunctionTool[];
  /** What those of the `tools` are called that the runtime executes itself, by their type. To a model they are functions. */
  readonly runtimeTools: Readonly<Partial<Record<RuntimeToolType, string>>>;
  /** Tools that the assistant has and that cannot be executed in this run. They are not offered to a model. */
  readonly unavailableTools: readonly RuntimeToolType[];
  /** Only for upstreams that have it. */
  readonly hostedSearch?: HostedSearch;
  /** Only for upstreams that have it. */
  readonly hostedPython?: HostedPython;
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls: boolean;
  readonly responseFormat: Run["response_format"];
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly reasoningEffort: string | null;
  /** What is left of the run's budget, in tokens. */
  readonly maxCompletionTokens: number | null;
}

/**
 * Why a turn failed. `context` is a prompt that is too long; `auth` a key that the upstream refuses; `container` that the container of
 * `hostedPython` is no more.
 */
export type TurnErrorKind = "rate_limit" | "invalid" | "context" | "auth" | "server" | "container";

export type TurnEvent =
  | { readonly kind: "text.delta"; readonly text: string }
  | { readonly kind: "refusal.delta"; readonly text: string }
  /** `slot` counts the function calls of the turn from 0. An empty `callId` leaves the id to the engine. */
  | { readonly kind: "fn.start"; readonly slot: number; readonly callId: string; readonly name: string }
  | { readonly kind: "fn.args"; readonly slot: number; readonly fragment: string }
  /** The upstream searches by itself. One search at a time; what was found comes with its end. */
  | { readonly kind: "search.start"; readonly callId: string }
  | {
      readonly kind: "search.end";
      readonly queries: readonly string[];
      readonly results: readonly SearchResult[];
      readonly failed: boolean;
    }
  /** What was said of the message so far ends with something from this file. */
  | { readonly kind: "citation"; readonly fileId: string; readonly filename: string }
  /** The upstream executes Python by itself. One program at a time; its outputs come with its end. */
  | { readonly kind: "code.start"; readonly callId: string }
  | { readonly kind: "code.delta"; readonly text: string }
  | {
      readonly kind: "code.end";
      readonly outputs: readonly ProgramOutput[];
      /** Why the program did not come to its end, in words; null when it did. An exception of its own is output. */
      readonly problem: string | null;
    }
  /**
   * A file in a container that the message hands out. `link` is where its text does so (`sandbox:/mnt/data/…`), as far as it has been
   * told; empty for a picture that was shown without a link.
   */
  | {
      readonly kind: "container.file";
      readonly containerId: string;
      readonly fileId: string;
      readonly filename: string;
      readonly link: string;
    }
  /** What follows is another message. Upstreams that make one message a turn need not say so. */
  | { readonly kind: "message.end"; readonly phase: string | null }
  /** What the upstream must see again, unchanged, when the run goes on after this turn's function calls. */
  | { readonly kind: "turn.replay"; readonly items: readonly object[] }
  | {
      readonly kind: "turn.end";
      /** `other`: it stopped before its end, and neither a limit of tokens nor a filter was why. */
      readonly reason: "stop" | "length" | "content_filter" | "other";
      readonly usage: Usage;
      readonly details?: UsageDetails;
    }
  | {
      readonly kind: "turn.error";
      readonly error: TurnErrorKind;
      /** For a person: what happened and what to do. Never a key. */
      readonly message: string;
      /** Whether the same request may succeed later. */
      readonly retryable: boolean;
      readonly retryAfterMs?: number;
    };

export interface Upstream {
  /**
   * Runs one turn. Ends with exactly one `turn.end` or `turn.error`; stops when the signal aborts. Throwing is a defect of the
   * adapter, and the engine reports it as a `server_error`.
   */
  runTurn(request: TurnRequest, signal: AbortSignal): AsyncIterable<TurnEvent>;
  /** The models on offer. Rejects with a message for a person when the upstream does not answer. */
  listModels(): Promise<Model[]>;
}

/**
 * What the chat panel shows, as plain data: the host makes it from run traces and messages, the webview draws it.
 *
 * All times are milliseconds since the epoch on the host's clock. Raw wire objects are not in here: the webview asks for
 * them when a person opens the *Raw* tab (`raw` in `requests.ts`).
 */
import type { RunOption } from "../core/sync/runQuestion.ts";
import type { MessageStatus, RunStatus, RunStepStatus, Usage } from "../core/wire.ts";
import type { AnswerOrigin, CallAnswer } from "../core/answers/toolAnswer.ts";
import type { ChunkPlace } from "../core/retrieval/retrieval.ts";
import type { Fidelity, Segment } from "../core/runTrace.ts";

/** Which thread, assistant and connection a panel is about; enough to open it again after a restart. */
export interface PanelIdentity {
  readonly connectionId: string;
  /** Null until the first message is sent: a thread is created only then. */
  readonly threadId: string | null;
  /** The definition file, as a URI string; null for an assistant without a file. */
  readonly definitionUri: string | null;
  /** The assistant's id on the provider, where it is known. */
  readonly assistantId: string | null;
}

export interface PanelHeader {
  readonly assistantName: string;
  /** A line on how file and provider stand, such as "in sync", "changed here"; empty when there is nothing to say. */
  readonly syncState: string;
  readonly model: string;
  /** Such as "Local runtime · offline model". */
  readonly connectionLabel: string;
  /** True when no model is behind the connection: the panel then says so, quietly, with a link to connect one. */
  readonly offline: boolean;
  readonly definitionPath: string | null;
  /** How tool calls are answered, such as "Ask always"; null for an assistant without functions of its own file. */
  readonly answerMode: string | null;
}

/** Something a person should know, at the place where it matters. Dismissed by the host with a null notice. */
export interface PanelNotice {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
  readonly actions: readonly { readonly label: string; readonly command: PanelCommand }[];
}

/** What a button or link of the panel may ask the host to do. */
export type PanelCommand =
  | "connect"
  | "openDefinition"
  | "newThread"
  | "retry"
  | "debug"
  | "showLog"
  | "chooseModel"
  | "setKey"
  | "chooseAnswers"
  | "showHandlerLog"
  | "manageTrust"
  | "copyThreadId"
  | "dismissNotice"
  | RunCommand;

/** Answers to the question that a notice asks before a run, of an assistant that is not what its definition says. */
export type RunCommand = `run:${RunOption}`;

export type MessagePart =
  | { readonly kind: "text"; readonly text: string; readonly citations: readonly CitationView[] }
  | { readonly kind: "refusal"; readonly text: string }
  /** `fileId`: the stored file; null for an image that is somewhere on the web, which the panel does not fetch. */
  | { readonly kind: "image"; readonly label: string; readonly fileId: string | null };

/** An annotation of a text. `marker` is the exact substring of the part's text that it replaces. */
export interface CitationView {
  readonly marker: string;
  /** Such as "returns.md:14", "manual.pdf p. 31". */
  readonly label: string;
  /** `source`: what the text rests on; `file`: a file that the run has made. */
  readonly kind: "source" | "file";
}

/** A search of a run: what it looked for and what it found. */
export interface SearchCallView {
  /** Empty where the server does not say. */
  readonly queries: readonly string[];
  readonly results: readonly SearchResultView[];
}

export interface SearchResultView {
  readonly filename: string;
  /** 0 to 1. */
  readonly score: number;
  /** Empty when the server did not send it. */
  readonly text: string;
  readonly place: ChunkPlace;
}

export interface MessageView {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly status: MessageStatus;
  /** Why an incomplete message stops where it stops, in words; null otherwise. */
  readonly incompleteReason: string | null;
  readonly createdAt: number;
  readonly runId: string | null;
  readonly parts: readonly MessagePart[];
  /** Files that go with the message: attached by the person, or made by the run. By id. */
  readonly files: readonly string[];
}

/** A tool call as a row of the timeline and, while it is pending, as an entry of the tool call card. */
export interface CallView {
  readonly id: string;
  readonly type: "function" | "code_interpreter" | "file_search";
  /** The function's name, or "code interpreter", "file search". */
  readonly name: string;
  /** Arguments of a function (JSON made by a model: may not parse), or the code of a code interpreter call. */
  readonly arguments: string;
  /** The tool output, the logs, or null when there is none yet. */
  readonly output: string | null;
  /** Pictures that the code made, as file ids. */
  readonly images: readonly string[];
  /** A file search that is over; null for other calls. */
  readonly search: SearchCallView | null;
  readonly origin: AnswerOrigin | null;
  /** What sources on this side came to; null where none was asked. */
  readonly answer: CallAnswer | null;
  /** The function's handler in words, such as "node ./tools/status.mjs"; null where it has none. */
  readonly handler: string | null;
  /** Line of the tool in its definition file, from 1; null when unknown. */
  readonly definitionLine: number | null;
  readonly start: number;
  readonly end: number | null;
  readonly segments: readonly Segment[];
}

export interface StepView {
  readonly id: string;
  readonly type: "message_creation" | "tool_calls";
  readonly status: RunStepStatus;
  readonly messageId: string | null;
  readonly start: number;
  readonly end: number | null;
  readonly segments: readonly Segment[];
  readonly usage: Usage | null;
  readonly error: string | null;
  readonly calls: readonly CallView[];
}

/** A run without its steps: what changes as a whole. */
export interface RunHead {
  readonly id: string;
  /** A short name for the row, made from the user's words. */
  readonly title: string;
  readonly status: RunStatus;
  readonly model: string;
  /** `reconstructed`: nobody recorded this run; its times have the whole seconds of the wire objects. */
  readonly fidelity: Fidelity;
  readonly start: number;
  readonly end: number | null;
  /** When the provider gives up waiting; null when the run cannot expire any more. */
  readonly expiresAt: number | null;
  readonly segments: readonly Segment[];
  readonly usage: Usage | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly incompleteReason: string | null;
  /** Ids of the function calls that wait for outputs, in the model's order; all are submitted together. */
  readonly pending: readonly string[];
  readonly eventCount: number;
}

export interface RunView extends RunHead {
  readonly steps: readonly StepView[];
}

/** A file that was picked for the next message. */
export interface AttachedFile {
  /** Stands for the file: the panel knows no paths. */
  readonly token: string;
  readonly name: string;
  readonly bytes: number;
}

/** What a person has typed and not yet sent. `outputs` is keyed by tool call id. */
export interface Draft {
  readonly text: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface PanelState {
  readonly identity: PanelIdentity;
  readonly header: PanelHeader;
  readonly notice: PanelNotice | null;
  /** Oldest first. */
  readonly messages: readonly MessageView[];
  readonly hasOlderMessages: boolean;
  /** Oldest first. */
  readonly runs: readonly RunView[];
  readonly draft: Draft;
}

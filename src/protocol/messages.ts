/** The messages between host and webview: one union each way. Requests settle always, with a value or an error in words. */
import type { OutputProblem } from "../core/answers/outputCheck.ts";
import type {
  AttachedFile,
  CitationView,
  Draft,
  MessageView,
  PanelCommand,
  PanelHeader,
  PanelIdentity,
  PanelNotice,
  PanelState,
  RunHead,
  StepView,
} from "./panelState.ts";
import type { ReplyMessage, RequestOf } from "./requests.ts";

/**
 * A change to the panel's state. Growing text is sent as what was appended, so that a stream of n tokens costs n
 * and not n². Offsets guard against loss: `from` is the length the text must have before the append.
 */
export type PatchOp =
  | { readonly op: "identity"; readonly identity: PanelIdentity }
  | { readonly op: "header"; readonly header: PanelHeader }
  | { readonly op: "notice"; readonly notice: PanelNotice | null }
  /** Adds a message at the end (or replaces the one with this id in its place). */
  | { readonly op: "message"; readonly message: MessageView }
  | {
      readonly op: "messageText";
      readonly messageId: string;
      readonly part: number;
      readonly from: number;
      readonly append: string;
    }
  /** The annotations of a part, all of them: one has come, or it is known now where one leads. */
  | {
      readonly op: "citations";
      readonly messageId: string;
      readonly part: number;
      readonly citations: readonly CitationView[];
    }
  | { readonly op: "removeMessage"; readonly messageId: string }
  /** Older messages, oldest first, to be put before all others. */
  | { readonly op: "olderMessages"; readonly messages: readonly MessageView[]; readonly hasOlderMessages: boolean }
  /** Adds a run at the end, or replaces its head and keeps its steps. */
  | { readonly op: "run"; readonly run: RunHead }
  /** Adds a step at the end of its run, or replaces it whole. */
  | { readonly op: "step"; readonly runId: string; readonly step: StepView }
  | {
      readonly op: "callText";
      readonly runId: string;
      readonly stepId: string;
      readonly callId: string;
      readonly field: "arguments" | "output";
      readonly from: number;
      readonly append: string;
    };

/** What the webview can ask for, and what each request resolves to. */
export interface Requests {
  /** Sends the composed text, with the files behind the tokens. On error both stay in the composer. */
  readonly send: {
    readonly params: { readonly text: string; readonly attachments?: readonly string[] };
    readonly result: null;
  };
  /** Asks the person for files to attach; none when they change their mind. */
  readonly attach: { readonly params: null; readonly result: readonly AttachedFile[] };
  /** Answers all pending calls of a run at once. On error the outputs stay in their editors. */
  readonly submit: {
    readonly params: {
      readonly runId: string;
      readonly outputs: readonly { readonly callId: string; readonly output: string }[];
    };
    readonly result: null;
  };
  /** Runs the handler of a call that waits; resolves when it has ended. What came of it is in the call's `answer`. */
  readonly runHandler: {
    readonly params: { readonly runId: string; readonly callId: string; readonly debug: boolean };
    readonly result: null;
  };
  readonly stopHandler: { readonly params: { readonly callId: string }; readonly result: null };
  /** Keeps an output as a fixture for the arguments of its call; resolves to the name of the file. */
  readonly saveFixture: {
    readonly params: { readonly runId: string; readonly callId: string; readonly output: string };
    readonly result: { readonly file: string };
  };
  /** What should be known of an output before it is sent: its size, and what the tool's `output_schema` says. */
  readonly checkOutput: {
    readonly params: { readonly name: string; readonly output: string };
    readonly result: { readonly problems: readonly OutputProblem[] };
  };
  readonly stop: { readonly params: { readonly runId: string }; readonly result: null };
  readonly loadOlder: { readonly params: null; readonly result: null };
  /** The raw wire object behind a row (as last seen), or the events of a run with their arrival times, as JSON text. */
  readonly raw: {
    readonly params: {
      readonly kind: "run" | "step" | "events";
      readonly runId: string;
      readonly stepId: string | null;
    };
    readonly result: { readonly json: string };
  };
  /** Opens the same as a read-only document in an editor. */
  readonly openRaw: {
    readonly params: {
      readonly kind: "run" | "step" | "events";
      readonly runId: string;
      readonly stepId: string | null;
    };
    readonly result: null;
  };
  /** Opens the definition, at a line where one is given. */
  readonly openDefinition: { readonly params: { readonly line: number | null }; readonly result: null };
  /** Opens a link of a message outside; the host lets only http, https and mailto through. */
  readonly openLink: { readonly params: { readonly href: string }; readonly result: null };
  /** A stored picture, to be shown; rejects when it is none, too large, or gone. */
  readonly picture: { readonly params: { readonly fileId: string }; readonly result: { readonly dataUrl: string } };
  /** What a stored file is called and how large it is, in bytes. */
  readonly fileFacts: {
    readonly params: { readonly fileId: string };
    readonly result: { readonly name: string; readonly bytes: number };
  };
  /** Opens a copy of a stored file in an editor. */
  readonly openFile: { readonly params: { readonly fileId: string }; readonly result: null };
  /** Asks where to, and saves a stored file there. */
  readonly saveFile: { readonly params: { readonly fileId: string }; readonly result: null };
  /** Opens code as a new Python file that is not saved yet. */
  readonly pythonFile: { readonly params: { readonly code: string }; readonly result: null };
  /** Opens what an annotation of a message stands for. What stands in the way, the host says as a notice. */
  readonly openCitation: {
    readonly params: {
      readonly messageId: string;
      readonly part: number;
      readonly index: number;
      readonly beside: boolean;
    };
    readonly result: null;
  };
  /** Opens the source of a result of a file search in the same way. */
  readonly openSearchResult: {
    readonly params: {
      readonly runId: string;
      readonly stepId: string;
      readonly callId: string;
      readonly index: number;
      readonly beside: boolean;
    };
    readonly result: null;
  };
  /** Opens the retrieval inspector with a file search of a run. */
  readonly inspectSearch: {
    readonly params: { readonly runId: string; readonly stepId: string; readonly callId: string };
    readonly result: null;
  };
  readonly copy: { readonly params: { readonly text: string }; readonly result: null };
  readonly command: { readonly params: { readonly command: PanelCommand }; readonly result: null };
}

export type RequestName = keyof Requests;

export type RequestMessage = RequestOf<Requests>;

export type HostMessage =
  | { readonly type: "init"; readonly state: PanelState }
  /** At most one a frame (16 ms) while a run streams. */
  | { readonly type: "patch"; readonly ops: readonly PatchOp[] }
  | ReplyMessage
  /** The host asks the webview to focus: the composer, the first open output editor, or the timeline. */
  | { readonly type: "focus"; readonly target: "composer" | "outputs" | "timeline" };

export type WebviewMessage =
  /** The webview is listening: send `init`. Sent again when it found that it lost a patch. */
  | { readonly type: "ready" }
  /** What is typed, some 300 ms after the last key and when the panel is hidden; the host keeps it for a closed panel. */
  | { readonly type: "draft"; readonly draft: Draft }
  /** An uncaught error in the webview, for the log. */
  | { readonly type: "fault"; readonly message: string }
  | RequestMessage;

/** What the webview keeps with `setState`: VS Code hands it back after a window reload, to the webview and to the host's serializer. */
export interface PersistedState {
  readonly version: 1;
  readonly identity: PanelIdentity;
  readonly draft: Draft;
  /** Width of the timeline in pixels; null for the default. */
  readonly timelineWidth: number | null;
}

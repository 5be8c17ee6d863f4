/** The messages between the host and the retrieval inspector. Requests settle always, with a value or an error in words. */
import type { AttributeFilter, Attributes, ChunkPlace, Ranker, SearchResult } from "../core/retrieval/retrieval.ts";
import type { ReplyMessage, RequestOf } from "./requests.ts";

/** A vector store to choose. */
export interface StoreChoice {
  readonly id: string;
  readonly name: string;
  readonly files: number;
  /** Files that are still being read: what they hold is not found yet. */
  readonly reading: number;
  readonly expired: boolean;
}

/** How one side of the inspector searches. */
export interface SearchSettings {
  /** Empty while none is chosen. */
  readonly storeId: string;
  readonly maxResults: number;
  /** 0 to 1. */
  readonly scoreThreshold: number;
  readonly ranker: Ranker;
  readonly rewrite: boolean;
  /** As it was typed: an expression or the wire's JSON. Empty: every file. */
  readonly filter: string;
}

/** A chunk that was found. */
export interface ResultView {
  readonly fileId: string;
  readonly filename: string;
  readonly score: number;
  readonly attributes: Attributes | null;
  /** Empty when the record of a run does not hold it. */
  readonly text: string;
  readonly place: ChunkPlace;
  /** What the score was made of, where the server says it. */
  readonly scores: SearchResult["scores"];
}

export interface SearchView {
  readonly storeId: string;
  /** What was searched for in fact. */
  readonly queries: readonly string[];
  readonly results: readonly ResultView[];
  /** From asking to the answer; null for the record of a run. */
  readonly milliseconds: number | null;
  /** Whose search this was, in words, when it is the record of a run; else null. */
  readonly recordOf: string | null;
}

export type SideName = "a" | "b";

export interface SideState {
  readonly settings: SearchSettings;
  readonly found: SearchView | null;
}

/** What the inspector shows and what was typed into it: kept by VS Code over a reload of the window. */
export interface InspectorState {
  readonly version: 1;
  /** Of the panel: what the host keeps for it goes by this. */
  readonly id: string;
  readonly connectionId: string;
  readonly question: string;
  readonly a: SideState;
  /** Null while nothing is compared. */
  readonly b: SideState | null;
}

export interface InspectorRequests {
  readonly search: {
    readonly params: {
      readonly side: SideName;
      readonly question: string;
      readonly settings: Omit<SearchSettings, "filter"> & { readonly filter: AttributeFilter | null };
    };
    readonly result: SearchView;
  };
  readonly stores: { readonly params: null; readonly result: readonly StoreChoice[] };
  /** Opens the source of a result at its text; resolves to what was opened instead, in words, or null. */
  readonly openSource: {
    readonly params: { readonly storeId: string; readonly result: ResultView; readonly beside: boolean };
    readonly result: { readonly note: string | null };
  };
  readonly showChunks: {
    readonly params: { readonly storeId: string; readonly fileId: string; readonly filename: string };
    readonly result: null;
  };
  readonly copy: { readonly params: { readonly text: string }; readonly result: null };
}

export type InspectorHostMessage =
  /** `state` is what to show instead of what the webview remembers; null leaves that. */
  | {
      readonly type: "init";
      readonly connectionId: string;
      readonly connectionLabel: string;
      readonly stores: readonly StoreChoice[] | null;
      /** Why the stores could not be listed, in words. */
      readonly error: string | null;
      readonly state: InspectorState | null;
    }
  | ReplyMessage;

export type InspectorWebviewMessage =
  | { readonly type: "ready" }
  /** What the page shows, some 250 ms after a change and when it is hidden. */
  | { readonly type: "state"; readonly state: InspectorState }
  /** The search of a side is not wanted any more. */
  | { readonly type: "cancel"; readonly side: SideName }
  /** An uncaught error in the webview, for the log. */
  | { readonly type: "fault"; readonly message: string }
  | RequestOf<InspectorRequests>;

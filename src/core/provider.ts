/** The port that the extension talks to a provider through. Adapters live in `src/provider`. */
import type { DocumentProvider } from "./documents/documentProvider.ts";
import type { Retrieval } from "./retrieval/retrieval.ts";
import type {
  Assistant,
  AssistantTool,
  Message,
  MessageAttachment,
  Metadata,
  Model,
  Page,
  ResponseFormat,
  Run,
  RunStep,
  StoredFile,
  Thread,
  ToolChoice,
  ToolResources,
  TruncationStrategy,
  VectorStore,
  VectorStoreFile,
} from "./wire.ts";
import type { RunEvent } from "./wireEvents.ts";

export interface AssistantParams {
  readonly model: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly instructions: string | null;
  readonly tools: readonly AssistantTool[];
  readonly tool_resources: ToolResources | null;
  readonly metadata: Metadata;
  readonly temperature: number | null;
  readonly top_p: number | null;
  readonly reasoning_effort?: string;
  readonly response_format?: ResponseFormat;
}

/** Fields of an assistant to change. What is absent stays; null takes a value back; lists and `metadata` are replaced whole. */
export type AssistantPatch = {
  readonly [Field in keyof AssistantParams]?: AssistantParams[Field] | null | undefined;
};

/** A file to upload for assistants (`purpose: "assistants"`). */
export interface FileUpload {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface VectorStoreParams {
  readonly name: string;
  readonly metadata: Metadata;
  readonly expires_after?: { readonly anchor: "last_active_at"; readonly days: number };
}

/** How a run is made; what is absent is the assistant's, or the server's default. */
export interface RunSettings {
  readonly max_prompt_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly parallel_tool_calls?: boolean;
  readonly truncation_strategy?: TruncationStrategy;
  readonly tool_choice?: ToolChoice;
  readonly metadata?: Metadata;
  /** These are in place of the assistant's. */
  readonly model?: string;
  readonly instructions?: string;
  readonly tools?: readonly AssistantTool[];
  readonly temperature?: number;
  readonly top_p?: number;
  readonly reasoning_effort?: string;
  readonly response_format?: ResponseFormat;
}

export interface RunParams extends RunSettings {
  readonly assistant_id: string;
}

export interface ListParams {
  /** 1 to 100; the wire's default is 20. */
  readonly limit?: number;
  readonly order?: "asc" | "desc";
  /** Id of the object after which the page begins, in the order asked for. */
  readonly after?: string;
}

/** A message to make a thread with. */
export interface NewMessage {
  readonly role: "user" | "assistant";
  readonly content: readonly (
    | { readonly type: "text"; readonly text: string }
    | { readonly type: "image_file"; readonly image_file: { readonly file_id: string } }
    | { readonly type: "image_url"; readonly image_url: { readonly url: string } }
  )[];
  readonly attachments?: readonly {
    readonly file_id?: string;
    readonly tools?: readonly { readonly type: "file_search" | "code_interpreter" }[];
  }[];
}

export interface ToolOutput {
  readonly tool_call_id: string;
  readonly output: string;
}

/**
 * Every method rejects with a `ProviderError` and nothing else. The streams end when the run stops on this request: at a
 * terminal event or at `requires_action`; breaking out of them drops the connection and leaves the run going on.
 */
export interface Provider {
  listModels(): Promise<readonly Model[]>;

  listAssistants(params: ListParams): Promise<Page<Assistant>>;
  retrieveAssistant(id: string): Promise<Assistant>;
  createAssistant(params: AssistantParams): Promise<Assistant>;
  updateAssistant(id: string, params: AssistantPatch): Promise<Assistant>;
  deleteAssistant(id: string): Promise<void>;

  /** Not part of the published protocol: rejects with `unsupported` where the server has no such list. */
  listThreads(params: ListParams): Promise<Page<Thread>>;
  createThread(metadata: Metadata, messages?: readonly NewMessage[], toolResources?: ToolResources): Promise<Thread>;
  retrieveThread(id: string): Promise<Thread>;
  deleteThread(id: string): Promise<void>;

  listMessages(threadId: string, params: ListParams): Promise<Page<Message>>;
  createMessage(threadId: string, text: string, attachments?: readonly MessageAttachment[]): Promise<Message>;

  listRuns(threadId: string, params: ListParams): Promise<Page<Run>>;
  retrieveRun(threadId: string, runId: string): Promise<Run>;
  listRunSteps(threadId: string, runId: string, params: ListParams): Promise<Page<RunStep>>;
  streamRun(threadId: string, params: RunParams): AsyncIterable<RunEvent>;
  streamToolOutputs(threadId: string, runId: string, outputs: readonly ToolOutput[]): AsyncIterable<RunEvent>;
  cancelRun(threadId: string, runId: string): Promise<Run>;
  /**
   * Puts the expiry of a run that waits for tool outputs off, to ten minutes from now. Not part of the published protocol: rejects
   * with `unsupported` where the server cannot.
   */
  holdRun(threadId: string, runId: string): Promise<Run>;

  /** Files of purpose `assistants`. */
  listFiles(params: ListParams): Promise<Page<StoredFile>>;
  uploadFile(upload: FileUpload): Promise<StoredFile>;

  listVectorStores(params: ListParams): Promise<Page<VectorStore>>;
  createVectorStore(params: VectorStoreParams): Promise<VectorStore>;
  listVectorStoreFiles(vectorStoreId: string, params: ListParams): Promise<Page<VectorStoreFile>>;

  /** Search in vector stores, what is in them, and uploaded files. */
  readonly retrieval: Retrieval;

  /** Documents in vector stores, with requests that can be stopped. */
  readonly documents: DocumentProvider;
}

export type ProviderErrorKind =
  /** Nothing answers at the address. */
  | "unreachable"
  /** The key is missing or refused. */
  | "unauthorized"
  | "not_found"
  /** The server knows no such endpoint. */
  | "unsupported"
  | "rate_limited"
  /** The request was refused: wrong values, or a state that does not allow it. */
  | "invalid"
  /** The server failed, or answered in a way that the protocol does not know. */
  | "server"
  /** The connection was lost in the middle of a stream. */
  | "interrupted";

/** What went wrong between here and a provider, in words for a person. Never holds a key or a request's body. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly kind: ProviderErrorKind;
  /** `x-request-id` of the answer, where there was one. */
  readonly requestId: string | null;
  /** How long the server asks to be left alone, in milliseconds; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(
    kind: ProviderErrorKind,
    message: string,
    requestId: string | null = null,
    options: ErrorOptions & { readonly retryAfterMs?: number | null } = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.requestId = requestId;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** All items of a list, page by page, up to `most`. */
export async function* everyItem<T extends { readonly id: string }>(
  list: (params: ListParams) => Promise<Page<T>>,
  order: "asc" | "desc",
  most: number,
): AsyncGenerator<T> {
  let after: string | undefined;
  for (let count = 0; count < most;) {
    const page = await list({ limit: Math.min(100, most - count), order, ...(after === undefined ? {} : { after }) });
    yield* page.data;
    count += page.data.length;
    const last = page.data.at(-1);
    if (!page.has_more || last === undefined) return;
    after = last.id;
  }
}

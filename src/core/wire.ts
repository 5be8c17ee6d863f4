/**
 * The objects of the Assistants v2 protocol, as far as the workbench reads them, with their wire names.
 *
 * These are written by hand because `core` depends on nothing; `test/unit/wireTypes.ts` holds them to the types of the
 * `openai` package at compile time. Timestamps are unix seconds.
 */

export type Metadata = Readonly<Record<string, string>>;

export interface FunctionDefinition {
  readonly name: string;
  readonly description?: string;
  /** A JSON Schema object; absent means that the function takes no parameters. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly strict?: boolean | null;
}

export interface FunctionTool {
  readonly type: "function";
  readonly function: FunctionDefinition;
}

export interface FileSearchTool {
  readonly type: "file_search";
  readonly file_search?: {
    readonly max_num_results?: number;
    readonly ranking_options?: { readonly ranker?: "auto" | "default_2024_08_21"; readonly score_threshold: number };
  };
}

export interface CodeInterpreterTool {
  readonly type: "code_interpreter";
}

export type AssistantTool = FunctionTool | FileSearchTool | CodeInterpreterTool;

export interface ToolResources {
  readonly code_interpreter?: { readonly file_ids?: readonly string[] };
  readonly file_search?: { readonly vector_store_ids?: readonly string[] };
}

export type ResponseFormat =
  | "auto"
  | { readonly type: "text" }
  | { readonly type: "json_object" }
  | {
      readonly type: "json_schema";
      readonly json_schema: {
        readonly name: string;
        readonly description?: string;
        readonly schema?: Readonly<Record<string, unknown>>;
        readonly strict?: boolean | null;
      };
    };

export interface Assistant {
  readonly id: string;
  readonly object: "assistant";
  readonly created_at: number;
  readonly name: string | null;
  readonly description: string | null;
  readonly model: string;
  readonly instructions: string | null;
  readonly tools: readonly AssistantTool[];
  readonly tool_resources?: ToolResources | null;
  readonly metadata: Metadata | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly reasoning_effort?: string | null;
  readonly response_format?: ResponseFormat | null;
}

export interface Thread {
  readonly id: string;
  readonly object: "thread";
  readonly created_at: number;
  readonly tool_resources: ToolResources | null;
  readonly metadata: Metadata | null;
}

export type Annotation =
  | {
      readonly type: "file_citation";
      readonly text: string;
      readonly start_index: number;
      readonly end_index: number;
      readonly file_citation: { readonly file_id: string };
    }
  | {
      readonly type: "file_path";
      readonly text: string;
      readonly start_index: number;
      readonly end_index: number;
      readonly file_path: { readonly file_id: string };
    };

export type MessageContent =
  | { readonly type: "text"; readonly text: { readonly value: string; readonly annotations: readonly Annotation[] } }
  | { readonly type: "refusal"; readonly refusal: string }
  | { readonly type: "image_file"; readonly image_file: { readonly file_id: string } }
  | { readonly type: "image_url"; readonly image_url: { readonly url: string } };

/** A file that goes with a message, and the tools that may read it. */
export interface MessageAttachment {
  readonly file_id: string;
  readonly tools: readonly { readonly type: "code_interpreter" | "file_search" }[];
}

export type MessageStatus = "in_progress" | "incomplete" | "completed";

export interface Message {
  readonly id: string;
  readonly object: "thread.message";
  readonly created_at: number;
  readonly thread_id: string;
  /** Live servers omit it on user messages. */
  readonly status?: MessageStatus;
  readonly incomplete_details?: { readonly reason: string } | null;
  readonly role: "user" | "assistant";
  readonly content: readonly MessageContent[];
  readonly assistant_id: string | null;
  readonly run_id: string | null;
  readonly attachments?: readonly { readonly file_id?: string }[] | null;
  readonly metadata: Metadata | null;
}

export type RunStatus =
  | "queued"
  | "in_progress"
  | "requires_action"
  | "cancelling"
  | "cancelled"
  | "failed"
  | "completed"
  | "incomplete"
  | "expired";

/** Tokens, as the server counted them. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export interface LastError {
  readonly code: "server_error" | "rate_limit_exceeded" | "invalid_prompt";
  readonly message: string;
}

export interface RequiredToolCall {
  readonly id: string;
  readonly type: "function";
  /** `arguments` is JSON made by a model: it may not parse. */
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface Run {
  readonly id: string;
  readonly object: "thread.run";
  readonly created_at: number;
  readonly thread_id: string;
  readonly assistant_id: string;
  readonly status: RunStatus;
  readonly required_action: {
    readonly type: "submit_tool_outputs";
    readonly submit_tool_outputs: { readonly tool_calls: readonly RequiredToolCall[] };
  } | null;
  readonly last_error: LastError | null;
  readonly expires_at: number | null;
  readonly started_at: number | null;
  readonly cancelled_at: number | null;
  readonly failed_at: number | null;
  readonly completed_at: number | null;
  readonly incomplete_details: { readonly reason?: string } | null;
  readonly model: string;
  readonly instructions: string;
  readonly tools: readonly AssistantTool[];
  /** What the run searches and works with; live servers send it though the specification does not say so. */
  readonly tool_resources?: ToolResources | null;
  readonly metadata: Metadata | null;
  readonly usage: Usage | null;
  readonly max_prompt_tokens: number | null;
  readonly max_completion_tokens: number | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly reasoning_effort?: string | null;
  readonly response_format?: ResponseFormat | null;
  readonly tool_choice?: ToolChoice | null;
  readonly parallel_tool_calls?: boolean;
  readonly truncation_strategy?: TruncationStrategy | null;
}

/** Which tool a model may call, or must. */
export type ToolChoice =
  | "none"
  | "auto"
  | "required"
  | {
      readonly type: "function" | "file_search" | "code_interpreter";
      readonly function?: { readonly name: string };
    };

/** How much of a thread a model is given. */
export interface TruncationStrategy {
  readonly type: "auto" | "last_messages";
  readonly last_messages?: number | null;
}

export interface FunctionToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string; readonly output: string | null };
}

export interface CodeInterpreterToolCall {
  readonly id: string;
  readonly type: "code_interpreter";
  readonly code_interpreter: {
    readonly input: string;
    readonly outputs: readonly (
      | { readonly type: "logs"; readonly logs: string }
      | { readonly type: "image"; readonly image: { readonly file_id: string } }
    )[];
  };
}

export interface FileSearchResult {
  readonly file_id: string;
  readonly file_name: string;
  readonly score: number;
  readonly content?: readonly { readonly type?: "text"; readonly text?: string }[];
}

export interface FileSearchToolCall {
  readonly id: string;
  readonly type: "file_search";
  readonly file_search: { readonly results?: readonly FileSearchResult[] };
}

export type ToolCall = FunctionToolCall | CodeInterpreterToolCall | FileSearchToolCall;

export type RunStepStatus = "in_progress" | "cancelled" | "failed" | "completed" | "expired";

export interface RunStep {
  readonly id: string;
  readonly object: "thread.run.step";
  readonly created_at: number;
  readonly run_id: string;
  readonly assistant_id: string;
  readonly thread_id: string;
  readonly type: "message_creation" | "tool_calls";
  readonly status: RunStepStatus;
  readonly cancelled_at: number | null;
  readonly completed_at: number | null;
  readonly failed_at: number | null;
  readonly last_error: { readonly code: "server_error" | "rate_limit_exceeded"; readonly message: string } | null;
  readonly step_details:
    | { readonly type: "message_creation"; readonly message_creation: { readonly message_id: string } }
    | { readonly type: "tool_calls"; readonly tool_calls: readonly ToolCall[] };
  readonly usage: Usage | null;
}

export interface VectorStore {
  readonly id: string;
  readonly object: "vector_store";
  readonly created_at: number;
  readonly name: string | null;
  readonly status: "expired" | "in_progress" | "completed";
  readonly usage_bytes: number;
  readonly file_counts: {
    readonly in_progress: number;
    readonly completed: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly total: number;
  };
  readonly expires_after?: { readonly anchor: "last_active_at"; readonly days: number };
  readonly expires_at?: number | null;
  readonly last_active_at: number | null;
  readonly metadata: Metadata | null;
}

/** An uploaded file (the wire's `File`). */
export interface StoredFile {
  readonly id: string;
  readonly object: "file";
  readonly bytes: number;
  readonly created_at: number;
  readonly filename: string;
  readonly purpose: string;
}

export interface VectorStoreFile {
  /** The id of the file itself. */
  readonly id: string;
  readonly object: "vector_store.file";
  readonly created_at: number;
  readonly vector_store_id: string;
  readonly status: "in_progress" | "completed" | "cancelled" | "failed";
  readonly usage_bytes: number;
  readonly last_error: { readonly code: string; readonly message: string } | null;
  /** At most 16; what search can be filtered by. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | null;
  readonly chunking_strategy?:
    | {
        readonly type: "static";
        readonly static: { readonly max_chunk_size_tokens: number; readonly chunk_overlap_tokens: number };
      }
    | { readonly type: "other" };
}

export interface Model {
  readonly id: string;
  readonly object: "model";
  readonly created: number;
  readonly owned_by: string;
  /** Extension of OpenAI's models list: the day the model stops answering, where the provider says it. */
  readonly shutdown_date?: string | null;
}

/** A page of a list, in the order asked for. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
}

const terminal: ReadonlySet<RunStatus> = new Set(["completed", "failed", "cancelled", "incomplete", "expired"]);

/** Whether a run of this status can still change. `requires_action` can. */
export function isTerminal(status: RunStatus): boolean {
  return terminal.has(status);
}

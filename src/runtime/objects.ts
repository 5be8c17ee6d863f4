/**
 * The wire objects as the runtime keeps and sends them: the SDK's types, plus what live servers sent beyond the published
 * schema.
 */
import type { Assistant as SdkAssistant, FunctionTool } from "openai/resources/beta/assistants";
import type { Message, MessageContent } from "openai/resources/beta/threads/messages";
import type { Run as SdkRun } from "openai/resources/beta/threads/runs/runs";
import type { RunStep as SdkRunStep } from "openai/resources/beta/threads/runs/steps";
import type { Thread } from "openai/resources/beta/threads/threads";
import type { FileObject as SdkFileObject } from "openai/resources/files";
import type { Model } from "openai/resources/models";
import type { VectorStore as SdkVectorStore } from "openai/resources/vector-stores/vector-stores";
import type { VectorStoreFileBatch } from "openai/resources/vector-stores/file-batches";
import type { VectorStoreFile } from "openai/resources/vector-stores/files";

export type { Thread, Message, MessageContent, FunctionTool, Model, VectorStoreFile };

export type ToolResources = NonNullable<SdkAssistant["tool_resources"]>;

/** `reasoning_effort` is not in the spec's AssistantObject; live servers returned it. */
export interface Assistant extends SdkAssistant {
  reasoning_effort: string | null;
}

/** `tool_resources` and `reasoning_effort` are not in the spec's RunObject; live servers returned them. */
export interface Run extends SdkRun {
  tool_resources: ToolResources;
  reasoning_effort: string | null;
}

/** The spec says `expired_at`; live steps and the spec's own examples carry `expires_at`. Both are sent. */
export interface RunStep extends SdkRunStep {
  expires_at: number | null;
}

/** The SDK's type has a name always; a store made without one has none. The description is only in requests of the spec. */
export type VectorStore = Omit<SdkVectorStore, "name"> & { name: string | null; description: string | null };

/** Live servers send null for what the SDK's type leaves out, and `evals` is a purpose that only uploads name. */
export interface FileObject extends Omit<SdkFileObject, "purpose" | "status_details" | "expires_at"> {
  purpose: SdkFileObject["purpose"] | "evals";
  status_details: string | null;
  expires_at: number | null;
}

/** The schema says `vector_store.files_batch`; live servers and the schema's own prose say this. */
export type FileBatch = Omit<VectorStoreFileBatch, "object"> & { object: "vector_store.file_batch" };

/**
 * The container of a thread at the upstream (`--hosted-python`), in which its programs are executed. Kept, so that a runtime that starts
 * again goes on in it; never on the wire.
 */
export interface ThreadContainer {
  /** The upstream's: `cntr_…`. */
  id: string;
  created_at: number;
  /** The upstream's base URL: a container of another is none. */
  upstream: string;
  /** Unix seconds; it expires 20 minutes later. */
  used_at: number;
  /** What is in it, by the id that clients know: ids there (`cfile_…`) and paths. */
  files: Record<string, { id: string; path: string }>;
  /** What was brought here, by the version of the file there. */
  copied: Record<string, string>;
  /** The run in which it took the place of one that had expired: its model is told. */
  replaced_in: string | null;
}

/** A file that a program of a thread wrote below /mnt/data, beside its `file`, whose name has no folders. Kept under its thread; never on the wire. */
export interface MadeFile {
  /** That of the file. */
  id: string;
  created_at: number;
  /** Where programs find it: absolute. */
  path: string;
  /** Where the program wrote it, when that path is another file's now. */
  written_to?: string;
  /** The attached files that the program had. One that came since is newer than what the program wrote. */
  given: readonly string[];
}

export type RunStatus = SdkRun["status"];
export type LastError = NonNullable<SdkRun["last_error"]>;
export type Usage = NonNullable<SdkRun["usage"]>;

/** The statuses in which a run holds its thread (Assistants v2: thread locks). */
export const activeStatuses: readonly RunStatus[] = ["queued", "in_progress", "requires_action", "cancelling"];

export function isActive(status: RunStatus): boolean {
  return activeStatuses.includes(status);
}

export const noUsage: Readonly<Usage> = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

export function addUsage(a: Readonly<Usage>, b: Readonly<Usage>): Usage {
  return {
    prompt_tokens: a.prompt_tokens + b.prompt_tokens,
    completion_tokens: a.completion_tokens + b.completion_tokens,
    total_tokens: a.total_tokens + b.total_tokens,
  };
}

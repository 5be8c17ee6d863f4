/**
 * The port between the run engine and the tools that the runtime executes itself.
 *
 * To a model such a tool is a function like any other. When it is called, the engine executes it inside the run and goes on
 * with another turn; the client sees a `tool_calls` step of the tool's own type. The engine alone makes steps, events and
 * messages; a tool says what it does through its `ToolReport`.
 */
import type { FileSearchToolCall } from "openai/resources/beta/threads/runs/steps";
import type { FileServices } from "../files/fileServices.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { FunctionTool, Run } from "../objects.ts";
import type { ObjectStore } from "../store/objectStore.ts";

export type RuntimeToolType = "file_search" | "code_interpreter";

/** What a tool may know of the run that it works for, and what it works with. */
export interface ToolContext {
  readonly run: Run;
  readonly store: ObjectStore;
  readonly files: FileServices;
  readonly clock: Clock;
  readonly log: Log;
}

/** How a tool is told to a model. */
export interface ToolOffer {
  /** The function's name, unless the user's functions have it already: then it gets another. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: NonNullable<FunctionTool["function"]["parameters"]>;
  /** Added to the system text of each turn that offers the tool; `name` is what the function is called in that turn. */
  readonly instructions?: (name: string) => string;
}

/** A call that a model made. */
export interface ToolCall {
  /** The id of the call on the wire. */
  readonly id: string;
  /** As the model wrote them: usually JSON, and it may not parse. */
  readonly arguments: string;
  /** The argument that `RuntimeTool.input` names, decoded; or the arguments as they are when the model wrote it bare. Else empty. */
  readonly input: string;
  /** How many calls of the same tool the run made before. */
  readonly ordinal: number;
}

type FileSearch = FileSearchToolCall["file_search"];
export type SearchRanking = NonNullable<FileSearch["ranking_options"]>;
/** A result as a step has it. More fields than the published ones may be there (`x_chunk`); clients pass over what they do not know. */
export type SearchResult = NonNullable<FileSearch["results"]>[number];

/** What a tool tells while it works. Everything is stored and streamed by the engine; calls after the run's end are dropped. */
export interface ToolReport {
  /** Code interpreter: output of the code. What comes in several calls with nothing else between is one output that grows. */
  logs(text: string): void;
  /** Code interpreter: an image that the code made, as a file that is stored. It also begins the next message of the run. */
  image(fileId: string): void;
  /**
   * Code interpreter: a file that the code made, as a file that is stored. It is attached to the next message of the run, and where
   * a message names `sandbox:` followed by `path` (for example `/mnt/data/out.csv`), it gets a `file_path` annotation.
   */
  file(path: string, fileId: string): void;
  /** File search: what was found, best first, and what was looked for. Once. */
  results(ranking: SearchRanking, results: readonly SearchResult[], queries?: readonly string[]): void;
  /** File search: from now on, a mark `【place†…】` in the run's messages is a citation of the file. */
  cite(place: string, fileId: string): void;
}

export interface RuntimeTool {
  readonly type: RuntimeToolType;
  /** The string argument that clients see while the model writes it (`code_interpreter.input`); none for tools without. */
  readonly input?: string;
  /** Called before every turn. */
  offer(context: ToolContext): ToolOffer;
  /**
   * Executes a call and resolves to the text that the model gets. What it throws becomes an error text for the model, and the
   * run goes on. When the signal aborts, nobody waits for it any longer; it should stop what it does.
   */
  execute(call: ToolCall, report: ToolReport, context: ToolContext, signal: AbortSignal): Promise<string>;
  /** A thread was deleted: what the tool keeps for it goes. */
  forget?(threadId: string): Promise<void>;
}

/** The events of a streamed run, with their wire names. Held to the SDK's types as `wire.ts` is. */
import type { Message, Run, RunStep, Thread } from "./wire.ts";

/** An annotation as a delta carries it: whole in practice, with everything optional in the types. */
export type AnnotationDelta =
  | {
      readonly index: number;
      readonly type: "file_citation";
      readonly text?: string;
      readonly start_index?: number;
      readonly end_index?: number;
      readonly file_citation?: { readonly file_id?: string };
    }
  | {
      readonly index: number;
      readonly type: "file_path";
      readonly text?: string;
      readonly start_index?: number;
      readonly end_index?: number;
      readonly file_path?: { readonly file_id?: string };
    };

/** One entry of a message delta. Strings are appended, entries are addressed by `index`. */
export type MessageContentDelta =
  | {
      readonly index: number;
      readonly type: "text";
      readonly text?: { readonly value?: string; readonly annotations?: readonly AnnotationDelta[] };
    }
  | { readonly index: number; readonly type: "refusal"; readonly refusal?: string }
  | { readonly index: number; readonly type: "image_file"; readonly image_file?: { readonly file_id?: string } }
  | { readonly index: number; readonly type: "image_url"; readonly image_url?: { readonly url?: string } };

export interface MessageDelta {
  readonly id: string;
  readonly object: "thread.message.delta";
  readonly delta: { readonly content?: readonly MessageContentDelta[] };
}

export type ToolCallDelta =
  | {
      readonly index: number;
      readonly type: "function";
      readonly id?: string;
      readonly function?: { readonly name?: string; readonly arguments?: string; readonly output?: string | null };
    }
  | {
      readonly index: number;
      readonly type: "code_interpreter";
      readonly id?: string;
      readonly code_interpreter?: {
        readonly input?: string;
        readonly outputs?: readonly (
          | { readonly index: number; readonly type: "logs"; readonly logs?: string }
          | { readonly index: number; readonly type: "image"; readonly image?: { readonly file_id?: string } }
        )[];
      };
    }
  | { readonly index: number; readonly type: "file_search"; readonly id?: string; readonly file_search?: unknown };

export interface RunStepDelta {
  readonly id: string;
  readonly object: "thread.run.step.delta";
  readonly delta: {
    readonly step_details?:
      | { readonly type: "message_creation"; readonly message_creation?: { readonly message_id?: string } }
      | { readonly type: "tool_calls"; readonly tool_calls?: readonly ToolCallDelta[] };
  };
}

export type RunEventName =
  | "thread.run.created"
  | "thread.run.queued"
  | "thread.run.in_progress"
  | "thread.run.requires_action"
  | "thread.run.completed"
  | "thread.run.incomplete"
  | "thread.run.failed"
  | "thread.run.cancelling"
  | "thread.run.cancelled"
  | "thread.run.expired";

export type StepEventName =
  | "thread.run.step.created"
  | "thread.run.step.in_progress"
  | "thread.run.step.completed"
  | "thread.run.step.failed"
  | "thread.run.step.cancelled"
  | "thread.run.step.expired";

export type MessageEventName =
  | "thread.message.created"
  | "thread.message.in_progress"
  | "thread.message.completed"
  | "thread.message.incomplete";

/** What a streamed run says, event by event. */
export type RunEvent =
  | { readonly event: "thread.created"; readonly data: Thread }
  | { readonly event: RunEventName; readonly data: Run }
  | { readonly event: StepEventName; readonly data: RunStep }
  | { readonly event: "thread.run.step.delta"; readonly data: RunStepDelta }
  | { readonly event: MessageEventName; readonly data: Message }
  | { readonly event: "thread.message.delta"; readonly data: MessageDelta };

import { newId } from "../ids.ts";
import type { Message, Run, RunStep } from "../objects.ts";

/** An assistant's message that is about to be written. `now` is in unix seconds. */
export function newAssistantMessage(run: Run, now: number): Message {
  return {
    id: newId("msg"),
    object: "thread.message",
    created_at: now,
    thread_id: run.thread_id,
    status: "in_progress",
    incomplete_details: null,
    completed_at: null,
    incomplete_at: null,
    role: "assistant",
    content: [],
    assistant_id: run.assistant_id,
    run_id: run.id,
    attachments: [],
    metadata: {},
  };
}

/** A step that begins. `now` is in unix seconds. */
export function newStep(run: Run, details: RunStep["step_details"], now: number): RunStep {
  return {
    id: newId("step"),
    object: "thread.run.step",
    created_at: now,
    run_id: run.id,
    assistant_id: run.assistant_id,
    thread_id: run.thread_id,
    type: details.type,
    status: "in_progress",
    cancelled_at: null,
    completed_at: null,
    expires_at: run.expires_at,
    expired_at: null,
    failed_at: null,
    last_error: null,
    metadata: {},
    step_details: details,
    usage: null,
  };
}

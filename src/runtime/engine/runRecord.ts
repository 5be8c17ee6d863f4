import type { LastError, Message, Run, RunStep, Usage } from "../objects.ts";

/** How a run can end. */
export type RunEnd =
  | { readonly status: "completed" }
  | { readonly status: "incomplete"; readonly reason: "max_completion_tokens" | "max_prompt_tokens" | null }
  | { readonly status: "failed"; readonly error: LastError; readonly contentFilter?: boolean }
  | { readonly status: "cancelled" }
  | { readonly status: "expired" };

/** Sets the fields of a run that ends (Assistants v2: run lifecycle). `now` is in unix seconds. */
export function endRun(run: Run, end: RunEnd, used: Usage, now: number): void {
  run.status = end.status;
  run.required_action = null;
  run.usage = { ...used };
  switch (end.status) {
    case "completed":
      run.completed_at = now;
      run.expires_at = null;
      break;
    case "incomplete":
      // There is no `incomplete_at` on runs; live servers set `completed_at`.
      run.completed_at = now;
      run.incomplete_details = end.reason === null ? {} : { reason: end.reason };
      break;
    case "failed":
      run.failed_at = now;
      run.last_error = end.error;
      break;
    case "cancelled":
      run.cancelled_at = now;
      break;
    case "expired":
      break;
  }
}

/** Ends a step. A step has no status `incomplete`: one whose message was cut has completed, one whose calls were cut has failed. */
export function endStep(step: RunStep, end: RunEnd, usage: Usage, now: number): void {
  step.usage = { ...usage };
  switch (end.status) {
    case "completed":
    case "incomplete":
      if (end.status === "completed" || step.type === "message_creation") {
        step.status = "completed";
        step.completed_at = now;
      } else {
        step.status = "failed";
        step.failed_at = now;
        step.last_error = {
          code: "server_error",
          message:
            end.status === "incomplete" && end.reason === null
              ? "The model stopped while it was writing this function call; the call was dropped."
              : "The token limit cut the model off while it was writing this function call; the call was dropped.",
        };
      }
      break;
    case "failed":
      step.status = "failed";
      step.failed_at = now;
      step.last_error = {
        code: end.error.code === "rate_limit_exceeded" ? "rate_limit_exceeded" : "server_error",
        message: end.error.message,
      };
      break;
    case "cancelled":
      step.status = "cancelled";
      step.cancelled_at = now;
      break;
    case "expired":
      step.status = "expired";
      step.expired_at = now;
      break;
  }
}

/** Ends a message; one whose run did not complete is incomplete, and says why. */
export function endMessage(message: Message, end: RunEnd, now: number): void {
  if (end.status === "completed") {
    message.status = "completed";
    message.completed_at = now;
    return;
  }
  const reasons = {
    incomplete: "max_tokens",
    failed: "run_failed",
    cancelled: "run_cancelled",
    expired: "run_expired",
  } as const;
  message.status = "incomplete";
  message.incomplete_at = now;
  message.incomplete_details = {
    reason: end.status === "failed" && end.contentFilter === true ? "content_filter" : reasons[end.status],
  };
}

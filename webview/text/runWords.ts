import type { RunStatus, RunStepStatus } from "../../src/core/wire.ts";

/** A status in words, with its codicon and its tone. */
export interface StatusWords {
  readonly word: string;
  readonly icon: string;
  readonly tone: "good" | "bad" | "warn" | "busy" | "quiet";
}

const words: Readonly<Record<RunStatus, StatusWords>> = {
  queued: { word: "queued", icon: "clock", tone: "quiet" },
  in_progress: { word: "running", icon: "play-circle", tone: "busy" },
  requires_action: { word: "waiting for tool outputs", icon: "bell-dot", tone: "warn" },
  cancelling: { word: "cancelling", icon: "circle-slash", tone: "quiet" },
  cancelled: { word: "cancelled", icon: "circle-slash", tone: "quiet" },
  failed: { word: "failed", icon: "error", tone: "bad" },
  completed: { word: "completed", icon: "pass", tone: "good" },
  incomplete: { word: "incomplete", icon: "warning", tone: "warn" },
  expired: { word: "expired", icon: "watch", tone: "bad" },
};

/** How a run or step of this status is spoken of. */
export function statusWords(status: RunStatus | RunStepStatus): StatusWords {
  return words[status];
}

/** Why a run or message stopped early, for people. */
export function reasonWords(reason: string): string {
  switch (reason) {
    case "max_tokens":
    case "max_completion_tokens":
      return "the limit of completion tokens was reached";
    case "max_prompt_tokens":
      return "the limit of prompt tokens was reached";
    case "content_filter":
      return "the content filter stopped it";
    case "run_cancelled":
      return "the run was stopped";
    case "run_expired":
      return "the run expired";
    case "run_failed":
      return "the run failed";
    default:
      return reason.replaceAll("_", " ");
  }
}

/** An error code of the provider, for people; the provider's own message follows it. */
export function errorWords(code: string): string {
  switch (code) {
    case "rate_limit_exceeded":
      return "Rate limit reached";
    case "server_error":
      return "The provider had an error";
    case "invalid_prompt":
      return "The provider refused the prompt";
    default:
      return code === "" ? "Failed" : code.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());
  }
}

import { now } from "../state/clock.ts";
import type { RunNode } from "../state/runNode.ts";
import { formatElapsed } from "../text/duration.ts";

/** What the run does at this moment and for how long: a figure instead of a spinner. */
export function Thinking({ run }: { readonly run: RunNode }) {
  const head = run.head.value;
  const kind = head.segments.at(-1)?.kind ?? "queued";
  const word =
    head.status === "cancelling"
      ? "Stopping"
      : head.status === "queued" || kind === "queued"
        ? "Queued"
        : kind === "first_token"
          ? "Thinking"
          : kind === "tool"
            ? "Running a tool"
            : "Writing";
  return (
    <div class="thinking">
      <span class={`thinking-mark kind-${kind}`} aria-hidden="true" />
      <span>{word}</span>
      <span class="figure" aria-hidden="true">
        {formatElapsed(now.value - head.start)}
      </span>
    </div>
  );
}

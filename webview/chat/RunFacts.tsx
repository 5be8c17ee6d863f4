import { usePanel } from "../panelContext.ts";
import { formatCount, formatDuration, formatWholeSeconds } from "../text/duration.ts";
import { errorWords, reasonWords, statusWords } from "../text/runWords.ts";
import type { RunNode } from "../state/runNode.ts";
import { Verb } from "./Verb.tsx";

/** The wire has no code for these: the runtime's words are what there is. */
const refusedKey = /\b(api )?key\b|\b401\b/i;
const lostServer = /ECONNREFUSED|ENOTFOUND|cannot be reached|does not answer|not reachable|is the server running/i;

/** One line of facts under a run that is over, and the reason in words when it did not complete. */
export function RunFacts({ run, latest }: { readonly run: RunNode; readonly latest: boolean }) {
  const { requests, timeline } = usePanel();
  const head = run.head.value;
  const words = statusWords(head.status);
  const duration = (head.end ?? head.start) - head.start;
  const rough = head.fidelity === "reconstructed";
  const unfinished = head.status === "failed" || head.status === "expired" || head.status === "incomplete";
  return (
    <div class="run-facts">
      <div class="facts-line">
        <span class={`status tone-${words.tone}`}>
          <span class={`codicon codicon-${words.icon}`} aria-hidden="true" /> {words.word}
        </span>
        <button
          type="button"
          class="fact figure"
          title="Show in the timeline"
          aria-label={`${rough ? formatWholeSeconds(duration) : formatDuration(duration)}, show in the timeline`}
          onClick={() => timeline.select(run.id)}
        >
          {rough ? formatWholeSeconds(duration) : formatDuration(duration)}
        </button>
        {head.usage && (
          <span
            class="fact figure"
            title={`${formatCount(head.usage.prompt_tokens)} tokens in, ${formatCount(head.usage.completion_tokens)} tokens out`}
          >
            {formatCount(head.usage.prompt_tokens)} → {formatCount(head.usage.completion_tokens)} tokens
          </span>
        )}
      </div>
      {unfinished && (
        <div class={`reason tone-${words.tone}`} role="note">
          <span class="reason-text">{reasonOf(head)}</span>
          <span class="verbs">
            {latest && <Verb onPress={() => requests.fire("command", { command: "retry" })}>Retry</Verb>}
            {head.error && refusedKey.test(head.error.message) && (
              <Verb onPress={() => requests.fire("command", { command: "setKey" })}>Set key</Verb>
            )}
            {head.error && lostServer.test(head.error.message) && (
              <Verb onPress={() => requests.fire("command", { command: "connect" })}>Choose another connection</Verb>
            )}
            {head.status === "failed" && (
              <Verb onPress={() => requests.fire("command", { command: "showLog" })}>Show log</Verb>
            )}
          </span>
        </div>
      )}
    </div>
  );
}

/** Why a run did not complete, in words. */
export function reasonOf(head: RunNode["head"]["value"]): string {
  if (head.error) {
    return head.error.message === ""
      ? `${errorWords(head.error.code)}.`
      : `${errorWords(head.error.code)}: ${head.error.message}`;
  }
  if (head.status === "expired") {
    return "The run expired before its tool outputs came.";
  }
  if (head.incompleteReason !== null) {
    const words = reasonWords(head.incompleteReason);
    return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
  }
  return head.status === "failed" ? "The provider gave no reason." : "";
}

import type { CallAnswer } from "../../src/core/answers/toolAnswer.ts";
import { usePanel } from "../panelContext.ts";
import { now } from "../state/clock.ts";
import { formatDuration } from "../text/duration.ts";
import type { JsonCheck } from "../text/jsonCheck.ts";
import { Verb } from "./Verb.tsx";

const sources = { handler: "handler", fixture: "fixture", error: "handler error", hand: "typed" } as const;

/** What an output is: who made it while nobody changed it, and otherwise whether it is JSON. */
export function AnswerState({
  answer,
  text,
  check,
}: {
  readonly answer: CallAnswer | null;
  readonly text: string;
  readonly check: JsonCheck;
}) {
  if (answer?.state === "ready" && answer.answer.output === text && answer.answer.origin !== "hand") {
    const { origin, details, durationMs } = answer.answer;
    return (
      <span class={`json-state ${origin === "error" ? "json-text" : "json-json"}`} aria-live="polite" title={details}>
        <span class={`codicon codicon-${origin === "fixture" ? "bookmark" : "zap"}`} aria-hidden="true" />{" "}
        {sources[origin]}
        {durationMs !== null && origin !== "fixture" ? ` · ${formatDuration(durationMs)}` : ""}
        {origin === "fixture" && details !== "" ? ` · ${details}` : ""}
      </span>
    );
  }
  return (
    <span class={`json-state json-${check.kind}`} aria-live="polite">
      {check.kind === "json" && (
        <>
          <span class="codicon codicon-check" aria-hidden="true" /> valid JSON
        </>
      )}
      {check.kind === "text" && `not JSON at ${check.line}:${check.column}, sent as text`}
      {check.kind === "empty" && "empty, sent as an empty text"}
    </span>
  );
}

/** A source at work on a call, and the way to stop it. */
export function AnswerRunning({
  callId,
  answer,
}: {
  readonly callId: string;
  readonly answer: Extract<CallAnswer, { readonly state: "running" }>;
}) {
  const { requests } = usePanel();
  const elapsed = Math.max(0, now.value - answer.since);
  return (
    <div class="answer-running">
      <span class="codicon codicon-loading codicon-modifier-spin" aria-hidden="true" />
      <span role="status">{answer.source === "fixture" ? "The fixture waits" : "The handler runs"}</span>
      {elapsed >= 1000 && <span class="figure quiet">{formatDuration(elapsed)}</span>}
      <Verb onPress={() => requests.fire("stopHandler", { callId })}>Stop</Verb>
    </div>
  );
}

/** Why a source gave no output, and where more is to be found. */
export function AnswerFailed({ answer }: { readonly answer: Extract<CallAnswer, { readonly state: "failed" }> }) {
  const { requests } = usePanel();
  const { failure } = answer;
  const untrusted = failure.code === "refused" && failure.message.includes("not trusted");
  return (
    <div class="answer-failed" role="alert">
      <span class="codicon codicon-warning" aria-hidden="true" />
      <span class="reason-text">
        {failure.source === "fixture" ? "Fixture: " : "Handler: "}
        {failure.message}
      </span>
      {untrusted && (
        <Verb onPress={() => requests.fire("command", { command: "manageTrust" })}>Manage workspace trust</Verb>
      )}
      {failure.source === "handler" && (failure.code === "failed" || failure.code === "timeout") && (
        <Verb onPress={() => requests.fire("command", { command: "showHandlerLog" })}>Show its log</Verb>
      )}
    </div>
  );
}

import type { Segment } from "../../src/core/runTrace.ts";
import type { RunStatus, RunStepStatus, Usage } from "../../src/core/wire.ts";
import { callIcon } from "../chat/CallName.tsx";
import { formatDuration, formatElapsed, formatWholeSeconds } from "../text/duration.ts";
import { statusWords, type StatusWords } from "../text/runWords.ts";
import type { Row } from "./rows.ts";
import { kindWords, segmentKinds, splitTime } from "./timeSplit.ts";

/** What is to be said of a row, whichever kind it is. */
export interface RowFacts {
  readonly icon: string;
  readonly tone: StatusWords["tone"];
  readonly label: string;
  readonly status: RunStatus | RunStepStatus | null;
  readonly start: number;
  readonly end: number | null;
  readonly segments: readonly Segment[];
  readonly usage: Usage | null;
  readonly failed: boolean;
}

/** Reads the facts of a row; subscribes to the row's own signal only. */
export function rowFacts(row: Row): RowFacts {
  if (row.kind === "run") {
    const head = row.run.head.value;
    const { icon, tone } = statusWords(head.status);
    return {
      icon,
      tone,
      label: head.title,
      failed: head.status === "failed" || head.status === "expired",
      ...timed(head),
      usage: head.usage,
      status: head.status,
    };
  }
  if (row.kind === "step") {
    const view = row.step.view.value;
    const tools = view.type === "tool_calls";
    const failed = view.status === "failed" || view.status === "expired";
    return {
      icon: failed ? "error" : tools ? "tools" : "comment",
      tone: failed ? "bad" : "quiet",
      label: tools ? "tool calls" : "message",
      failed,
      ...timed(view),
      usage: view.usage,
      status: view.status,
    };
  }
  const view = row.call.view.value;
  return {
    icon: callIcon(view.type),
    tone: "quiet",
    label: view.name,
    failed: false,
    ...timed(view),
    usage: null,
    status: null,
  };
}

function timed(view: Pick<RowFacts, "start" | "end" | "segments">): Pick<RowFacts, "start" | "end" | "segments"> {
  return { start: view.start, end: view.end, segments: view.segments };
}

/** A duration of a row, as exact as its run was recorded. One that still grows gets tenths only. */
export function durationWords(row: Row, milliseconds: number, grows = false): string {
  const format =
    row.run.head.value.fidelity === "reconstructed" ? formatWholeSeconds : grows ? formatElapsed : formatDuration;
  return format(milliseconds);
}

/** The facts of a row as a sentence, for those who do not see the bar. */
export function rowSentence(row: Row, facts: RowFacts, now: number): string {
  const split = splitTime(facts.segments, now);
  const times = segmentKinds
    .filter((kind) => split[kind] > 0)
    .map((kind) => `${kindWords[kind]} ${durationWords(row, split[kind])}`);
  const name = row.kind === "run" ? "Run" : row.kind === "step" ? "Step" : "Call";
  const status = facts.status === null ? [] : [statusWords(facts.status).word];
  return [`${name} ${facts.label}`, ...status, durationWords(row, (facts.end ?? now) - facts.start), ...times].join(
    ", ",
  );
}

/** From what the panel was last sent to what it must be sent now. Growing text goes as what was appended. */
import { textSince } from "../../core/growingText.ts";
import type { CallTrace, MessageTrace, PartTrace, RunTrace, StepTrace } from "../../core/runTrace.ts";
import type { PatchOp } from "../../protocol/messages.ts";
import { messageView } from "./messageView.ts";
import type { CitationsOf } from "./messageView.ts";
import { runHead, stepView } from "./runView.ts";
import type { RunContext } from "./runView.ts";

/** @param sent the message as it was last sent; undefined when it never was */
export function messageOps(
  sent: MessageTrace | undefined,
  now: MessageTrace,
  citations: CitationsOf,
): readonly PatchOp[] {
  if (sent === now) return [];
  if (sent === undefined || sent.status !== now.status || sent.parts.length !== now.parts.length) {
    return [{ op: "message", message: messageView(now, citations) }];
  }
  const ops: PatchOp[] = [];
  for (const [index, part] of now.parts.entries()) {
    const before = sent.parts[index];
    if (before === part) continue;
    const appended = grownBy(before, part);
    if (appended === null) return [{ op: "message", message: messageView(now, citations) }];
    // Before the text that they belong to: no mark is drawn as text meanwhile.
    if (before?.kind === "text" && part.kind === "text" && before.annotations !== part.annotations)
      ops.push({ op: "citations", messageId: now.id, part: index, citations: citations(now, index) });
    if (appended.text !== "")
      ops.push({ op: "messageText", messageId: now.id, part: index, from: appended.from, append: appended.text });
  }
  return ops;
}

function grownBy(
  before: PartTrace | undefined,
  now: PartTrace,
): { readonly from: number; readonly text: string } | null {
  if (before === undefined || before.kind === "image" || now.kind === "image" || before.kind !== now.kind) return null;
  const text = textSince(now.text, before.text);
  return text === null ? null : { from: before.text.length, text };
}

/** @param sent the run as it was last sent; undefined when it never was */
export function runOps(sent: RunTrace | undefined, now: RunTrace, context: RunContext): readonly PatchOp[] {
  if (sent === now) return [];
  const ops: PatchOp[] = [];
  if (sent === undefined || headChanged(sent, now)) ops.push({ op: "run", run: runHead(now, context) });
  for (const step of now.steps) {
    const before = sent?.steps.find((candidate) => candidate.id === step.id);
    if (before !== step) ops.push(...stepOps(now.run.id, before, step, context));
  }
  return ops;
}

/** The count of events alone is no reason to send a head: it rises with each token. */
function headChanged(sent: RunTrace, now: RunTrace): boolean {
  return (
    sent.run !== now.run || sent.end !== now.end || sent.segments !== now.segments || sent.fidelity !== now.fidelity
  );
}

function stepOps(
  runId: string,
  before: StepTrace | undefined,
  now: StepTrace,
  context: RunContext,
): readonly PatchOp[] {
  const whole: readonly PatchOp[] = [{ op: "step", runId, step: stepView(now, context) }];
  if (
    before === undefined ||
    before.object !== now.object ||
    before.end !== now.end ||
    before.segments !== now.segments
  )
    return whole;
  if (before.calls.length !== now.calls.length) return whole;
  const ops: PatchOp[] = [];
  for (const [index, call] of now.calls.entries()) {
    const earlier = before.calls[index];
    if (earlier === call) continue;
    const op = earlier === undefined ? null : callTextOp(runId, now.id, earlier, call);
    if (op === null) return whole;
    ops.push(op);
  }
  return ops;
}

function callTextOp(runId: string, stepId: string, before: CallTrace, now: CallTrace): PatchOp | null {
  const same =
    before.id === now.id &&
    before.name === now.name &&
    before.images === now.images &&
    before.results === now.results &&
    before.origin === now.origin &&
    before.answer === now.answer &&
    before.end === now.end &&
    before.segments === now.segments;
  if (!same) return null;
  const op = { op: "callText", runId, stepId, callId: now.id } as const;
  if (before.output === now.output) {
    const appended = textSince(now.input, before.input);
    return appended === null ? null : { ...op, field: "arguments", from: before.input.length, append: appended };
  }
  // What a program prints grows at its end.
  const printed = before.output ?? "";
  return before.input === now.input && now.output?.startsWith(printed) === true
    ? { ...op, field: "output", from: printed.length, append: now.output.slice(printed.length) }
    : null;
}

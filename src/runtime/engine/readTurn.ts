import { unlessStopped } from "./unlessStopped.ts";
import { noUsage, type Usage } from "../objects.ts";
import type { OfferedTools } from "../tools/offers.ts";
import type { TurnEvent, TurnRequest, Upstream } from "../upstream/port.ts";
import type { ContainerOutputs } from "./containerOutputs.ts";
import { HostedCalls } from "./hostedCalls.ts";
import { HostedPrograms } from "./hostedPrograms.ts";
import type { RunEnd } from "./runRecord.ts";
import type { RunWriter } from "./runWriter.ts";
import { TurnCalls, type TurnCall } from "./turnCalls.ts";

export type TurnError = Extract<TurnEvent, { kind: "turn.error" }>;

/** What a turn came to. */
export type TurnOutcome =
  | { readonly kind: "ended"; readonly end: RunEnd; readonly usage: Usage }
  | { readonly kind: "calls"; readonly calls: readonly TurnCall[]; readonly usage: Usage }
  | { readonly kind: "error"; readonly error: TurnError; readonly emitted: boolean };

/** Why a run was stopped from outside: the abort's reason is the end it should have. */
export function stopReason(stop: AbortSignal): RunEnd {
  return stop.reason as RunEnd;
}

export function outOf(reason: "max_completion_tokens" | "max_prompt_tokens"): Extract<TurnOutcome, { kind: "ended" }> {
  return { kind: "ended", end: { status: "incomplete", reason }, usage: noUsage };
}

/**
 * Asks the upstream for one turn and writes what it says, as it comes.
 * @param outputs what brings here what programs of the upstream make
 */
export async function readTurn(
  writer: RunWriter,
  upstream: Upstream,
  offered: OfferedTools,
  request: TurnRequest,
  stop: AbortSignal,
  outputs?: ContainerOutputs,
): Promise<TurnOutcome> {
  let emitted = false;
  const calls = new TurnCalls(writer, offered);
  const hosted = new HostedCalls(writer);
  const programs = new HostedPrograms(writer, outputs);
  const called = (): boolean => calls.all.length > 0;
  let text = "";
  let gap = "";
  let stopWaiting = (): void => undefined;
  stop.addEventListener("abort", () => stopWaiting(), { once: true });
  const events = upstream.runTurn(request, stop)[Symbol.asyncIterator]();
  for (;;) {
    // An upstream that does not notice the abort must not hold the run. (`Promise.race` would keep something for every token.)
    const next = await new Promise<IteratorResult<TurnEvent> | "stopped">((resolve, reject) => {
      stopWaiting = () => resolve("stopped");
      events.next().then(resolve, reject);
    });
    if (next === "stopped" || stop.aborted) {
      void Promise.resolve(events.return?.()).catch(() => undefined);
      return stopped(stop);
    }
    if (next.done === true) throw new Error("the upstream's turn stopped without an end");
    const event = next.value;
    switch (event.kind) {
      case "text.delta":
        if (event.text === "") break;
        if (called()) {
          text += `${gap}${event.text}`;
          gap = "";
          break;
        }
        emitted = true;
        writer.addText(event.text);
        break;
      case "refusal.delta":
        emitted = true;
        if (called()) text += event.text;
        else writer.addRefusal(event.text);
        break;
      case "message.end":
        if (!called()) {
          programs.endMessage();
          writer.finishMessage(event.phase);
        } else if (text !== "") gap = "\n\n";
        break;
      case "citation": {
        emitted = true;
        const mark = hosted.mark(event.fileId, event.filename);
        if (called()) text += mark;
        else writer.addText(mark);
        break;
      }
      case "search.start":
        emitted = true;
        hosted.start(event.callId, called());
        break;
      case "search.end":
        hosted.end(event);
        break;
      case "code.start":
        emitted = true;
        programs.start(event.callId, called());
        break;
      case "code.delta":
        programs.addCode(event.text);
        break;
      case "code.end":
        await unlessStopped(programs.end(event, stop), stop);
        break;
      case "container.file":
        await unlessStopped(programs.handOut(event, stop), stop);
        break;
      case "fn.start":
        emitted = true;
        calls.start(event.slot, event.callId, event.name);
        break;
      case "fn.args":
        if (event.fragment !== "") calls.addArguments(event.slot, event.fragment);
        break;
      case "turn.replay":
        writer.keepReplay(event.items);
        break;
      case "turn.error":
        await unlessStopped(programs.settle(stop), stop);
        if (stop.aborted) return stopped(stop);
        return { kind: "error", error: event, emitted };
      case "turn.end":
        await unlessStopped(programs.settle(stop), stop);
        if (stop.aborted) return stopped(stop);
        if (event.details !== undefined) writer.countDetails(event.details);
        if (event.reason === "length") return { ...outOf("max_completion_tokens"), usage: event.usage };
        if (event.reason === "content_filter") return { kind: "ended", end: filtered, usage: event.usage };
        if (event.reason === "other")
          return { kind: "ended", end: { status: "incomplete", reason: null }, usage: event.usage };
        if (called()) text = [text, programs.takeNews()].filter((one) => one !== "").join("\n\n");
        if (text.trim() !== "") writer.keepLateText(text);
        // Whether functions were asked for is what counts: a named `tool_choice` ends with `stop` at OpenAI.
        if (!called()) return { kind: "ended", end: { status: "completed" }, usage: event.usage };
        calls.end();
        return { kind: "calls", calls: calls.all, usage: event.usage };
    }
  }
}

function stopped(stop: AbortSignal): TurnOutcome {
  return { kind: "ended", end: stopReason(stop), usage: noUsage };
}

const filtered: RunEnd = {
  status: "failed",
  contentFilter: true,
  error: { code: "invalid_prompt", message: "The upstream's content filter stopped the answer." },
};

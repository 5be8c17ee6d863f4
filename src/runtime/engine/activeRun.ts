import { unixSeconds, type Clock } from "../clock.ts";
import type { FileServices } from "../files/fileServices.ts";
import { reasonOf, type Log } from "../log.ts";
import { noUsage, type LastError, type Usage } from "../objects.ts";
import { promptTokens } from "../promptTokens.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import { loadTokenizer } from "../tokenizer.ts";
import type { TurnEvent, Upstream } from "../upstream/port.ts";
import { prepareStores } from "../vectorStores/runStores.ts";
import { AttachedFiles } from "./attachedFiles.ts";
import { readConversation, type Conversation } from "./conversation.ts";
import type { RunEnd } from "./runRecord.ts";
import type { RunWriter } from "./runWriter.ts";
import { fitConversation } from "./truncation.ts";
import { turnRequestOf } from "./turnRequest.ts";

/** A run that still asks for functions after so many turns is in a loop. */
const maxTurns = 64;
const maxAttempts = 3;
const longestRetryMs = 30_000;

export interface RunSurroundings {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly upstream: Upstream;
  /** Files and vector stores; a run without them has no attachments and waits for no store. */
  readonly files?: FileServices;
  readonly log: Log;
}

type TurnError = Extract<TurnEvent, { kind: "turn.error" }>;
type TurnOutcome =
  | { readonly kind: "ended"; readonly end: RunEnd; readonly usage: Usage }
  | { readonly kind: "calls"; readonly usage: Usage }
  | { readonly kind: "error"; readonly error: TurnError; readonly emitted: boolean };

/** Takes a queued run through its next turn: to its end, or to `requires_action`. Never rejects. */
export async function continueRun(writer: RunWriter, around: RunSurroundings, stop: AbortSignal): Promise<void> {
  try {
    const { files } = around;
    const cannot = files === undefined ? undefined : await prepareStores(writer.run, { ...around, files }, stop);
    if (stop.aborted || writer.ended) return writer.end(stopReason(stop), noUsage);
    if (cannot !== undefined) return writer.end(cannot, noUsage);
    writer.setStatus("in_progress");
    writer.tellLateText();
    const outcome = await takeTurn(writer, around, stop);
    if (stop.aborted || writer.ended) writer.end(stopReason(stop), noUsage);
    else if (outcome.kind === "calls") writer.requireAction(outcome.usage);
    else if (outcome.kind === "ended") writer.end(outcome.end, outcome.usage);
    else writer.end({ status: "failed", error: lastErrorOf(outcome.error) }, noUsage);
  } catch (error) {
    if (stop.aborted) return void endQuietly(writer, stopReason(stop), around.log);
    around.log(`run ${writer.run.id}: ${reasonOf(error)}`);
    endQuietly(
      writer,
      { status: "failed", error: { code: "server_error", message: `The runtime failed: ${reasonOf(error)}` } },
      around.log,
    );
  }
}

function attachedFiles({ store, files }: RunSurroundings): AttachedFiles | undefined {
  return files === undefined ? undefined : new AttachedFiles(store, files.bytes);
}

/** Why a run was stopped from outside: the abort's reason is the end it should have. */
function stopReason(stop: AbortSignal): RunEnd {
  return stop.reason as RunEnd;
}

// When the disk refuses, the end of the run cannot be kept; its listeners must not wait for ever all the same.
function endQuietly(writer: RunWriter, end: RunEnd, log: Log): void {
  try {
    writer.end(end, noUsage);
  } catch (error) {
    log(`run ${writer.run.id} could not be ended: ${reasonOf(error)}`);
    writer.feed.emit("error", {
      code: "server_error",
      message: `The runtime could not store the run: ${reasonOf(error)}`,
      param: null,
      type: "server_error",
    });
    writer.feed.end();
  }
}

async function takeTurn(writer: RunWriter, around: RunSurroundings, stop: AbortSignal): Promise<TurnOutcome> {
  const { run } = writer;
  if (writer.extra.turns >= maxTurns) {
    const message = `The run asked for functions ${maxTurns} times in a row; it was ended because it looks like a loop.`;
    return { kind: "ended", end: { status: "failed", error: { code: "server_error", message } }, usage: noUsage };
  }
  const { used } = writer.extra;
  if (run.max_completion_tokens !== null && used.completion_tokens >= run.max_completion_tokens)
    return outOf("max_completion_tokens");
  const base = turnRequestOf(run, writer.extra, around.store.get("assistant", run.assistant_id)?.name ?? null);
  const conversation = readConversation(around.store, run, writer.extra.replays, attachedFiles(around));
  let budget = run.max_prompt_tokens === null ? null : run.max_prompt_tokens - used.prompt_tokens;
  writer.countTurn();
  for (let attempt = 1; ; attempt++) {
    const items = fitConversation(base, conversation, budget, budget === null ? undefined : await loadTokenizer());
    if (items === undefined) return outOf("max_prompt_tokens");
    const outcome = await readTurn(writer, around.upstream, { ...base, items }, stop);
    if (outcome.kind !== "error" || outcome.emitted || stop.aborted) return outcome;
    const { error } = outcome;
    if (error.error === "context" && run.truncation_strategy?.type !== "last_messages") {
      const smaller = await smallerBudget(base, conversation, budget);
      if (smaller === undefined) return outcome;
      budget = smaller;
      continue;
    }
    if (!error.retryable || attempt >= maxAttempts) return outcome;
    const delay = error.retryAfterMs ?? 500 * 2 ** (attempt - 1);
    if (delay > longestRetryMs || unixSeconds(around.clock) + delay / 1000 >= (run.expires_at ?? Infinity))
      return outcome;
    await pause(around.clock, delay, stop);
    if (stop.aborted) return outcome;
  }
}

async function readTurn(
  writer: RunWriter,
  upstream: Upstream,
  request: Parameters<Upstream["runTurn"]>[0],
  stop: AbortSignal,
): Promise<TurnOutcome> {
  let emitted = false;
  let calls = 0;
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
      return { kind: "ended", end: stopReason(stop), usage: noUsage };
    }
    if (next.done === true) throw new Error("the upstream's turn stopped without an end");
    const event = next.value;
    switch (event.kind) {
      case "text.delta":
        if (event.text === "") break;
        if (calls > 0) {
          text += `${gap}${event.text}`;
          gap = "";
          break;
        }
        emitted = true;
        writer.addText(event.text);
        break;
      case "refusal.delta":
        emitted = true;
        if (calls === 0) writer.addRefusal(event.text);
        else text += event.text;
        break;
      case "message.end":
        if (calls === 0) writer.finishMessage(event.phase);
        else if (text !== "") gap = "\n\n";
        break;
      case "fn.start":
        emitted = true;
        calls++;
        writer.startCall(event.slot, event.callId, event.name);
        break;
      case "fn.args":
        if (event.fragment !== "") writer.addArguments(event.slot, event.fragment);
        break;
      case "turn.replay":
        writer.keepReplay(event.items);
        break;
      case "turn.error":
        return { kind: "error", error: event, emitted };
      case "turn.end":
        if (event.details !== undefined) writer.countDetails(event.details);
        if (event.reason === "length") return { ...outOf("max_completion_tokens"), usage: event.usage };
        if (event.reason === "content_filter") return { kind: "ended", end: filtered, usage: event.usage };
        if (event.reason === "other")
          return { kind: "ended", end: { status: "incomplete", reason: null }, usage: event.usage };
        if (text.trim() !== "") writer.keepLateText(text);
        // Whether functions were asked for is what counts: a named `tool_choice` ends with `stop` at OpenAI.
        return calls > 0
          ? { kind: "calls", usage: event.usage }
          : { kind: "ended", end: { status: "completed" }, usage: event.usage };
    }
  }
}

const filtered: RunEnd = {
  status: "failed",
  contentFilter: true,
  error: { code: "invalid_prompt", message: "The upstream's content filter stopped the answer." },
};

function outOf(reason: "max_completion_tokens" | "max_prompt_tokens"): Extract<TurnOutcome, { kind: "ended" }> {
  return { kind: "ended", end: { status: "incomplete", reason }, usage: noUsage };
}

/** Three quarters of what the prompt now takes; `undefined` when there is nothing left to drop. */
async function smallerBudget(
  base: Parameters<typeof fitConversation>[0],
  conversation: Conversation,
  budget: number | null,
): Promise<number | undefined> {
  const tokenizer = await loadTokenizer();
  const all = promptTokens(base, [...conversation.thread, ...conversation.run], tokenizer);
  const next = Math.floor(Math.min(budget ?? all, all) * 0.75);
  return fitConversation(base, conversation, next, tokenizer) === undefined ? undefined : next;
}

function lastErrorOf(error: TurnError): LastError {
  switch (error.error) {
    case "rate_limit":
      return { code: "rate_limit_exceeded", message: error.message };
    case "invalid":
    case "context":
      return { code: "invalid_prompt", message: error.message };
    case "auth":
    case "server":
      return { code: "server_error", message: error.message };
  }
}

function pause(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const take = clock.after(ms, resolve);
    stop.addEventListener("abort", () => {
      take();
      resolve();
    });
  });
}

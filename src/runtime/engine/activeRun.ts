import { unixSeconds, type Clock } from "../clock.ts";
import type { FileServices } from "../files/fileServices.ts";
import { reasonOf, type Log } from "../log.ts";
import { noUsage, type LastError } from "../objects.ts";
import { promptTokens } from "../promptTokens.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import { loadTokenizer } from "../tokenizer.ts";
import { offerTools, type OfferedTools } from "../tools/offers.ts";
import type { RuntimeTool, ToolContext } from "../tools/port.ts";
import type { HostedFiles } from "../upstream/hosted/hostedFiles.ts";
import type { Upstream } from "../upstream/port.ts";
import { prepareStores } from "../vectorStores/runStores.ts";
import { AttachedFiles } from "./attachedFiles.ts";
import { ContainerOutputs } from "./containerOutputs.ts";
import { readConversation, type Conversation } from "./conversation.ts";
import { executeCalls } from "./executeCalls.ts";
import { hostedSearchOf, untilHostedRead } from "./hostedSearch.ts";
import { pause } from "./pause.ts";
import { outOf, readTurn, stopReason, type TurnError, type TurnOutcome } from "./readTurn.ts";
import type { RunEnd } from "./runRecord.ts";
import type { RunWriter } from "./runWriter.ts";
import { containerInstructions, type ThreadContainers } from "./threadContainers.ts";
import { fitConversation } from "./truncation.ts";
import { turnRequestOf, type HostedTools } from "./turnRequest.ts";

/** A run that still asks for functions or tools after so many turns is in a loop. */
const maxTurns = 64;
const maxAttempts = 3;
const longestRetryMs = 30_000;

export interface RunSurroundings {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly upstream: Upstream;
  /** Files and vector stores; a run without them has no attachments, waits for no store and has no tools of the runtime. */
  readonly files?: FileServices;
  /** The upstream's own files and vector stores, where they take the place of the runtime's. */
  readonly hosted?: HostedFiles | undefined;
  /** The upstream's containers, where they take the place of the runtime's Python. */
  readonly containers?: ThreadContainers | undefined;
  /** What the runtime executes itself. */
  readonly tools?: readonly RuntimeTool[];
  readonly log: Log;
}

/** Takes a queued run through its turns: to its end, or to `requires_action`. Never rejects. */
export async function continueRun(writer: RunWriter, around: RunSurroundings, stop: AbortSignal): Promise<void> {
  try {
    const { files } = around;
    const { hosted } = around;
    if (hosted !== undefined) await untilHostedRead(writer.run, around, hosted, stop);
    const cannot =
      files === undefined || hosted !== undefined
        ? undefined
        : await prepareStores(writer.run, { ...around, files }, stop);
    if (stop.aborted || writer.ended) return writer.end(stopReason(stop), noUsage);
    if (cannot !== undefined) return writer.end(cannot, noUsage);
    writer.setStatus("in_progress");
    const context = files === undefined ? undefined : { run: writer.run, ...around, files };
    for (;;) {
      writer.tellLateText();
      const outcome = await takeTurn(writer, around, context, stop);
      if (stop.aborted || writer.ended) return writer.end(stopReason(stop), noUsage);
      if (outcome.kind === "error") return writer.end({ status: "failed", error: lastErrorOf(outcome.error) }, noUsage);
      if (outcome.kind === "ended") return writer.end(outcome.end, outcome.usage);
      writer.countCalledTurn(outcome.usage);
      const waits = await executeCalls(writer, outcome.calls, context, stop);
      if (stop.aborted || writer.ended) return writer.end(stopReason(stop), noUsage);
      if (waits) return writer.requireAction();
    }
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

function attachedFiles({ store, files, hosted }: RunSurroundings): AttachedFiles | undefined {
  return files === undefined ? undefined : new AttachedFiles(store, files.bytes, hosted !== undefined);
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

async function takeTurn(
  writer: RunWriter,
  around: RunSurroundings,
  context: ToolContext | undefined,
  stop: AbortSignal,
): Promise<TurnOutcome> {
  const { run } = writer;
  if (writer.extra.turns >= maxTurns) {
    const message = `The run asked for functions ${maxTurns} times in a row; it was ended because it looks like a loop.`;
    return { kind: "ended", end: { status: "failed", error: { code: "server_error", message } }, usage: noUsage };
  }
  const { used } = writer.extra;
  if (run.max_completion_tokens !== null && used.completion_tokens >= run.max_completion_tokens)
    return outOf("max_completion_tokens");
  const offered: OfferedTools = offerTools(run, around.tools ?? [], context);
  const assistantName = around.store.get("assistant", run.assistant_id)?.name ?? null;
  const search = around.hosted === undefined ? undefined : hostedSearchOf(run, around.store);
  const { extra } = writer;
  const conversation = readConversation(around.store, run, writer.extra, attachedFiles(around));
  let budget = run.max_prompt_tokens === null ? null : run.max_prompt_tokens - used.prompt_tokens;
  writer.countTurn();
  let lost = false;
  for (let attempt = 1; ; attempt++) {
    const python = await openContainer(around, context, stop);
    const base = turnRequestOf(run, extra, offered, assistantName, { search, python: python.told });
    const items = fitConversation(base, conversation, budget, budget === null ? undefined : await loadTokenizer());
    if (items === undefined) return outOf("max_prompt_tokens");
    const outcome: TurnOutcome =
      python.error === undefined
        ? await readTurn(writer, around.upstream, offered, { ...base, items }, stop, python.outputs)
        : { kind: "error", error: python.error, emitted: false };
    if (outcome.kind === "error" && outcome.error.error === "container" && context !== undefined)
      around.containers?.lose(context);
    if (outcome.kind !== "error" || outcome.emitted || stop.aborted) return outcome;
    const { error } = outcome;
    if (error.error === "container" && !lost) {
      lost = true;
      continue;
    }
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

interface OpenedContainer {
  /** Why there is none. */
  readonly error?: TurnError;
  readonly told?: HostedTools["python"];
  readonly outputs?: ContainerOutputs;
}

/** The container in which the upstream is to execute a turn's Python; nothing where it is not to execute any. */
async function openContainer(
  { containers }: RunSurroundings,
  context: ToolContext | undefined,
  stop: AbortSignal,
): Promise<OpenedContainer> {
  if (containers === undefined || context === undefined) return {};
  const { run } = context;
  if (run.tool_choice === "none" || !run.tools.some((tool) => tool.type === "code_interpreter")) return {};
  const opened = await containers.open(context, stop);
  return "kind" in opened
    ? { error: opened }
    : {
        told: { containerId: opened.id, instructions: containerInstructions(opened, context) },
        outputs: new ContainerOutputs(opened, containers.api, context),
      };
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
    case "container":
    case "server":
      return { code: "server_error", message: error.message };
  }
}

import type { FunctionToolCall } from "openai/resources/beta/threads/runs/steps";
import type { Message, RunStep } from "../objects.ts";
import type { ConversationItem } from "../upstream/port.ts";
import type { RunExtra } from "./runExtra.ts";
import { functionCallsOf } from "./toolCalls.ts";

/** What reads the messages that steps name. */
export interface MessageReader {
  itemsOf(message: Message): ConversationItem[];
  textOf(message: Message): string;
  get(id: string): Message | undefined;
}

interface Called {
  readonly calls: Extract<ConversationItem, { kind: "assistant" }>["calls"];
  readonly outputs: readonly ConversationItem[];
}

/** What a run has done so far, turn by turn, from its steps and what is kept beside them. */
export function itemsOfSteps(
  steps: readonly RunStep[],
  { replays, toolTurns }: Pick<RunExtra, "replays" | "toolTurns">,
  messages: MessageReader,
): ConversationItem[] {
  const items: ConversationItem[] = [];
  const answered = new Map(steps.flatMap(functionCallsOf).map((call) => [call.id, call]));
  const told = new Set<object>();
  const messageOf = (step: RunStep | undefined): Message | undefined =>
    step?.step_details.type === "message_creation"
      ? messages.get(step.step_details.message_creation.message_id)
      : undefined;
  for (const step of steps) {
    const replay = replays.find((one) => one.steps.includes(step.id));
    if (step.step_details.type === "message_creation") {
      const message = messageOf(step);
      // A turn that is replayed is one item, at the place of its calls.
      if (message !== undefined && replay === undefined) items.push(...messages.itemsOf(message));
      continue;
    }
    const turn = toolTurns.find((one) => one.steps.includes(step.id));
    // A turn may have several steps; it is one item, at the place of the first.
    if (turn !== undefined && told.has(turn)) continue;
    if (turn !== undefined) told.add(turn);
    const { calls, outputs } = turn === undefined ? calledIn(step) : calledInTurn(turn.calls, answered);
    if (calls.length === 0) continue;
    if (replay !== undefined) {
      const said = replay.steps.map((id) => messageOf(steps.find((one) => one.id === id)));
      const text = said.flatMap((message) => (message === undefined ? [] : [messages.textOf(message)])).join("\n\n");
      items.push({ kind: "assistant", text, calls, replay: replay.items }, ...outputs);
      continue;
    }
    // A text and the calls after it were one turn, and are one message to a chat server.
    const before = items.at(-1);
    const sameTurn = before?.kind === "assistant" && before.calls.length === 0;
    if (sameTurn) items.pop();
    items.push({ kind: "assistant", text: sameTurn ? before.text : "", calls }, ...outputs);
  }
  return items;
}

function calledIn(step: RunStep): Called {
  const calls = functionCallsOf(step).filter((call) => call.function.output !== null);
  return {
    calls: calls.map((call) => ({ id: call.id, name: call.function.name, arguments: call.function.arguments })),
    outputs: calls.map((call) => ({ kind: "tool", callId: call.id, output: call.function.output ?? "" })),
  };
}

function calledInTurn(
  calls: RunExtra["toolTurns"][number]["calls"],
  answered: ReadonlyMap<string, FunctionToolCall>,
): Called {
  return {
    calls: calls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args })),
    outputs: calls.map(({ id, output }) => ({
      kind: "tool",
      callId: id,
      output: output ?? answered.get(id)?.function.output ?? "",
    })),
  };
}

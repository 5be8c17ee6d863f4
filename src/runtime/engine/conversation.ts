import type { Message, Run } from "../objects.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import type { ConversationItem, UserPart } from "../upstream/port.ts";
import type { AttachedFiles } from "./attachedFiles.ts";
import { freshExtra, type RunExtra } from "./runExtra.ts";
import { itemsOfSteps } from "./runItems.ts";

/** What a turn is told: the thread before the run, and what the run itself has done. */
export interface Conversation {
  /** From the thread's messages, oldest first. May be cut to fit. */
  readonly thread: readonly ConversationItem[];
  /** From the run's own steps. Never cut: a tool output without its call is an error everywhere. */
  readonly run: readonly ConversationItem[];
}

/**
 * Earlier runs are replayed by their messages only; the calls and outputs of this run are kept whole, rebuilt from its
 * steps, so that a run can go on after a restart.
 */
export function readConversation(
  store: ObjectStore,
  run: Run,
  extra: Pick<RunExtra, "replays" | "toolTurns"> = freshExtra,
  attached?: AttachedFiles,
): Conversation {
  const strategy = run.truncation_strategy;
  const messages =
    strategy?.type === "last_messages" && typeof strategy.last_messages === "number"
      ? lastThreadMessages(store, run, strategy.last_messages)
      : store.all("message", run.thread_id).filter((message) => message.run_id !== run.id);
  return {
    // Newest first, because there is a limit to what is sent of attached images.
    thread: messages.toReversed().map(itemReader(store, attached)).toReversed().flat(),
    run: itemsOfSteps(store.all("step", run.id), extra, {
      itemsOf: (message) => itemOf(message),
      textOf,
      get: (id) => store.get("message", id),
    }),
  };
}

function lastThreadMessages(store: ObjectStore, run: Run, count: number): Message[] {
  // The run's own messages are the newest; they are few, so asking for that many more finds enough.
  const own = store.all("step", run.id).length;
  const found = store.newestMessages(run.thread_id, count + own).filter((message) => message.run_id !== run.id);
  return found.slice(-count);
}

/** Reads messages with the phases that their runs noted. */
function itemReader(store: ObjectStore, attached: AttachedFiles | undefined): (message: Message) => ConversationItem[] {
  const phases = new Map<string, RunExtra["phases"]>();
  return (message) => {
    const { run_id: runId } = message;
    if (runId === null || message.role !== "assistant") return itemOf(message, undefined, attached).map(withoutMarks);
    const known = phases.get(runId) ?? store.getExtra<Partial<RunExtra>>(runId)?.phases ?? {};
    phases.set(runId, known);
    return itemOf(message, known[message.id]).map(withoutMarks);
  };
}

/** Marks of sources that the model no longer has: it would imitate them. */
function withoutMarks(item: ConversationItem): ConversationItem {
  return item.kind === "assistant" ? { ...item, text: item.text.replaceAll(/【\d+(?::\d+)?†[^】]*】/g, "") } : item;
}

function itemOf(message: Message, phase?: string, attached?: AttachedFiles): ConversationItem[] {
  if (message.role === "assistant") {
    const text = textOf(message);
    const refused = message.content.length > 0 && message.content.every((part) => part.type === "refusal");
    const marks = { ...(refused ? { refused } : {}), ...(phase === undefined ? {} : { phase }) };
    return text === "" ? [] : [{ kind: "assistant", text, calls: [], ...marks }];
  }
  const parts = message.content.flatMap((part): UserPart[] => {
    switch (part.type) {
      case "text":
        return [{ kind: "text", text: part.text.value }];
      case "image_url":
        return [{ kind: "image_url", url: part.image_url.url, detail: part.image_url.detail ?? "auto" }];
      case "image_file":
        return attached === undefined ? [] : [attached.image(part.image_file)];
      default:
        return [];
    }
  });
  const note = attached?.note(message);
  if (note !== undefined) parts.push({ kind: "text", text: note });
  return parts.length === 0 ? [] : [{ kind: "user", parts }];
}

function textOf(message: Message): string {
  return message.content
    .map((part) => (part.type === "text" ? part.text.value : part.type === "refusal" ? part.refusal : ""))
    .filter((text) => text !== "")
    .join("\n");
}

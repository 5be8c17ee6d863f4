import type { MessageNode } from "../state/messageNode.ts";
import type { RunNode } from "../state/runNode.ts";

/** An entry of the conversation: a message of its own, or a run with the messages it made. */
export type Entry =
  | { readonly kind: "message"; readonly key: string; readonly message: MessageNode }
  | { readonly kind: "run"; readonly key: string; readonly run: RunNode; readonly messages: readonly MessageNode[] };

/**
 * Puts runs between messages: a run stands where its first message stands, or, while it has none, before the first
 * message that is younger. Entries of `previous` that still hold are kept, so that their components are not redrawn.
 */
export function arrangeConversation(
  messages: readonly MessageNode[],
  runs: readonly RunNode[],
  previous: readonly Entry[],
): readonly Entry[] {
  const known = new Map(previous.map((entry) => [entry.key, entry]));
  const runById = new Map(runs.map((run) => [run.id, run]));
  const byRun = new Map<string, MessageNode[]>();
  for (const message of messages) {
    const { role, runId } = message.view.peek();
    if (role === "assistant" && runId !== null && runById.has(runId)) {
      const own = byRun.get(runId);
      if (own) {
        own.push(message);
      } else {
        byRun.set(runId, [message]);
      }
    }
  }
  const entries: Entry[] = [];
  const placed = new Set<RunNode>();
  const place = (run: RunNode): void => {
    if (!placed.has(run)) {
      placed.add(run);
      const own = byRun.get(run.id) ?? [];
      const old = known.get(run.id);
      const same =
        old?.kind === "run" && old.messages.length === own.length && own.every((item, at) => item === old.messages[at]);
      entries.push(same ? old : { kind: "run", key: run.id, run, messages: own });
    }
  };
  let next = 0;
  for (const message of messages) {
    const { role, runId, createdAt } = message.view.peek();
    const owner = role === "assistant" && runId !== null ? runById.get(runId) : undefined;
    // Runs without a message, made before this one. Wire times are whole seconds, so a user's message of the same second goes first.
    for (let run = runs[next]; run && !owner && run.head.peek().start < createdAt; run = runs[++next]) {
      place(run);
    }
    if (owner) {
      for (let run = runs[next]; run && !placed.has(owner); run = runs[++next]) {
        place(run);
      }
    } else {
      const old = known.get(message.id);
      entries.push(
        old?.kind === "message" && old.message === message ? old : { kind: "message", key: message.id, message },
      );
    }
  }
  runs.forEach(place);
  return entries;
}

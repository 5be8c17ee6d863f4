import type OpenAI from "openai";
import type { Run } from "openai/resources/beta/threads/runs/runs";

/** What the runtime has answered for: it must never forget any of it. */
export interface Acknowledged {
  readonly threads: Map<string, { readonly messages: Set<string>; readonly runs: Map<string, Run["status"]> }>;
}

export const terminal: readonly Run["status"][] = ["completed", "failed", "cancelled", "incomplete", "expired"];

/** What is wrong with a thread right after a restart, one sentence each. */
export async function violationsOf(client: OpenAI, threadId: string, known: Acknowledged): Promise<string[]> {
  const { threads } = client.beta;
  const found: string[] = [];
  const acknowledged = known.threads.get(threadId);
  const messages = await everything(threads.messages.list(threadId, { order: "asc", limit: 100 }));
  const runs = await everything(threads.runs.list(threadId, { order: "asc", limit: 100 }));
  const messageIds = new Set(messages.map((message) => message.id));
  if (messageIds.size !== messages.length) found.push(`${threadId} lists a message twice`);
  for (const id of acknowledged?.messages ?? []) if (!messageIds.has(id)) found.push(`${id} was lost`);
  const runIds = new Set(runs.map((run) => run.id));
  for (const id of acknowledged?.runs.keys() ?? []) if (!runIds.has(id)) found.push(`${id} was lost`);
  const texts = messages.filter((one) => one.role === "user").map((one) => JSON.stringify(one.content));
  if (new Set(texts).size !== texts.length) found.push(`${threadId} has the same question twice`);

  const made = new Map<string, number>();
  for (const run of runs) {
    const before = acknowledged?.runs.get(run.id);
    if (!terminal.includes(run.status) && run.status !== "requires_action")
      found.push(`${run.id} is ${run.status}: the thread is locked for nothing`);
    if (before !== undefined && terminal.includes(before) && run.status !== before)
      found.push(`${run.id} was ${before} and is ${run.status}`);
    if (before === "requires_action" && run.status === "requires_action" && run.required_action === null)
      found.push(`${run.id} waits for nothing`);
    if (run.status === "failed" && (run.last_error?.message ?? "") === "")
      found.push(`${run.id} failed without a reason`);
    const steps = await everything(threads.runs.steps.list(run.id, { thread_id: threadId, order: "asc", limit: 100 }));
    for (const step of steps) {
      if (step.status === "in_progress" && run.status !== "requires_action")
        found.push(`${step.id} is in progress under ${run.status}`);
      if (run.status === "completed" && step.status !== "completed")
        found.push(`${step.id} is ${step.status} under completed`);
      if (step.step_details.type !== "message_creation") continue;
      const id = step.step_details.message_creation.message_id;
      made.set(id, (made.get(id) ?? 0) + 1);
      const message = messages.find((one) => one.id === id);
      if (message === undefined) found.push(`${id} of ${step.id} is not on the thread`);
      else if (message.status === "in_progress") found.push(`${id} is in progress under ${run.status}`);
      else if (step.status === "completed" && run.status === "completed" && message.status !== "completed")
        found.push(`${id} is ${message.status} under a completed step`);
    }
    const waits = run.required_action?.submit_tool_outputs.tool_calls.map((call) => call.id) ?? [];
    const open = steps.filter((step) => step.status === "in_progress").flatMap((step) => callIds(step.step_details));
    if (waits.join() !== open.join()) found.push(`${run.id} waits for ${waits.join()}, its step for ${open.join()}`);
  }
  for (const [id, times] of made) if (times > 1) found.push(`${id} was made by ${times} steps`);
  for (const one of messages)
    if (one.role === "assistant" && !made.has(one.id)) found.push(`${one.id} was made by no step`);
  if (runs.filter((run) => !terminal.includes(run.status)).length > 1) found.push(`${threadId} has two active runs`);
  return found;
}

function callIds(details: { type: string; tool_calls?: readonly { id?: string }[] }): string[] {
  return details.type === "tool_calls" ? (details.tool_calls ?? []).map((call) => call.id ?? "") : [];
}

async function everything<T>(list: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of list) all.push(one);
  return all;
}

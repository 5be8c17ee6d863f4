import type OpenAI from "openai";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import { pendingCalls } from "./assistantFixtures.ts";
import type { Acknowledged } from "./killAnywhereInvariants.ts";

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The time between two starts of the runtime. */
export interface Life {
  /** Runs begun by all users so far. */
  begun: number;
  /** Users that have left a call to wait, and wait for the end themselves. */
  waiting: number;
  gone: boolean;
}

/**
 * One user of the runtime: asks on its thread, streams or polls, answers calls, sometimes cancels, sometimes leaves a call to
 * wait, until the runtime is gone. Writes down what was answered, the moment it was. Rejects only for what is no death of the server.
 */
export async function useRuntime(
  client: OpenAI,
  thread: string,
  assistant: string,
  known: Acknowledged,
  random: () => number,
  life: Life,
): Promise<void> {
  const { threads } = client.beta;
  const seen = known.threads.get(thread) ?? { messages: new Set<string>(), runs: new Map<string, Run["status"]>() };
  known.threads.set(thread, seen);
  const note = (run: Run): Run => {
    seen.runs.set(run.id, run.status);
    return run;
  };
  const goOn = async (run: Run): Promise<Run> => {
    for (let current = run; ;) {
      if (current.status === "requires_action") {
        const outputs = pendingCalls(current).map(({ id }) => ({ tool_call_id: id, output: '{"moisture":"12%"}' }));
        const target = { thread_id: thread, tool_outputs: outputs };
        if (random() < 0.5) {
          current = note(await threads.runs.submitToolOutputsStream(current.id, target).finalRun());
        } else current = note(await threads.runs.submitToolOutputs(current.id, target));
      } else if (["queued", "in_progress", "cancelling"].includes(current.status)) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        current = note(await threads.runs.retrieve(current.id, { thread_id: thread }));
      } else return current;
    }
  };
  try {
    // What an earlier process left waiting is answered first.
    for (const run of (await threads.runs.list(thread, { limit: 1 })).data) await goOn(run);
    while (!life.gone) {
      const bed = Math.floor(random() * 90) + 10;
      // A message whose answer the kill swallowed is not in `seen`: its text must not come again by itself.
      const content = `${random() < 0.5 ? `How moist is the soil in BED-${bed}?` : "Good morning!"} (${random()})`;
      seen.messages.add((await threads.messages.create(thread, { role: "user", content })).id);
      life.begun++;
      let run: Run;
      if (random() < 0.5) {
        const stream = threads.runs.stream(thread, { assistant_id: assistant });
        stream.on("event", ({ event, data }) => {
          if (event.startsWith("thread.run.") && !event.startsWith("thread.run.step")) note(data as Run);
          if (event === "thread.message.created") seen.messages.add((data as { id: string }).id);
        });
        run = await stream.finalRun();
      } else run = note(await threads.runs.create(thread, { assistant_id: assistant }));
      if (random() < 0.15 && !["completed", "failed"].includes(run.status)) {
        await threads.runs.cancel(run.id, { thread_id: thread }).then(note, (error: unknown) => {
          // It may have ended by itself in between.
          if (!(error instanceof Error) || !/Cannot cancel run/.test(error.message)) throw error;
        });
      }
      if (run.status === "requires_action" && random() < 0.1) {
        // Nobody answers this one before the runtime dies.
        life.waiting++;
        while (!life.gone) await new Promise((resolve) => setTimeout(resolve, 5));
        return;
      }
      await goOn(note(await threads.runs.retrieve(run.id, { thread_id: thread })));
    }
  } catch (error) {
    if (!life.gone) throw error;
  }
}

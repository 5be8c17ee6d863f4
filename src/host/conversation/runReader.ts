import { everyItem } from "../../core/provider.ts";
import { traceFromObjects } from "../../core/reconstructTrace.ts";
import { reduceTrace } from "../../core/reduceTrace.ts";
import type { RunTrace, TraceEntry } from "../../core/runTrace.ts";
import type { Run, RunStep } from "../../core/wire.ts";
import type { ConversationOptions } from "./conversationTypes.ts";

const maxSteps = 1000;

/** All steps of a run, oldest first. */
export async function readSteps(options: ConversationOptions, run: Run): Promise<readonly RunStep[]> {
  return options.withProvider(async (provider) => {
    const steps: RunStep[] = [];
    const pages = everyItem((params) => provider.listRunSteps(run.thread_id, run.id, params), "asc", maxSteps);
    for await (const step of pages) steps.push(step);
    return steps;
  });
}

/** A recorded trace is the better one, if it still tells how the run stands; what it missed is added to the record. */
export async function caughtUp(options: ConversationOptions, recorded: RunTrace | null, run: Run): Promise<RunTrace> {
  if (recorded !== null && recorded.run.status === run.status) return { ...recorded, run };
  const steps = await readSteps(options, run);
  if (recorded === null) return traceFromObjects(run, steps, Date.now());
  const entry: TraceEntry = { at: Date.now(), kind: "polled", run, steps };
  options.traces.append(options.connection.id, run.thread_id, run.id, entry);
  return reduceTrace(recorded, entry) ?? recorded;
}

import type { ChatSession } from "./chatSession.ts";

export interface RawTarget {
  readonly kind: "run" | "step" | "events";
  readonly runId: string;
  readonly stepId: string | null;
}

/**
 * What stands behind a row of the timeline, as JSON text.
 * @throws Error when the row is of something unknown
 */
export async function rawJson(session: ChatSession, target: RawTarget): Promise<string> {
  const trace = session.conversation.run(target.runId);
  if (trace === undefined) throw new Error("This run is not known here.");
  switch (target.kind) {
    case "run":
      return JSON.stringify(trace.run, null, 2);
    case "step": {
      const step = trace.steps.find((candidate) => candidate.id === target.stepId);
      if (step === undefined) throw new Error("This step is not known here.");
      return JSON.stringify(step.object, null, 2);
    }
    case "events":
      return JSON.stringify(await session.conversation.recordedEntries(target.runId), null, 2);
  }
}

import type OpenAI from "openai";
import type { AssistantStream } from "openai/lib/AssistantStream";
import type { Assistant } from "openai/resources/beta/assistants";
import type { Run } from "openai/resources/beta/threads/runs/runs";

/** An assistant with two functions, from a world that the offline model has never heard of. */
export function createGardener(client: OpenAI, model = "offline"): Promise<Assistant> {
  return client.beta.assistants.create({
    name: "Gardener",
    model,
    instructions: "Help in the greenhouse.",
    tools: [
      {
        type: "function",
        function: {
          name: "get_soil_moisture",
          description: "Read the soil moisture of a plant bed",
          parameters: {
            type: "object",
            properties: { bed_id: { type: "string", description: "The bed (e.g., BED-07)" } },
            required: ["bed_id"],
          },
        },
      },
      {
        type: "function",
        function: {
          name: "water_bed",
          description: "Open the valve and water a plant bed",
          parameters: {
            type: "object",
            properties: {
              bed_id: { type: "string", description: "The bed (e.g., BED-07)" },
              litres: { type: "integer", minimum: 1, maximum: 50 },
            },
            required: ["bed_id", "litres"],
          },
        },
      },
    ],
  });
}

export async function threadSaying(client: OpenAI, text: string): Promise<string> {
  return (await client.beta.threads.create({ messages: [{ role: "user", content: text }] })).id;
}

export function pendingCalls(run: Run): { id: string; name: string; arguments: unknown }[] {
  return (run.required_action?.submit_tool_outputs.tool_calls ?? []).map((call) => ({
    id: call.id,
    name: call.function.name,
    arguments: JSON.parse(call.function.arguments) as unknown,
  }));
}

/** The names of a stream's events as they come; neighbours that are the same count once. */
export function eventNames(stream: AssistantStream): string[] {
  const names: string[] = [];
  stream.on("event", ({ event }) => {
    if (names.at(-1) !== event) names.push(event);
  });
  return names;
}

/** Asks until the run has one of the statuses. */
export async function untilStatus(
  client: OpenAI,
  threadId: string,
  runId: string,
  ...statuses: readonly Run["status"][]
): Promise<Run> {
  for (;;) {
    const run = await client.beta.threads.runs.retrieve(runId, { thread_id: threadId });
    if (statuses.includes(run.status)) return run;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

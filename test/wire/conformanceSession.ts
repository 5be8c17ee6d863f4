import assert from "node:assert/strict";
import type OpenAI from "openai";
import { createGardener, pendingCalls, threadSaying, untilStatus } from "./assistantFixtures.ts";

/** Everything that a client does with assistants, threads and messages. */
export async function useObjects(client: OpenAI): Promise<void> {
  const { assistants, threads } = client.beta;
  await assistants.list();
  const made = await assistants.create({
    model: "m",
    name: "A",
    tools: [
      { type: "code_interpreter" },
      { type: "file_search", file_search: { max_num_results: 5, ranking_options: { score_threshold: 0.5 } } },
      { type: "function", function: { name: "f", strict: true, parameters: { type: "object" } } },
    ],
    response_format: { type: "json_schema", json_schema: { name: "j", schema: { type: "object" } } },
    metadata: { a: "b" },
    reasoning_effort: "low",
  });
  await assistants.update(made.id, { instructions: null, temperature: null, metadata: null });
  await assistants.retrieve(made.id);
  await assistants.list({ limit: 1, order: "asc" });
  await assistants.delete(made.id);
  const thread = await threads.create({ metadata: { a: "b" } });
  await threads.update(thread.id, { metadata: null });
  await threads.retrieve(thread.id);
  await threads.messages.list(thread.id);
  await threads.runs.list(thread.id);
  const message = await threads.messages.create(thread.id, {
    role: "user",
    content: [
      { type: "text", text: "Look" },
      { type: "image_url", image_url: { url: "https://example.com/a.png" } },
    ],
  });
  await threads.messages.update(message.id, { thread_id: thread.id, metadata: { c: "d" } });
  await threads.messages.retrieve(message.id, { thread_id: thread.id });
  await threads.messages.list(thread.id);
  await threads.messages.delete(message.id, { thread_id: thread.id });
  await threads.delete(thread.id);
  const [model] = (await client.models.list()).data;
  await client.models.retrieve(model?.id ?? "");
  for (const refused of [
    () => client.models.retrieve("none"),
    () => client.models.delete(model?.id ?? ""),
    () => assistants.retrieve("asst_none"),
    () => assistants.create({ model: 1 } as never),
    () => threads.messages.list(thread.id, { limit: 1000 }),
  ]) {
    await assert.rejects(refused);
  }
}

/** Runs of every kind that ends by itself. */
export async function useRuns(client: OpenAI): Promise<void> {
  const { threads } = client.beta;
  const assistant_id = (await createGardener(client)).id;
  const plain = await threads
    .createAndRunStream({ assistant_id, thread: { messages: [{ role: "user", content: "Hello" }] } })
    .finalRun();
  const thread_id = plain.thread_id;
  await threads.runs.update(plain.id, { thread_id, metadata: { a: "b" } });
  for (const by of ["stream", "poll"] as const) {
    await threads.messages.create(thread_id, { role: "user", content: "How moist is the soil in BED-03 and BED-04?" });
    const waiting =
      by === "stream"
        ? await threads.runs.stream(thread_id, { assistant_id }).finalRun()
        : await threads.runs.createAndPoll(thread_id, { assistant_id });
    await threads.runs.steps.list(waiting.id, { thread_id });
    const tool_outputs = pendingCalls(waiting).map(({ id }) => ({ tool_call_id: id, output: "ok" }));
    await assert.rejects(() => threads.runs.submitToolOutputs(waiting.id, { thread_id, tool_outputs: [] }));
    const done =
      by === "stream"
        ? await threads.runs.submitToolOutputsStream(waiting.id, { thread_id, tool_outputs }).finalRun()
        : await threads.runs.submitToolOutputsAndPoll(waiting.id, { thread_id, tool_outputs });
    assert.equal(done.status, "completed");
    const steps = await threads.runs.steps.list(done.id, { thread_id });
    for (const step of steps.data) await threads.runs.steps.retrieve(step.id, { thread_id, run_id: done.id });
  }
  await threads.createAndRun({
    assistant_id,
    thread: { messages: [{ role: "user", content: "Hello" }] },
    tool_choice: "none",
    response_format: { type: "text" },
    truncation_strategy: { type: "last_messages", last_messages: 2 },
  });
  const cut = threads.runs.stream(thread_id, { assistant_id, max_completion_tokens: 2, tool_choice: "none" });
  assert.equal((await cut.finalRun()).status, "incomplete");
  await threads.runs.list(thread_id);
  await threads.messages.list(thread_id);
  await assert.rejects(() => threads.runs.cancel(plain.id, { thread_id }), /Cannot cancel/);
}

/** A run that is cancelled while it streams; the runtime has a pace. */
export async function cancelRuns(client: OpenAI): Promise<void> {
  const { runs } = client.beta.threads;
  const assistant_id = (await createGardener(client)).id;
  const thread_id = await threadSaying(client, "Hello");
  const stream = runs.stream(thread_id, { assistant_id });
  const id = await new Promise<string>((resolve) =>
    stream.on("event", (event) => {
      if (event.event === "thread.message.delta") resolve(stream.currentRun()?.id ?? "");
    }),
  );
  await runs.cancel(id, { thread_id });
  await stream.finalRun();
  await runs.steps.list(id, { thread_id });
  await client.beta.threads.messages.list(thread_id);
  const waiting = await runs.create(await threadSaying(client, "How moist is the soil in BED-1?"), { assistant_id });
  await untilStatus(client, waiting.thread_id, waiting.id, "requires_action");
  await runs.cancel(waiting.id, { thread_id: waiting.thread_id });
}

/** A run that fails, because its model server refuses. */
export async function failRun(client: OpenAI): Promise<void> {
  const assistant_id = (await createGardener(client, "m")).id;
  const thread_id = await threadSaying(client, "Hello");
  const run = await client.beta.threads.runs.stream(thread_id, { assistant_id }).finalRun();
  assert.equal(run.status, "failed");
  await client.beta.threads.runs.steps.list(run.id, { thread_id });
}

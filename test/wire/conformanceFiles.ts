import { toFile, type OpenAI } from "openai";

/** Everything that a client does with files and vector stores, and a run that searches one. */
export async function useFiles(client: OpenAI): Promise<void> {
  const { files, vectorStores } = client;
  await files.list();
  const upload = async (name: string, text: string): Promise<string> =>
    (await files.create({ file: await toFile(Buffer.from(text), name), purpose: "assistants" })).id;
  const [file, other] = [
    await upload("compost.md", "# Compost\n\nTurn the compost every two weeks. Keep it moist."),
    await upload("bulbs.txt", "Plant tulip bulbs in October, ten centimetres deep."),
  ];
  await files.retrieve(file);
  await files.list({ purpose: "assistants", limit: 1 });
  await (await files.content(file)).text();
  await vectorStores.list();
  const store = await vectorStores.create({ name: "docs", expires_after: { anchor: "last_active_at", days: 1 } });
  const inStore = { vector_store_id: store.id };
  await vectorStores.files.list(store.id);
  await vectorStores.files.createAndPoll(store.id, {
    file_id: file,
    attributes: { year: 2024, lang: "en", old: true },
  });
  await vectorStores.files.update(file, { ...inStore, attributes: { year: 2025 } });
  await vectorStores.files.retrieve(file, inStore);
  await vectorStores.files.content(file, inStore);
  const batch = await vectorStores.fileBatches.createAndPoll(store.id, { file_ids: [other] });
  await vectorStores.fileBatches.retrieve(batch.id, inStore);
  await vectorStores.fileBatches.listFiles(batch.id, inStore);
  await vectorStores.fileBatches.cancel(batch.id, inStore);
  await vectorStores.files.list(store.id, { filter: "completed" });
  await vectorStores.search(store.id, { query: "compost" });
  await vectorStores.retrieve(store.id);
  await vectorStores.update(store.id, { name: null, metadata: null });
  await vectorStores.list();

  const { beta } = client;
  const assistant = await beta.assistants.create({
    model: "offline",
    tools: [{ type: "file_search" }],
    tool_resources: { file_search: { vector_store_ids: [store.id] } },
  });
  const run = await beta.threads
    .createAndRunStream({
      assistant_id: assistant.id,
      thread: {
        messages: [
          {
            role: "user",
            content: "When is compost turned?",
            attachments: [{ file_id: file, tools: [{ type: "file_search" }] }],
          },
        ],
      },
    })
    .finalRun();
  const include = ["step_details.tool_calls[*].file_search.results[*].content" as const];
  const steps = await beta.threads.runs.steps.list(run.id, { thread_id: run.thread_id, include });
  for (const step of steps.data)
    await beta.threads.runs.steps.retrieve(step.id, { thread_id: run.thread_id, run_id: run.id, include });
  await beta.threads.messages.list(run.thread_id);
  await beta.threads.retrieve(run.thread_id);
  await vectorStores.files.delete(file, inStore);
  await vectorStores.delete(store.id);
  await files.delete(file);
}

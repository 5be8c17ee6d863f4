import { readdirSync } from "node:fs";
import { join } from "node:path";
import type OpenAI from "openai";
import { toFile } from "openai";
import { patienceMs, type RuntimeProcess } from "./runtimeProcess.ts";

/** A text file for search, uploaded. Resolves to its id. */
export async function uploadText(client: OpenAI, name: string, text: string): Promise<string> {
  return (await client.files.create({ file: await toFile(Buffer.from(text), name), purpose: "assistants" })).id;
}

/** Three recipes, with attributes to filter by, in a store that has been read. */
export async function cookbook(client: OpenAI): Promise<{ id: string; bread: string; soup: string; cake: string }> {
  const [bread, soup, cake] = await Promise.all([
    uploadText(
      client,
      "bread.md",
      "# Rye bread\nKnead rye flour with sourdough and water. Bake until the crust is dark.",
    ),
    uploadText(client, "soup.txt", "Beetroot soup. Simmer beetroot with water, dill and a spoon of sour cream."),
    uploadText(client, "cake.txt", "Honey cake. Bake layers of flour and honey; fill them with sour cream."),
  ]);
  const store = await client.vectorStores.create({ name: "cookbook" });
  const batch = await client.vectorStores.fileBatches.createAndPoll(store.id, {
    files: [
      { file_id: bread, attributes: { course: "side", minutes: 90, vegan: true } },
      { file_id: soup, attributes: { course: "starter", minutes: 45, vegan: false } },
      { file_id: cake, attributes: { course: "dessert", minutes: 120 } },
    ],
  });
  if (batch.file_counts.completed !== 3) throw new Error(`the cookbook was not read: ${JSON.stringify(batch)}`);
  return { id: store.id, bread, soup, cake };
}

/** The names of what is in the runtime's folder of file contents. */
export function storedContents(runtime: RuntimeProcess): string[] {
  return readdirSync(join(runtime.dataDir, "files")).toSorted();
}

/** Asks again every few milliseconds until `done` holds; throws when it never does. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  const patience = AbortSignal.timeout(patienceMs);
  while (!(await done())) {
    if (patience.aborted) throw new Error(`never came true: ${String(done)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

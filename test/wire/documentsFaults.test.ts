import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { pathOf, planChanges } from "../../src/core/documents/documentPlan.ts";
import { makeDocumentPlan } from "../../src/core/documents/makeDocumentPlan.ts";
import type { Provider } from "../../src/core/provider.ts";
import type { Page, StoredFile, VectorStore, VectorStoreFile } from "../../src/core/wire.ts";
import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { startFaultyProxy } from "./faultyProxy.ts";
import type { FaultyProxy } from "./faultyProxy.ts";
import { startRuntime } from "./runtimeProcess.ts";
import type { RuntimeProcess } from "./runtimeProcess.ts";
import { Folder } from "./documentsFolder.ts";

describe("documents on the real runtime, with a fault at every request", () => {
  let runtime: RuntimeProcess;
  let proxy: FaultyProxy;
  let provider: Provider;

  before(async () => {
    runtime = await startRuntime();
    proxy = await startFaultyProxy(runtime.url);
    provider = createAssistantsProvider({ baseUrl: proxy.url, apiKey: runtime.key, label: "the proxy" });
  });
  after(async () => {
    proxy.close();
    await runtime.stop();
  });

  const clear = async (): Promise<void> => {
    proxy.fate = () => "pass";
    for await (const { id } of runtime.client.files.list()) await runtime.client.files.delete(id);
    for await (const { id } of runtime.client.vectorStores.list()) await runtime.client.vectorStores.delete(id);
    proxy.seen.length = 0;
  };
  const names = async (id: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const file of runtime.client.vectorStores.files.list(id))
      found.push(`${String(file.attributes?.["awb_path"])} ${file.status}`);
    return found.toSorted();
  };
  const uploads = async (): Promise<number> => (await runtime.client.files.list()).data.length;

  for (const kind of ["drop", "lose", "busy", "broken"] as const)
    it(`${kind}: it converges, and nothing is uploaded twice`, async () => {
      // Until no request is left for the fault to hit: how many there are, polling decides.
      for (let [at, hits] = [0, 1]; hits > 0; at += 1) {
        hits = 0;
        await clear();
        const folder = new Folder(provider);
        for (let index = 0; index < 6; index += 1) folder.write(`${index}.md`, `Page ${index}.`);
        // A storm hits every second request from there on; the others happen once.
        proxy.fate = (number) => {
          const hit = kind === "busy" ? number >= at && number % 2 === 0 && number < at + 30 : number === at;
          if (hit) hits += 1;
          return hit ? kind : "pass";
        };
        const applied = await folder.sync();
        const story = `${kind} at ${at}: ${JSON.stringify(applied.stopped)} ${JSON.stringify(applied.failures)}`;
        assert.deepEqual([applied.stopped, applied.failures, applied.difference], [null, [], []], story);
        assert.deepEqual(
          await names(applied.storeId ?? ""),
          Array.from({ length: 6 }, (_, index) => `${index}.md completed`),
          story,
        );
        assert.equal(await uploads(), 6, story);
        assert.equal((await runtime.client.vectorStores.list()).data.length, 1, story);
        folder.remove();
      }
    });

  it("a server that goes on reading a file is waited for so long, and again by the next sync", async () => {
    await clear();
    const folder = new Folder(provider);
    folder.write("a.md", "Page a.");
    folder.write("b.md", "Page b.");
    await folder.sync();
    folder.write("b.md", "The new page b.");
    // The file that was attached last stays unread.
    let [slow, last]: [boolean, string] = [true, ""];
    const unread = (file: VectorStoreFile): VectorStoreFile => {
      if (!slow || file.id !== last) return file;
      return { ...file, status: "in_progress" };
    };
    proxy.rewrite = (name, answer) => {
      if (/^GET \/vector_stores\/[^/]+\/files$/.test(name)) {
        const page = answer as Page<VectorStoreFile>;
        return { ...page, data: page.data.map(unread) };
      }
      if (/^GET \/vector_stores\/[^/]+$/.test(name) && slow && last !== "") {
        const store = answer as VectorStore;
        return { ...store, file_counts: { ...store.file_counts, in_progress: 1 } };
      }
      if (name === "POST /files") last = (answer as StoredFile).id;
      return answer;
    };
    const stalled = await folder.sync(600_000);
    assert.deepEqual([stalled.stopped, stalled.failures, stalled.done], [null, [], []]);
    assert.deepEqual(
      stalled.difference?.map((item) => [item.kind, pathOf(item)]),
      [["reading", "b.md"]],
    );
    const content = ["a.md completed", "b.md completed"];
    // The old version can be searched until the new one can.
    let there = await names(stalled.storeId ?? "");
    while (there.some((name) => name.endsWith("in_progress"))) there = await names(stalled.storeId ?? "");
    assert.deepEqual(there, [...content, "b.md completed"]);
    assert.equal(planChanges(makeDocumentPlan((await folder.plan()).input)), true);
    slow = false;
    const read = await folder.sync();
    proxy.rewrite = null;
    assert.deepEqual([read.failures, read.difference, read.done.map(pathOf)], [[], [], ["b.md"]]);
    assert.deepEqual(await names(read.storeId ?? ""), content);
    assert.equal(await uploads(), 3);
    folder.remove();
  });

  it("a server that stays down is told, and everything is done once it is back", async () => {
    await clear();
    const folder = new Folder(provider);
    for (let index = 0; index < 6; index += 1) folder.write(`${index}.md`, `Page ${index}.`);
    proxy.fate = (number) => (number > 4 ? "drop" : "pass");
    const down = await folder.sync();
    assert.equal(down.stopped?.cancelled, false);
    assert.match(down.stopped?.message ?? "", /does not answer/);
    proxy.fate = () => "pass";
    const up = await folder.sync();
    assert.deepEqual([up.stopped, up.failures, up.difference], [null, [], []]);
    assert.equal(await uploads(), 6);
    const { input } = await folder.plan();
    assert.equal(planChanges(makeDocumentPlan(input)), false);
    folder.remove();
  });
});

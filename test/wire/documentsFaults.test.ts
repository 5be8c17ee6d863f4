import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { planChanges } from "../../src/core/documents/documentPlan.ts";
import { makeDocumentPlan } from "../../src/core/documents/makeDocumentPlan.ts";
import type { Provider } from "../../src/core/provider.ts";
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

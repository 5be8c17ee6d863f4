import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Provider } from "../../src/core/provider.ts";
import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { startFaultyProxy } from "./faultyProxy.ts";
import type { FaultyProxy } from "./faultyProxy.ts";
import { startRuntime } from "./runtimeProcess.ts";
import type { RuntimeProcess } from "./runtimeProcess.ts";
import { Folder } from "./documentsFolder.ts";

describe("documents on the real runtime, large ones and many", () => {
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
  for (const kind of ["drop", "lose", "busy", "broken"] as const)
    it(`a file that is streamed, ${kind}: it arrives whole, and once`, async () => {
      await clear();
      const folder = new Folder(provider);
      const text = "The lamp is switched on by hand.\n".repeat(40_000);
      folder.write("large.md", text);
      let uploads = 0;
      proxy.fate = (_number, name) => (name === "POST /files" && (uploads += 1) === 1 ? kind : "pass");
      const applied = await folder.sync();
      assert.deepEqual([applied.stopped, applied.failures, applied.difference], [null, [], []]);
      const { data } = await runtime.client.files.list();
      assert.deepEqual(
        data.map(({ filename, bytes }) => [filename, bytes]),
        [["large.md", Buffer.byteLength(text)]],
      );
      assert.equal(await (await runtime.client.files.content(data[0]?.id ?? "")).text(), text);
      folder.remove();
    });

  it("more files than a batch and a page hold, of which some are refused when they are read", async () => {
    await clear();
    const folder = new Folder(provider);
    for (let index = 0; index < 620; index += 1)
      folder.write(`${index}.md`, index % 100 === 7 ? " \n" : `Page ${index}.`);
    const applied = await folder.sync();
    assert.deepEqual([applied.stopped, applied.difference], [null, []]);
    assert.deepEqual(
      applied.failures.map(({ path }) => path),
      [107, 207, 307, 407, 507, 607, 7].map((index) => `${index}.md`),
    );
    assert.match(applied.failures[0]?.message ?? "", /no text/);
    assert.ok(proxy.seen.filter((name) => name.endsWith("/file_batches")).length <= 8);
    folder.remove();
  });
});

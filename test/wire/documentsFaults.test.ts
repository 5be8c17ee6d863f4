import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";

import { applyDocuments } from "../../src/core/documents/applyDocuments.ts";
import type { DocumentsApplied } from "../../src/core/documents/applyDocuments.ts";
import { planChanges } from "../../src/core/documents/documentPlan.ts";
import { makeDocumentPlan } from "../../src/core/documents/makeDocumentPlan.ts";
import type { DocumentPlanInput } from "../../src/core/documents/makeDocumentPlan.ts";
import type { DocumentPorts } from "../../src/core/documents/ports.ts";
import { KnownUploads, prepareDocuments } from "../../src/core/documents/prepareDocuments.ts";
import { Requests } from "../../src/core/documents/requests.ts";
import type { LockedStore } from "../../src/core/sync/lock.ts";
import { documentPorts } from "../../src/disk/documentPorts.ts";
import { FileIndex } from "../../src/disk/fileIndex.ts";
import { JournalFile } from "../../src/disk/journalFile.ts";
import { scanDocuments } from "../../src/disk/scanDocuments.ts";
import type { Provider } from "../../src/core/provider.ts";
import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { plainDefinition } from "../unit/documents/documentWorld.ts";
import { startFaultyProxy } from "./faultyProxy.ts";
import type { FaultyProxy } from "./faultyProxy.ts";
import { startRuntime } from "./runtimeProcess.ts";
import type { RuntimeProcess } from "./runtimeProcess.ts";

/** A folder and its store on the real runtime. Waits are shortened to a turn of the event loop. */
class Folder {
  readonly root = mkdtempSync(join(tmpdir(), "documents-"));
  readonly #provider: Provider;
  #locked: LockedStore | null = null;
  /** Milliseconds that were not waited for. */
  #slept = 0;

  constructor(provider: Provider) {
    this.#provider = provider;
    mkdirSync(join(this.root, "pages"));
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, "pages", path), text);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  async plan(): Promise<{ readonly input: DocumentPlanInput; readonly ports: DocumentPorts }> {
    const folder = join(this.root, "pages");
    const cache = join(this.root, "cache");
    const index = await FileIndex.open(cache, folder);
    const journal = await JournalFile.open(cache, "runtime");
    const ports: DocumentPorts = {
      ...documentPorts(folder, this.#provider, journal, {
        lockedStore: () => Promise.resolve(this.#locked),
        writeLockedStore: (entry) => {
          this.#locked = entry;
          return Promise.resolve();
        },
      }),
      now: () => Date.now() + this.#slept,
      sleep: (ms, signal) => {
        this.#slept += ms;
        return nextTurn(undefined, signal === undefined ? {} : { signal });
      },
    };
    const scan = await scanDocuments(folder, plainDefinition, { root: this.root, index });
    const matches = (): boolean => false;
    const input = await prepareDocuments(
      plainDefinition,
      scan,
      matches,
      ports,
      new KnownUploads(journal),
      new Requests(ports),
    );
    return { input, ports };
  }

  async sync(): Promise<DocumentsApplied> {
    const { input, ports } = await this.plan();
    return applyDocuments(makeDocumentPlan(input), input, ports);
  }
}

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
      let requests = 1;
      for (let at = -1; at < requests; at += 1) {
        await clear();
        const folder = new Folder(provider);
        for (let index = 0; index < 6; index += 1) folder.write(`${index}.md`, `Page ${index}.`);
        // A storm hits every second request from there on; the others happen once.
        proxy.fate = (number) => {
          const hit = kind === "busy" ? number >= at && number % 2 === 0 && number < at + 30 : number === at;
          return at >= 0 && hit ? kind : "pass";
        };
        const applied = await folder.sync();
        if (at === -1) requests = proxy.seen.length;
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

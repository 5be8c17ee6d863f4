import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, beforeEach } from "node:test";

import { startFaultyProxy } from "./faultyProxy.ts";
import type { FaultyProxy } from "./faultyProxy.ts";
import { startCli } from "./cliProcess.ts";
import type { CliProcess, Ended } from "./cliProcess.ts";
import { startRuntime } from "./runtimeProcess.ts";
import type { RuntimeProcess } from "./runtimeProcess.ts";

/** `assistants docs` in a folder of its own, against the real runtime behind a proxy. The parts are there when a test runs. */
export interface DocumentsCli {
  runtime(): RuntimeProcess;
  proxy(): FaultyProxy;
  root(): string;
  cache(): string;
  start(args: readonly string[], cacheDir?: string): CliProcess;
  run(...args: readonly string[]): Promise<Ended>;
  /** Syncs; fails the test where that does not end with 0. Resolves to what it said. */
  synced(...args: readonly string[]): Promise<string>;
  write(path: string, text: string): void;
  storeId(): string;
  /** Path → text of what the store has, as it was read. */
  content(): Promise<Readonly<Record<string, string>>>;
  uploads(): Promise<number>;
  /** Everything on the provider, the cache and the lock are gone. */
  forget(): Promise<void>;
}

/** Call it at the top level of a test file. */
export function documentsCli(): DocumentsCli {
  let runtime: RuntimeProcess;
  let proxy: FaultyProxy;
  let root: string;
  let cache: string;

  const start = (args: readonly string[], cacheDir = cache): CliProcess => {
    const at = { url: proxy.url, key: runtime.key };
    return startCli(["docs", ...args], root, at, { ASSISTANTS_CACHE_DIR: cacheDir });
  };
  const run = (...args: readonly string[]): Promise<Ended> => start(args).ended;
  const synced = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run("sync", "--yes", ...args);
    assert.equal(code, 0, stdout + stderr);
    return stdout;
  };
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const storeId = (): string => {
    const lock = JSON.parse(readFileSync(join(root, "assistants.lock.json"), "utf8")) as {
      connections: { test: { stores: Record<string, { id: string }> } };
    };
    return lock.connections.test.stores["docs"]?.id ?? "";
  };
  /** Path → text of what the store has, as it was read. */
  const content = async (id = storeId()): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for await (const file of runtime.client.vectorStores.files.list(id)) {
      const text: string[] = [];
      for await (const part of runtime.client.vectorStores.files.content(file.id, { vector_store_id: id }))
        text.push(part.text ?? "");
      found[String(file.attributes?.["awb_path"])] = text.join("");
    }
    return found;
  };
  const uploads = async (): Promise<number> => {
    let count = 0;
    for await (const file of runtime.client.files.list()) count += file.id === "" ? 0 : 1;
    return count;
  };

  before(async () => {
    runtime = await startRuntime();
    proxy = await startFaultyProxy(runtime.url);
  });
  after(async () => {
    proxy.close();
    await runtime.stop();
  });
  const clear = async (): Promise<void> => {
    for await (const { id } of runtime.client.files.list()) await runtime.client.files.delete(id);
    for await (const { id } of runtime.client.vectorStores.list()) await runtime.client.vectorStores.delete(id);
  };
  beforeEach(async () => {
    await clear();
    proxy.fate = () => "pass";
    proxy.seen.length = 0;
    root = mkdtempSync(join(tmpdir(), "docs-"));
    cache = mkdtempSync(join(tmpdir(), "docs-cache-"));
    write(
      "docs.vectorstore.yaml",
      "name: docs\ninclude:\n  - pages\n  - { glob: 'pages/api/**', attributes: { part: api } }\nattributes: { product: widgets }\n",
    );
  });
  afterEach(() => {
    for (const folder of [root, cache]) rmSync(folder, { recursive: true, force: true });
  });
  return {
    runtime: () => runtime,
    proxy: () => proxy,
    root: () => root,
    cache: () => cache,
    start,
    run,
    synced,
    write,
    storeId,
    content,
    uploads,
    forget: async () => {
      await clear();
      rmSync(cache, { recursive: true, force: true });
      rmSync(join(root, "assistants.lock.json"), { force: true });
      proxy.seen.length = 0;
    },
  };
}

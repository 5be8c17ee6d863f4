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

/** `assistants` in a folder of its own, against the real runtime behind a proxy. The parts are there when a test runs. */
export interface DefinitionsCli {
  runtime(): RuntimeProcess;
  proxy(): FaultyProxy;
  root(): string;
  start(...args: readonly string[]): CliProcess;
  run(...args: readonly string[]): Promise<Ended>;
  write(path: string, text: string | Uint8Array): void;
  read(path: string): string;
}

/** Call it at the top level of a test file. Every test has an empty folder and a connection without assistants. */
export function definitionsCli(): DefinitionsCli {
  let runtime: RuntimeProcess;
  let proxy: FaultyProxy;
  let root: string;

  const start = (...args: readonly string[]): CliProcess => startCli(args, root, { url: proxy.url, key: runtime.key });

  before(async () => {
    runtime = await startRuntime();
    proxy = await startFaultyProxy(runtime.url);
  });
  after(async () => {
    proxy.close();
    await runtime.stop();
  });
  beforeEach(async () => {
    for await (const { id } of runtime.client.beta.assistants.list()) await runtime.client.beta.assistants.delete(id);
    proxy.fate = () => "pass";
    proxy.seen.length = 0;
    root = mkdtempSync(join(tmpdir(), "definitions-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  return {
    runtime: () => runtime,
    proxy: () => proxy,
    root: () => root,
    start,
    run: (...args) => start(...args).ended,
    write: (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    read: (path) => readFileSync(join(root, path), "utf8"),
  };
}

import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import OpenAI from "openai";
import { systemClock } from "../../src/runtime/clock.ts";
import { RunEngine } from "../../src/runtime/engine/runEngine.ts";
import { openFiles, type FileServices } from "../../src/runtime/files/fileServices.ts";
import { createApp } from "../../src/runtime/http/app.ts";
import { openDatabase } from "../../src/runtime/store/database.ts";
import { ObjectStore } from "../../src/runtime/store/objectStore.ts";
import type { RuntimeTool } from "../../src/runtime/tools/port.ts";
import type { Upstream } from "../../src/runtime/upstream/port.ts";
import { patienceMs } from "./runtimeProcess.ts";

/** The runtime's server in this process, with tools of the test's making: what cannot be given to a process of its own. */
export interface InProcess {
  readonly client: OpenAI;
  readonly store: ObjectStore;
  readonly files: FileServices;
  readonly log: readonly string[];
  close(): Promise<void>;
}

export async function serveInProcess(upstream: Upstream, tools: readonly RuntimeTool[]): Promise<InProcess> {
  const directory = mkdtempSync(join(tmpdir(), "in-process-"));
  const database = await openDatabase(join(directory, "runtime.db"));
  const store = new ObjectStore(database);
  const log: string[] = [];
  const around = { store, clock: systemClock, upstream, log: (line: string): void => void log.push(line) };
  const files = openFiles({ ...around, database, directory: join(directory, "files") });
  const engine = new RunEngine({ ...around, files, tools });
  let port = 0;
  const app = createApp({ ...around, files, engine, lenient: false }, { key: "k", port: () => port });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  return {
    client: new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "k", maxRetries: 0, timeout: patienceMs }),
    store,
    files,
    log,
    async close() {
      await engine.stop(0);
      await files.ingest.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";

import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { RuntimeOptions } from "./cli/options.ts";
import { systemClock } from "./clock.ts";
import type { OwnedDataDir } from "./dataDir.ts";
import { RunEngine } from "./engine/runEngine.ts";
import { ThreadContainers } from "./engine/threadContainers.ts";
import { openFiles } from "./files/fileServices.ts";
import { createApp } from "./http/app.ts";
import type { Log } from "./log.ts";
import { CodeInterpreter } from "./python/codeInterpreter.ts";
import { defaultLimits } from "./python/limits.ts";
import { PythonSessions } from "./python/pythonSessions.ts";
import { WheelFolder, wheelsIn } from "./python/wheelFolder.ts";
import { openDatabase } from "./store/database.ts";
import { ObjectStore } from "./store/objectStore.ts";
import { fileSearch } from "./tools/fileSearch.ts";
import { createContainers } from "./upstream/createContainers.ts";
import { createEmbedder } from "./upstream/createEmbedder.ts";
import { createHostedFiles } from "./upstream/createHostedFiles.ts";
import { createUpstream } from "./upstream/createUpstream.ts";

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  readonly key: string;
  /** Takes no new connections, gives runs at work `graceMs`, and closes everything. */
  stop(graceMs: number): Promise<void>;
}

/** Opens the store, settles what an earlier process left, and listens on 127.0.0.1. Throws when one of these fails. */
export async function startServer(options: RuntimeOptions, directory: OwnedDataDir, log: Log): Promise<RunningServer> {
  const database = await openDatabase(directory.databasePath);
  const store = new ObjectStore(database);
  const { databasePath } = directory;
  const files = openFiles({
    database,
    databasePath,
    store,
    directory: directory.filesPath,
    embedder: createEmbedder(options.upstream),
    clock: systemClock,
    log,
  });
  const upstream = createUpstream(options.upstream, log);
  const python = new PythonSessions({
    folder: options.pythonDir,
    ...(options.python
      ? {}
      : { off: "it is turned off (--no-python, or the setting assistants.python.enabled in VS Code)" }),
    wheels: new WheelFolder(wheelsIn(options.pythonDir)),
    limits: defaultLimits,
    clock: systemClock,
    log,
  });
  const hosted = createHostedFiles(options.upstream);
  const interpreter = new CodeInterpreter(python, defaultLimits);
  const api = createContainers(options.upstream);
  const containers = api === undefined ? undefined : new ThreadContainers(api, hosted !== undefined);
  const tools = [...(hosted === undefined ? [fileSearch] : []), ...(containers === undefined ? [interpreter] : [])];
  const engine = new RunEngine({ store, files, upstream, hosted, containers, tools, clock: systemClock, log });
  engine.recover();
  const key = options.key ?? `rt-${randomBytes(24).toString("base64url")}`;
  let port = options.port;
  const rewriteModel = options.upstream.kind === "offline" ? undefined : options.upstream.target.model;
  const app = createApp(
    {
      store,
      files,
      engine,
      upstream,
      hosted,
      hostedPython: containers !== undefined,
      rewriteModel,
      clock: systemClock,
      log,
      lenient: options.lenient,
    },
    { key, port: () => port, cors: options.cors },
  );
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  // Node closes a quiet connection after five seconds, while a client may be about to use it again: it would see a reset.
  server.keepAliveTimeout = 75_000;
  port = await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    key,
    async stop(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await engine.stop(graceMs);
      await python.stop();
      await files.stop();
      // Streams have been told their end; a client that keeps its connection open all the same does not hold the process.
      const force = setTimeout(() => server.closeAllConnections(), 500);
      server.closeIdleConnections();
      await closed;
      clearTimeout(force);
      store.close();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

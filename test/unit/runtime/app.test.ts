/** The server as a function, without a socket: what a client cannot easily send through one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemClock } from "../../../src/runtime/clock.ts";
import { RunEngine } from "../../../src/runtime/engine/runEngine.ts";
import { openFiles } from "../../../src/runtime/files/fileServices.ts";
import { createApp } from "../../../src/runtime/http/app.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";
import { OfflineUpstream } from "../../../src/runtime/upstream/offline/offlineUpstream.ts";

const filesFolder = mkdtempSync(join(tmpdir(), "app-files-"));
after(() => rmSync(filesFolder, { recursive: true, force: true }));

async function server(
  log: string[] = [],
): Promise<(path: string, headers?: Record<string, string>, init?: RequestInit) => Promise<Response>> {
  const database = await openDatabase(":memory:");
  const store = new ObjectStore(database);
  const services = {
    store,
    upstream: new OfflineUpstream(0),
    clock: systemClock,
    log: (line: string): void => void log.push(line),
    lenient: false,
  };
  const files = openFiles({ ...services, database, directory: filesFolder });
  const app = createApp({ ...services, files, engine: new RunEngine(services) }, { key: "k", port: () => 4242 });
  return async (path, headers = {}, init = {}) =>
    app.request(`http://127.0.0.1:4242/v1${path}`, {
      ...init,
      headers: { host: "127.0.0.1:4242", authorization: "Bearer k", ...headers },
    });
}

test("Host must be this machine with this port", async () => {
  const ask = await server();
  for (const [host, status] of [
    ["127.0.0.1:4242", 200],
    ["localhost:4242", 200],
    ["[::1]:4242", 200],
    ["LOCALHOST:4242", 200],
    ["127.0.0.1:4243", 403],
    ["127.0.0.1", 403],
    ["localhost.example.com:4242", 403],
    ["rebound.example.com:4242", 403],
    ["", 403],
  ] as const) {
    assert.equal((await ask("/assistants", { host })).status, status, host);
  }
});

test("a key that is almost right is wrong; every answer has a request id and no permission for web pages", async () => {
  const ask = await server();
  for (const authorization of ["Bearer kk", "Bearer K", "k", "Basic k", "Bearer "]) {
    const response = await ask("/assistants", { authorization });
    assert.equal(response.status, 401, authorization);
    assert.match(response.headers.get("x-request-id") ?? "", /^req_[0-9a-f]{32}$/);
    assert.equal(response.headers.get("access-control-allow-origin"), null);
  }
});

test("a preflight of a web page gets nothing", async () => {
  const ask = await server();
  const response = await ask(
    "/assistants",
    { origin: "http://localhost:4242", "access-control-request-method": "POST" },
    { method: "OPTIONS" },
  );
  assert.equal(response.status, 403);
});

test("a defect is a 500 in the envelope; the log has it, the answer does not", async () => {
  const log: string[] = [];
  const ask = await server(log);
  const response = await ask("/assistants", {}, {
    method: "POST",
    body: new ReadableStream({ pull: () => Promise.reject(new Error("inner detail")) }),
    duplex: "half",
  } as RequestInit);
  assert.equal(response.status, 500);
  const body = (await response.json()) as { error: { message: string; type: string } };
  assert.equal(body.error.type, "server_error");
  assert.doesNotMatch(body.error.message, /inner detail/);
  assert.match(log.join("\n"), /inner detail/);
});

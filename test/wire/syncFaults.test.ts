import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";

import { everyItem } from "../../src/core/provider.ts";
import type { Provider } from "../../src/core/provider.ts";
import type { Assistant } from "../../src/core/wire.ts";
import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { World } from "../unit/sync/world.ts";
import { startRuntime } from "./runtimeProcess.ts";
import type { RuntimeProcess } from "./runtimeProcess.ts";

/** A proxy that breaks the connection at one request, before or after the server has worked on it. */
interface FaultyProxy {
  readonly url: string;
  readonly server: Server;
  requests: number;
  fault: { readonly request: number; readonly done: boolean } | null;
}

async function startProxy(target: string): Promise<FaultyProxy> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => void forward(Buffer.concat(chunks)));
    async function forward(body: Buffer): Promise<void> {
      const number = proxy.requests;
      proxy.requests += 1;
      const faulty = proxy.fault?.request === number;
      if (faulty && proxy.fault?.done === false) return void request.socket.destroy();
      const headers = {
        authorization: request.headers.authorization ?? "",
        "content-type": request.headers["content-type"] ?? "application/json",
      };
      const init = body.length === 0 ? {} : { body: new Uint8Array(body) };
      const answer = await fetch(new URL(request.url ?? "/", target), {
        method: request.method ?? "GET",
        headers,
        ...init,
      });
      const text = await answer.text();
      if (faulty) return void request.socket.destroy();
      response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
    }
  });
  const proxy: FaultyProxy = { url: "", server, requests: 0, fault: null };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(proxy, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` });
}

const count = 8;

/** Six to create (one of them with a store), one to update, one to delete. */
async function prepared(direct: Provider, proxied: Provider, proxy: FaultyProxy): Promise<World> {
  for await (const { id } of everyItem((params) => direct.listAssistants(params), "asc", 1000))
    await direct.deleteAssistant(id);
  const world = new World(proxied, async () => {
    const all: Assistant[] = [];
    for await (const one of everyItem((params) => direct.listAssistants(params), "asc", 1000)) all.push(one);
    return all;
  });
  world.stores.set("docs", {
    name: "docs",
    include: ["*"],
    globAttributes: [],
    exclude: [],
    gitignore: true,
    allowSecrets: [],
    chunkingStrategy: null,
    expiresAfter: null,
    attributes: {},
  });
  world.files.set("changed.assistant.yaml", "name: Changed\nmodel: offline\n");
  world.files.set("deleted.assistant.yaml", "name: Deleted\nmodel: offline\n");
  await world.sync("push");
  world.files.set("changed.assistant.yaml", "name: Changed\nmodel: offline\ntemperature: 0.3\n");
  world.files.delete("deleted.assistant.yaml");
  for (let index = 0; index < count - 2; index += 1) {
    const store =
      index === 2 ? "tools: [{ type: file_search }]\ntool_resources: { file_search: { vector_store: docs } }\n" : "";
    world.files.set(`new-${index}.assistant.yaml`, `name: New ${index}\nmodel: offline\n${store}`);
  }
  proxy.requests = 0;
  return world;
}

describe("a push to the real runtime, interrupted", () => {
  let runtime: RuntimeProcess;
  let proxy: FaultyProxy;
  let direct: Provider;
  let proxied: Provider;

  before(async () => {
    runtime = await startRuntime();
    proxy = await startProxy(runtime.url);
    direct = createAssistantsProvider({ baseUrl: runtime.url, apiKey: runtime.key, label: "the runtime" });
    proxied = createAssistantsProvider({ baseUrl: proxy.url, apiKey: runtime.key, label: "the proxy" });
  });
  after(async () => {
    proxy.server.closeAllConnections();
    proxy.server.close();
    await runtime.stop();
  });

  for (const done of [false, true])
    it(`at each request (${done ? "the answer is lost" : "it does not arrive"}): the next push converges, and nothing is there twice`, async () => {
      const clean = await prepared(direct, proxied, proxy);
      assert.ok((await clean.sync("push", { deletes: true })).every(({ result }) => result === "done"));
      const requests = proxy.requests;
      // Six creations, an update and a deletion (each looked at first), a store.
      assert.equal(requests, 6 + 2 + 2 + 1);
      for (let request = 0; request < requests; request += 1) {
        const world = await prepared(direct, proxied, proxy);
        const storesBefore = (await direct.listVectorStores({ limit: 100 })).data.length;
        proxy.fault = { request, done };
        const first = await world.sync("push", { deletes: true });
        proxy.fault = null;
        // What may be repeated (looking, updating, deleting) the SDK repeats by itself; a creation never.
        const story = `request ${request}: ${JSON.stringify(first.map(({ result, action }) => `${action.kind} ${result}`))}`;
        const second = await world.sync("push", { deletes: true });
        assert.ok(
          second.every(({ result }) => result === "done"),
          story,
        );
        const names = (await world.input()).remotes.map(({ name }) => String(name)).toSorted();
        assert.deepEqual(names, ["Changed", ...Array.from({ length: count - 2 }, (_, index) => `New ${index}`)], story);
        assert.equal((await direct.listVectorStores({ limit: 100 })).data.length, storesBefore + 1, story);
        assert.deepEqual((await world.plan("push", { deletes: true })).actions, [], story);
      }
    });
});

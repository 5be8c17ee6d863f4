/** The CLI is killed (SIGKILL) in the middle of a push of fifty: the next plan sees what happened, and nothing is made twice. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type OpenAI from "openai";

import { readFolder } from "../../src/cli/readFolder.ts";
import { makePlan } from "../../src/core/sync/makePlan.ts";
import type { Plan } from "../../src/core/sync/plan.ts";
import type { Assistant } from "../../src/core/wire.ts";
import { cliProgram } from "./programs.ts";
import { startRuntime } from "./runtimeProcess.ts";

const count = 50;
/** How many were there already, and are changed. */
const changed = 10;

/** When the CLI dies: at which request of its life, and how far that one has come. */
interface Death {
  readonly request: number;
  readonly at: "before it arrives" | "before its answer" | "after its answer";
}

const deaths: readonly Death[] = [
  // The list, and the first that is made.
  { request: 0, at: "after its answer" },
  { request: 1, at: "before it arrives" },
  { request: 1, at: "before its answer" },
  { request: 1, at: "after its answer" },
  { request: 4, at: "before its answer" },
  { request: 9, at: "after its answer" },
  { request: 6, at: "before its answer" },
  { request: 12, at: "before it arrives" },
  { request: 8, at: "before its answer" },
  { request: 3, at: "before its answer" },
];

test("a push of fifty, killed at ten points", async () => {
  const runtime = await startRuntime();
  const root = mkdtempSync(join(tmpdir(), "sync-kill-"));
  let victim: ChildProcess | null = null;
  let [requests, death]: [number, Death | null] = [0, null];
  const kill = (): void => void victim?.kill("SIGKILL");
  const proxy = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => void forward(Buffer.concat(chunks)));
    async function forward(body: Buffer): Promise<void> {
      const due = death !== null && requests === death.request ? death.at : null;
      requests += 1;
      if (due === "before it arrives") return kill();
      const answer = await fetch(new URL(request.url ?? "/", runtime.url), {
        method: request.method ?? "GET",
        headers: {
          authorization: request.headers.authorization ?? "",
          "content-type": request.headers["content-type"] ?? "application/json",
        },
        ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
      });
      const text = await answer.text();
      if (due === "before its answer") return kill();
      response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
      if (due === "after its answer") kill();
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/v1`;

  const run = (baseUrl: string, ...args: readonly string[]): Promise<{ code: number | null; stdout: string }> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", cliProgram, ...args], {
        cwd: root,
        env: {
          ...process.env,
          ASSISTANTS_API_KEY: runtime.key,
          ASSISTANTS_CONNECTION: "test",
          ASSISTANTS_BASE_URL: baseUrl,
        },
        stdio: ["ignore", "pipe", "inherit"],
      });
      victim = child;
      let stdout = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, stdout }));
    });
  const plan = async (): Promise<Plan> => {
    const [folder, remotes] = [await readFolder(root, { disabled: new Set(), models: [], now: 0 }), [] as Assistant[]];
    for await (const one of runtime.client.beta.assistants.list({ limit: 100 })) remotes.push(one);
    return makePlan("push", {
      connection: "test",
      lock: folder.lock,
      definitions: folder.definitions,
      remotes,
      model: null,
    });
  };
  const pathOf = (index: number): string => `agents/a${index}.assistant.yaml`;
  const write = (index: number, word: string): void => {
    const extra =
      index % 10 === 3
        ? "tools: [{ type: code_interpreter }, { type: file_search }]\ntool_resources: { code_interpreter: { files: [./data.csv] }, file_search: { vector_store: docs } }\n"
        : "";
    writeFileSync(join(root, pathOf(index)), `name: A${index}\nmodel: offline\ninstructions: ${word}\n${extra}`);
  };
  try {
    mkdirSync(join(root, "agents"));
    writeFileSync(join(root, "agents/data.csv"), "a,b\n1,2\n");
    writeFileSync(join(root, "docs.vectorstore.yaml"), "name: docs\ninclude: [docs/**]\n");
    for (let index = 0; index < changed; index += 1) write(index, "old");
    assert.equal((await run(runtime.url, "push", "--yes")).code, 0);
    for (let index = 0; index < count; index += 1) write(index, "new");

    for (const one of deaths) {
      const story = `killed at request ${one.request}, ${one.at}`;
      [requests, death] = [0, one];
      const { code, stdout } = await run(proxyUrl, "push", "--yes", "--json");
      death = null;
      assert.deepEqual([code, stdout], [null, ""], `${story}: it was killed`);
      const there = await assistants(runtime.client);
      assert.equal(new Set(there.keys()).size, [...there.values()].length, `${story}: nothing is there twice`);
      const { actions } = await plan();
      const expected = Array.from({ length: count }, (_, index) => ({ name: `A${index}`, path: pathOf(index) })).map(
        ({ name, path }) => {
          const remote = there.get(name);
          return [path, remote === undefined ? "create" : remote.instructions === "new" ? "agreed" : "update"];
        },
      );
      const planned = new Map(actions.map(({ path, kind }) => [path, kind === "record" ? "agreed" : kind]));
      const seen = expected.map(([path]) => [path, planned.get(path!) ?? "agreed"]);
      assert.deepEqual(seen, expected, `${story}: the plan sees what happened`);
    }
    assert.equal((await run(runtime.url, "push", "--yes")).code, 0);
    const there = await assistants(runtime.client);
    assert.equal(there.size, count);
    assert.ok([...there.values()].every(({ instructions }) => instructions === "new"));
    assert.equal((await runtime.client.files.list({ purpose: "assistants" })).data.length, 1, "one upload");
    assert.equal((await runtime.client.vectorStores.list()).data.length, 1, "one store");
    assert.deepEqual((await plan()).actions, []);
    assert.equal((await run(runtime.url, "status")).code, 0);
  } finally {
    kill();
    proxy.closeAllConnections();
    proxy.close();
    await runtime.stop();
    rmSync(root, { recursive: true, force: true });
  }
});

/** By name; two of one name make it fail. */
async function assistants(client: OpenAI): Promise<ReadonlyMap<string, OpenAI.Beta.Assistant>> {
  const found = new Map<string, OpenAI.Beta.Assistant>();
  for await (const one of client.beta.assistants.list({ limit: 100 })) {
    assert.equal(found.has(one.name ?? ""), false, `${one.name} is there twice`);
    found.set(one.name ?? "", one);
  }
  return found;
}

/** Model names of clients, and what the upstream gets for them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createGardener, threadSaying } from "./assistantFixtures.ts";
import { message, response } from "./responsesScript.ts";
import { startRuntime } from "./runtimeProcess.ts";
import { chunks, delta, startScriptedModelServer, type Script } from "./scriptedModelServer.ts";

const models = [
  { id: "new", object: "model", created: 7, owned_by: "maker", shutdown_date: "2027-01-31" },
  { id: "gpt-4o", object: "model", created: 1, owned_by: "maker" },
];

for (const [upstream, fine] of [
  ["chat", chunks([delta({ content: "fine" }, "stop")])],
  ["responses", response([message(0, ["fine"])])],
] as const satisfies readonly (readonly [string, Script])[]) {
  test(`${upstream}: the run keeps the name that was asked for, the upstream gets the model behind it`, async () => {
    const server = await startScriptedModelServer(models);
    const args = ["--upstream", upstream, "--upstream-url", server.url];
    const runtime = await startRuntime({
      args: [...args, "--model-map", "old = new,gpt-4o=new", "--model-map", "*=other:latest"],
    });
    try {
      const assistant = await createGardener(runtime.client, "old");
      for (const [asked, given] of [
        ["old", "new"],
        ["gpt-4o", "new"],
        ["never-heard-of", "other:latest"],
      ]) {
        server.next(fine);
        const run = await runtime.client.beta.threads.runs.createAndPoll(await threadSaying(runtime.client, "Hi"), {
          assistant_id: assistant.id,
          model: asked ?? "",
        });
        assert.deepEqual([run.status, run.model, server.bodies.at(-1)?.["model"]], ["completed", asked, given]);
      }
      assert.deepEqual((await runtime.client.models.list()).data, [...models, { ...models[0], id: "old" }]);
      assert.equal((await runtime.client.models.retrieve("old")).shutdown_date, "2027-01-31");
    } finally {
      await runtime.stop();
      await server.close();
    }
  });
}

/** A broad session, every answer and every event of which is held to the published spec. */
import assert from "node:assert/strict";
import OpenAI from "openai";
import { test } from "node:test";
import { useFiles } from "./conformanceFiles.ts";
import { createRecorder, type Recorder } from "./conformanceRecorder.ts";
import { cancelRuns, failRun, useObjects, useRuns } from "./conformanceSession.ts";
import { findSpec, readSpec } from "./conformanceSpec.ts";
import { knownDisagreements } from "./knownDisagreements.ts";
import { patienceMs, startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";
import { startScriptedModelServer, status } from "./scriptedModelServer.ts";

const specPath = findSpec();
const skip = specPath === undefined ? "the published spec is not here; ASSISTANTS_OPENAPI may name it" : false;

/** Operations that no server of ours can answer with success. */
const neverSucceed = ["DELETE /models/{model}"];

function clientOf(runtime: RuntimeProcess, recorder: Recorder): OpenAI {
  const { url: baseURL, key: apiKey } = runtime;
  return new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: patienceMs, fetch: recorder.fetch });
}

test("every answer and event is what the published spec says, or a known disagreement", { skip }, async () => {
  const spec = readSpec(specPath ?? "");
  const recorder = createRecorder(spec);
  const server = await startScriptedModelServer(["m"]);
  server.next(status(400, { error: { message: "no such thing", code: "x" } }));
  const chat = ["--upstream", "chat", "--upstream-url", server.url];
  const [quick, paced, refusing] = await Promise.all([
    startRuntime(),
    startRuntime({ args: ["--pace", "20"] }),
    startRuntime({ args: chat }),
  ]);
  try {
    await useObjects(clientOf(quick, recorder));
    await useRuns(clientOf(quick, recorder));
    await useFiles(clientOf(quick, recorder));
    await cancelRuns(clientOf(paced, recorder));
    await failRun(clientOf(refusing, recorder));
  } finally {
    await Promise.all([quick.stop(), paced.stop(), refusing.stop(), server.close()]);
  }
  const found = await recorder.finish();
  const isKnown = (one: (typeof found)[number], known: (typeof knownDisagreements)[number]): boolean =>
    known.keyword === one.keyword && known.where.test(one.where) && known.path.test(one.path);
  assert.deepEqual(
    found.filter((one) => !knownDisagreements.some((known) => isKnown(one, known))),
    [],
    "these are not in knownDisagreements.ts",
  );
  assert.deepEqual(
    knownDisagreements.filter((known) => !found.some((one) => isKnown(one, known))).map((known) => known.evidence),
    [],
    "these are in knownDisagreements.ts, and no longer occur",
  );
  assert.deepEqual(
    spec.operations.filter((operation) => !recorder.succeeded.has(operation) && !neverSucceed.includes(operation)),
    [],
    "these operations of the spec never succeeded",
  );
  assert.deepEqual([...recorder.unknown], []);
  for (const state of ["completed", "incomplete", "failed", "cancelled", "cancelling", "requires_action"])
    assert.ok(recorder.events.has(`thread.run.${state}`), state);
});

test("the check finds what is wrong", { skip }, () => {
  const spec = readSpec(specPath ?? "");
  assert.equal(spec.operations.length, 47);
  assert.equal(spec.operationOf("POST", "/threads/runs"), "POST /threads/runs");
  assert.equal(spec.operationOf("GET", "/threads"), undefined);
  const thread = { id: "thread_1", object: "thread", created_at: 1, tool_resources: null, metadata: {} };
  assert.deepEqual(spec.checkAnswer("GET /threads/{thread_id}", 200, thread), []);
  const wrong = spec.checkAnswer("GET /threads/{thread_id}", 200, { ...thread, created_at: "1" });
  assert.deepEqual(
    wrong?.map(({ path, keyword }) => [path, keyword]),
    [["created_at", "type"]],
  );
  assert.equal(spec.checkEvent("thread.created", { ...thread, object: "x" }).length, 1);
  assert.equal(spec.checkEvent("thread.exploded", {}).length, 1);
  assert.equal(spec.checkAnswer("GET /assistants", 404, { error: { message: "x" } })?.length, 3);
});

/** `--hosted-python`: the code interpreter in containers of the upstream, as the SDK sees it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, beforeEach, test } from "node:test";
import type OpenAI from "openai";
import type { AssistantCreateParams } from "openai/resources/beta/assistants";
import type { Message, TextContentBlock } from "openai/resources/beta/threads/messages";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import type { CodeInterpreterToolCall, RunStep } from "openai/resources/beta/threads/runs/steps";
import { eventNames } from "./assistantFixtures.ts";
import { startHostedServer, type HostedServer } from "./hostedServer.ts";
import {
  begun,
  call,
  events,
  fileSearch,
  handing,
  message,
  program,
  reasoning,
  response,
  type OutputItem,
} from "./responsesScript.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";
import { status, type Script } from "./scriptedModelServer.ts";

const upstreamKey = "sk-upstream-0123456789";
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);
let server: HostedServer;
let runtime: RuntimeProcess;
let client: OpenAI;

before(async () => {
  server = await startHostedServer();
  runtime = await startRuntime({
    args: ["--upstream", "responses", "--upstream-url", server.url, "--hosted-python"],
    env: { ASSISTANTS_UPSTREAM_KEY: upstreamKey },
  });
  client = runtime.client;
});
after(async () => {
  await runtime.stop();
  await server.close();
});
beforeEach(() => {
  server.responses.length = 0;
  server.containers.requests.length = 0;
});

/** The container that a request for a response names. */
function containerOf(asked: Record<string, unknown> | undefined): string {
  const tools = (asked?.["tools"] ?? []) as { type: string; container?: string }[];
  const { container } = tools.find((tool) => tool.type === "code_interpreter") ?? {};
  assert.ok(container, "no container in the request");
  return container;
}

/** A response in the container that is asked for. */
const inContainer =
  (items: (containerId: string) => readonly OutputItem[]): Script =>
  (answer, asked, request) =>
    response(items(containerOf(asked)))(answer, asked, request);

async function mentor(more: Partial<AssistantCreateParams> = {}): Promise<string> {
  const made = await client.beta.assistants.create({
    model: "gpt-6-astra",
    tools: [{ type: "code_interpreter" }],
    ...more,
  });
  return made.id;
}

async function upload(name: string, content: string): Promise<string> {
  return (await client.files.create({ file: new File([content], name), purpose: "assistants" })).id;
}

const ask = (assistantId: string, threadId: string): Promise<Run> =>
  client.beta.threads.runs.createAndPoll(threadId, { assistant_id: assistantId }, { pollIntervalMs: 20 });

async function newThread(...attached: readonly string[]): Promise<string> {
  const attachments = attached.map((id) => ({ file_id: id, tools: [{ type: "code_interpreter" as const }] }));
  return (await client.beta.threads.create({ messages: [{ role: "user", content: "Compute.", attachments }] })).id;
}

async function stepsOf(run: Run): Promise<RunStep[]> {
  return (await client.beta.threads.runs.steps.list(run.id, { thread_id: run.thread_id, order: "asc" })).data;
}

async function programsOf(run: Run): Promise<CodeInterpreterToolCall["code_interpreter"][]> {
  return (await stepsOf(run)).flatMap(({ step_details: details }) =>
    details.type === "tool_calls"
      ? details.tool_calls.flatMap((call) => (call.type === "code_interpreter" ? [call.code_interpreter] : []))
      : [],
  );
}

async function newest(threadId: string): Promise<Message> {
  const [found] = (await client.beta.threads.messages.list(threadId, { limit: 1 })).data;
  assert.ok(found);
  return found;
}

const textOf = (said: Message): TextContentBlock["text"] => {
  const part = said.content.find((one) => one.type === "text");
  assert.ok(part);
  return part.text;
};

const imagesOf = (said: Message): string[] =>
  said.content.flatMap((part) => (part.type === "image_file" ? [part.image_file.file_id] : []));

/** The SDK keeps the indexes of deltas. */
function withoutIndexes(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, one: unknown) => (key === "index" ? undefined : one)));
}

/** Waits for what happens behind an answer. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(10);
}

const contentOf = async (fileId: string): Promise<Buffer> =>
  Buffer.from(await (await client.files.content(fileId)).arrayBuffer());

test("code streams, its outputs and files come back as the runtime's, in the protocol's order", async () => {
  const ofAssistant = await upload("prices.csv", "price\n2\n");
  const attached = await upload("amounts.csv", "amount\n10\n");
  const assistantId = await mentor({ tool_resources: { code_interpreter: { file_ids: [ofAssistant] } } });
  const threadId = await newThread(attached);
  const link = "sandbox:/mnt/data/total.csv";
  server.next(
    inContainer((containerId) => {
      const fileId = server.containers.write(containerId, "/mnt/data/total.csv", "total\n20\n");
      server.containers.write(containerId, "/mnt/data/chart.png", png);
      return [
        program(
          0,
          containerId,
          ["total = ", "2 * 10\n", "plot(total); total"],
          [
            { type: "logs", logs: "20" },
            { type: "image", url: `data:image/png;base64,${png.toString("base64")}` },
          ],
        ),
        handing(
          1,
          ["🌱 It is 20: [the table](sandbox:/mnt", "/data/total.csv)", "."],
          [{ containerId, fileId, filename: "total.csv", link }],
        ),
      ];
    }),
  );
  const stream = client.beta.threads.runs.stream(threadId, {
    assistant_id: assistantId,
    tool_choice: { type: "code_interpreter" },
  });
  const names = eventNames(stream);
  let input = "";
  let logs = "";
  let images = 0;
  const calls: string[] = [];
  stream.on("toolCallCreated", (call) => void calls.push(call.type));
  stream.on("toolCallDone", (call) => void calls.push(`${call.type} done`));
  stream.on("toolCallDelta", (one) => {
    assert.equal(one.type, "code_interpreter");
    input += one.code_interpreter?.input ?? "";
    for (const output of one.code_interpreter?.outputs ?? [])
      if (output.type === "logs") logs += output.logs ?? "";
      else images++;
  });
  const run = await stream.finalRun();
  assert.equal(run.status, "completed", run.last_error?.message);
  assert.deepEqual(names, [
    "thread.run.created",
    "thread.run.queued",
    "thread.run.in_progress",
    "thread.run.step.created",
    "thread.run.step.in_progress",
    "thread.run.step.delta",
    "thread.run.step.completed",
    "thread.run.step.created",
    "thread.run.step.in_progress",
    "thread.message.created",
    "thread.message.in_progress",
    "thread.message.delta",
    "thread.message.completed",
    "thread.run.step.completed",
    "thread.run.completed",
  ]);
  assert.deepEqual([input, logs, images], ["total = 2 * 10\nplot(total); total", "20", 1]);
  assert.deepEqual(calls, ["code_interpreter", "code_interpreter done"]);

  // What was asked of the upstream.
  const [asked] = server.responses;
  const containerId = containerOf(asked);
  assert.deepEqual(asked?.["tools"], [{ type: "code_interpreter", container: containerId }]);
  assert.deepEqual(asked["tool_choice"], { type: "code_interpreter" });
  assert.deepEqual(asked["include"], ["reasoning.encrypted_content", "code_interpreter_call.outputs"]);
  assert.match(String(asked["instructions"]), /\/mnt\/data\/0f0f-prices\.csv \(prices\.csv\)/);
  const [create, ...others] = server.containers.requests;
  assert.deepEqual(create?.json, { name: threadId, expires_after: { anchor: "last_active_at", minutes: 20 } });
  assert.ok([create, ...others].every((one) => one.authorization === `Bearer ${upstreamKey}`));
  assert.equal(server.containers.contents(containerId)["0f0f-amounts.csv"], "amount\n10\n");

  // What clients have of it.
  const [step] = await stepsOf(run);
  assert.deepEqual([step?.type, step?.status], ["tool_calls", "completed"]);
  const [ran] = await programsOf(run);
  const [first, second, ...more] = ran?.outputs ?? [];
  assert.deepEqual(more, []);
  assert.deepEqual(first, { type: "logs", logs: "20" });
  assert.equal(second?.type, "image");
  const picture = second.image.file_id;
  assert.ok((await contentOf(picture)).equals(png));
  const said = await newest(threadId);
  assert.deepEqual(imagesOf(said), [picture]);
  const text = textOf(said);
  assert.equal(text.value, "🌱 It is 20: [the table](sandbox:/mnt/data/total.csv).");
  const [annotation, ...rest] = text.annotations;
  assert.deepEqual(rest, []);
  assert.equal(annotation?.type, "file_path");
  assert.equal(annotation.text, link);
  assert.equal(text.value.slice(annotation.start_index, annotation.end_index), link);
  const table = await client.files.retrieve(annotation.file_path.file_id);
  assert.deepEqual([table.filename, table.purpose, table.bytes], ["total.csv", "assistants_output", 9]);
  assert.equal((await contentOf(table.id)).toString(), "total\n20\n");
  assert.deepEqual(new Set(said.attachments?.map((one) => one.file_id)), new Set([picture, table.id]));
  const [streamed] = await stream.finalMessages();
  assert.deepEqual(streamed?.content, said.content);

  // They are the runtime's: the container may go.
  server.containers.expire(containerId);
  assert.equal((await contentOf(table.id)).toString(), "total\n20\n");
});

test("a thread has one container as long as it lives, and each file is put into it once", async () => {
  const [first, second] = [await upload("a.csv", "a\n1\n"), await upload("b.csv", "b\n2\n")];
  const assistantId = await mentor();
  const threadId = await newThread(first);
  server.next(inContainer((id) => [program(0, id, ["x = 1"], []), message(1, ["Kept."])]));
  assert.equal((await ask(assistantId, threadId)).status, "completed");
  await client.beta.threads.messages.create(threadId, {
    role: "user",
    content: "And this?",
    attachments: [{ file_id: second, tools: [{ type: "code_interpreter" }] }],
  });
  server.next(inContainer((id) => [program(0, id, ["print(x)"], [{ type: "logs", logs: "1\n" }]), message(1, ["1."])]));
  assert.equal((await ask(assistantId, threadId)).status, "completed");
  const [one, two] = server.responses.map(containerOf);
  assert.equal(one, two);
  const posts = server.containers.requests.filter(({ method }) => method === "POST").map(({ path }) => path);
  assert.deepEqual(posts, ["/containers", `/containers/${one}/files`, `/containers/${one}/files`]);
  assert.doesNotMatch(String(server.responses[1]?.["instructions"]), /fresh Python session/);

  // A file that is deleted here goes there, too; a thread's container goes with the thread.
  await client.files.delete(first);
  server.next(inContainer(() => [message(0, ["Gone."])]));
  assert.equal((await ask(assistantId, threadId)).status, "completed");
  assert.deepEqual(Object.keys(server.containers.contents(one ?? "")), ["0f0f-b.csv"]);
  const other = await newThread();
  server.next(inContainer(() => [message(0, ["Hello."])]));
  await ask(assistantId, other);
  const theirs = containerOf(server.responses.at(-1));
  assert.notEqual(theirs, one);
  await client.beta.threads.delete(threadId);
  await until(() => !server.containers.living().includes(one ?? ""));
  assert.ok(server.containers.living().includes(theirs));
});

test("a container that has expired is replaced, its files are put again, and the run goes on", async () => {
  const given = await upload("given.csv", "n\n1\n");
  const assistantId = await mentor();
  const threadId = await newThread(given);
  server.next(
    inContainer((id) => {
      const fileId = server.containers.write(id, "/mnt/data/made.csv", "m\n2\n");
      server.containers.write(id, "/mnt/data/out/made.csv", "deep\n");
      server.containers.write(id, "/mnt/data/given.csv", "of a program\n");
      const link = "sandbox:/mnt/data/made.csv";
      return [
        program(0, id, ["x = 2"], []),
        handing(1, [`[made](${link})`], [{ containerId: id, fileId, filename: "made.csv", link }]),
      ];
    }),
  );
  assert.equal((await ask(assistantId, threadId)).status, "completed");
  const lost = containerOf(server.responses[0]);
  const refusals: readonly (readonly [number, string])[] = [
    [400, "Container is expired."],
    [404, `Container with id '${lost}' not found.`],
    [400, "Expected container_id: cntr_0"],
  ];
  for (const [code, words] of refusals) {
    server.responses.length = 0;
    server.next(
      (answer) => {
        answer.writeHead(code, { "content-type": "application/json" });
        answer.end(
          JSON.stringify({ error: { message: words, type: "invalid_request_error", param: null, code: null } }),
        );
      },
      inContainer((id) => [program(0, id, ["1"], [{ type: "logs", logs: "1" }]), message(1, ["Again."])]),
    );
    const run = await ask(assistantId, threadId);
    assert.equal(run.status, "completed", run.last_error?.message);
    const [before, after] = server.responses.map(containerOf);
    assert.notEqual(before, after);
    assert.deepEqual(server.containers.contents(after ?? ""), {
      "0f0f-given.csv": "n\n1\n",
      "0f0f-made.csv": "m\n2\n",
      "0f0f-out_made.csv": "deep\n",
      "0f0f-given (2).csv": "of a program\n",
    });
    assert.match(String(server.responses[1]?.["instructions"]), /fresh Python session/);
    assert.equal((await programsOf(run)).length, 1);
  }

  // Found out when a file is put into it.
  server.containers.expire(containerOf(server.responses.at(-1)));
  const more = await upload("more.csv", "o\n3\n");
  await client.beta.threads.messages.create(threadId, {
    role: "user",
    content: "And this?",
    attachments: [{ file_id: more, tools: [{ type: "code_interpreter" }] }],
  });
  server.next(inContainer(() => [message(0, ["Here."])]));
  assert.equal((await ask(assistantId, threadId)).status, "completed");
  assert.equal(Object.keys(server.containers.contents(containerOf(server.responses.at(-1)))).length, 5);
});

test("files that are told late, twice, by an address, without a link or by odd names come back once", async () => {
  const assistantId = await mentor();
  const threadId = await newThread();
  const odd = "my table (1).csv";
  const link = `sandbox:/mnt/data/${encodeURI(odd)}`;
  const unnamed = Buffer.concat([png, Buffer.from("another")]);
  server.containers.pictures.set("/v1/pictures/unnamed.png", unnamed);
  server.next(
    inContainer((containerId) => {
      const fileId = server.containers.write(containerId, `/mnt/data/${odd}`, "t\n", false);
      const shown = [{ type: "image" as const, url: `${server.url}/pictures/unnamed.png` }];
      const picture = server.containers.write(containerId, "/mnt/data/cfile_9.png", png, false);
      server.containers.write(containerId, "/mnt/data/unnamed.png", unnamed);
      const said = handing(
        1,
        ["🌱🌱 Here: ", `[t](${link}) and `, `[again](${link}), [none](sandbox:/mnt/data/none.csv).`],
        [
          { containerId, fileId, filename: odd, link },
          { containerId, fileId: picture, filename: "cfile_9.png", link: "" },
        ],
      );
      return [program(0, containerId, ["save()"], shown), said];
    }),
  );
  const stream = client.beta.threads.runs.stream(threadId, { assistant_id: assistantId });
  const run = await stream.finalRun();
  assert.equal(run.status, "completed", run.last_error?.message);
  const said = await newest(threadId);
  const [streamed] = await stream.finalMessages();
  assert.deepEqual(streamed?.attachments, said.attachments);
  assert.deepEqual(withoutIndexes(streamed.content), said.content);
  const text = textOf(said);
  assert.equal(text.annotations.length, 2);
  for (const one of text.annotations) {
    assert.equal(one.type, "file_path");
    assert.equal(text.value.slice(one.start_index, one.end_index), link);
    assert.equal((await contentOf(one.file_path.file_id)).toString(), "t\n");
  }
  const images = imagesOf(said);
  assert.equal(images.length, 2);
  assert.ok((await contentOf(images[0] ?? "")).equals(unnamed));
  assert.ok((await contentOf(images[1] ?? "")).equals(png));
  assert.equal(said.attachments?.length, 3);
  const names = await Promise.all((said.attachments ?? []).map((one) => client.files.retrieve(one.file_id ?? "")));
  assert.deepEqual(names.map((file) => file.filename).toSorted(), ["cfile_9.png", odd, "unnamed.png"]);
});

test("a file that is written over is another file, and one that stays the same is not", async () => {
  const assistantId = await mentor();
  const threadId = await newThread();
  const link = "sandbox:/mnt/data/total.csv";
  const annotated: string[] = [];
  for (const content of ["20\n", "30\n", "30\n"]) {
    server.next(
      inContainer((containerId) => {
        const fileId = server.containers.write(containerId, "/mnt/data/total.csv", content);
        return [
          program(0, containerId, ["open('/mnt/data/total.csv', 'w')"], []),
          handing(1, [`[total](${link})`], [{ containerId, fileId, filename: "total.csv", link }]),
        ];
      }),
    );
    assert.equal((await ask(assistantId, threadId)).status, "completed");
    const [annotation] = textOf(await newest(threadId)).annotations;
    assert.equal(annotation?.type, "file_path");
    assert.equal((await contentOf(annotation.file_path.file_id)).toString(), content);
    annotated.push(annotation.file_path.file_id);
  }
  const [first, second, third] = annotated;
  assert.notEqual(first, second);
  assert.equal(second, third);
});

test("of many files as many are handed back as the sandbox would, and the rest is told", async () => {
  const threadId = await newThread();
  server.next(
    inContainer((containerId) => {
      for (let at = 0; at < 120; at++) server.containers.write(containerId, `/mnt/data/${at}.txt`, `${at}\n`);
      return [program(0, containerId, ["many()"], []), message(1, ["Many."])];
    }),
  );
  const run = await ask(await mentor(), threadId);
  assert.equal(run.status, "completed", run.last_error?.message);
  assert.equal((await newest(threadId)).attachments?.length, 50);
  const [logs] = (await programsOf(run))[0]?.outputs ?? [];
  assert.deepEqual(logs, { type: "logs", logs: "[70 files were not copied: a response may hand back 50.]\n" });
  assert.equal(textOf(await newest(threadId)).value, "Many.");
});

test("an annotation that counts characters is found all the same", async () => {
  const threadId = await newThread();
  const link = "sandbox:/mnt/data/a.csv";
  server.next(
    inContainer((containerId) => {
      const fileId = server.containers.write(containerId, "/mnt/data/a.csv", "a\n", false);
      const said = handing(0, [`🌱🌱🌱 [a](${link})`], [{ containerId, fileId, filename: "a.csv", link }]);
      return [JSON.parse(JSON.stringify(said).replaceAll(/"(start|end)_index":(\d+)/g, shifted)) as OutputItem];
    }),
  );
  assert.equal((await ask(await mentor(), threadId)).status, "completed");
  const text = textOf(await newest(threadId));
  assert.deepEqual(
    text.annotations.map((one) => text.value.slice(one.start_index, one.end_index)),
    [link],
  );
});

const shifted = (_: string, name: string, at: string): string => `"${name}_index":${Number(at) - 3}`;

test("functions between programs: the same container, its calls sent back as they came, also after a kill", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "hosted-python-"));
  const args = ["--upstream", "responses", "--upstream-url", server.url, "--hosted-python"];
  const start = (): Promise<RuntimeProcess> =>
    startRuntime({ dataDir, args, env: { ASSISTANTS_UPSTREAM_KEY: upstreamKey } });
  let now = await start();
  try {
    const assistant = await now.client.beta.assistants.create({
      model: "gpt-6-astra",
      tools: [{ type: "code_interpreter" }, { type: "function", function: { name: "water_bed" } }],
    });
    for (const course of ["kept", "expired"] as const) {
      server.responses.length = 0;
      server.next(
        inContainer((id) => [
          reasoning(0, "secret"),
          program(1, id, ["x = 6"], [{ type: "logs", logs: "six\n" }]),
          message(2, ["Now the water."]),
          reasoning(3, "secret 2"),
          call(4, "call_w", "water_bed", ["{}"]),
        ]),
      );
      const waiting = await now.client.beta.threads.createAndRunPoll(
        { assistant_id: assistant.id, thread: { messages: [{ role: "user", content: "Water it." }] } },
        { pollIntervalMs: 20 },
      );
      assert.equal(waiting.status, "requires_action", waiting.last_error?.message);
      const containerId = containerOf(server.responses[0]);
      await now.kill();
      now = await start();
      const again = inContainer((id) => [
        program(0, id, ["x * 7"], [{ type: "logs", logs: "42" }]),
        message(1, ["42."]),
      ]);
      if (course === "expired") server.next(status(400, { error: { message: "Container is expired." } }));
      server.next(again);
      const run = await now.client.beta.threads.runs.submitToolOutputsAndPoll(
        waiting.id,
        { thread_id: waiting.thread_id, tool_outputs: [{ tool_call_id: "call_w", output: "ok" }] },
        { pollIntervalMs: 20 },
      );
      assert.equal(run.status, "completed", run.last_error?.message);
      const input = (at: number): { type?: string; id?: string; content?: unknown; container_id?: string }[] =>
        (server.responses[at]?.["input"] ?? []) as { type?: string }[];
      assert.equal(containerOf(server.responses[1]), containerId);
      assert.deepEqual(
        input(1).map((item) => item.type),
        [
          undefined,
          "reasoning",
          "code_interpreter_call",
          "message",
          "reasoning",
          "function_call",
          "function_call_output",
        ],
      );
      assert.equal(input(1)[2]?.container_id, containerId);
      if (course === "expired") {
        assert.notEqual(containerOf(server.responses[2]), containerId);
        const told = input(2).slice(1);
        assert.deepEqual(
          told.map((item) => [item.type, item.id]),
          [
            [undefined, undefined],
            [undefined, undefined],
            ["function_call", undefined],
            ["function_call_output", undefined],
          ],
        );
        assert.match(String(told[0]?.content), /x = 6[^]*six/);
        assert.equal(told[1]?.content, "Now the water.");
      }
      const steps = await now.client.beta.threads.runs.steps.list(run.id, { thread_id: run.thread_id, order: "asc" });
      assert.deepEqual(
        steps.data.map(({ status: one, step_details: details }) => [
          one,
          details.type === "tool_calls" ? details.tool_calls.map((each) => each.type).join() : details.type,
        ]),
        [
          ["completed", "code_interpreter"],
          ["completed", "message_creation"],
          ["completed", "function"],
          ["completed", "code_interpreter"],
          ["completed", "message_creation"],
        ],
      );
    }
  } finally {
    await now.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test("where programs are not taken back as they came, they are told in words", async () => {
  const assistantId = await mentor({
    model: "gpt-forgetful",
    tools: [{ type: "code_interpreter" }, { type: "function", function: { name: "water_bed" } }],
  });
  const words = "Item 'rs_0' of type 'reasoning' was provided without its required following item.";
  server.next(
    inContainer((id) => [
      reasoning(0, "secret"),
      program(1, id, ["x = 6"], [{ type: "logs", logs: "six\n" }]),
      call(2, "call_w", "water_bed", ["{}"]),
    ]),
    status(400, { error: { message: words, type: "invalid_request_error", param: "input", code: null } }),
    inContainer(() => [message(0, ["Done."])]),
  );
  const waiting = await ask(assistantId, await newThread());
  assert.equal(waiting.status, "requires_action", waiting.last_error?.message);
  const run = await client.beta.threads.runs.submitToolOutputsAndPoll(
    waiting.id,
    { thread_id: waiting.thread_id, tool_outputs: [{ tool_call_id: "call_w", output: "ok" }] },
    { pollIntervalMs: 20 },
  );
  assert.equal(run.status, "completed", run.last_error?.message);
  assert.equal(new Set(server.responses.map(containerOf)).size, 1);
  const types = server.responses
    .slice(1)
    .map((asked) => ((asked["input"] ?? []) as { type?: string }[]).slice(1).map((item) => item.type));
  assert.deepEqual(types, [
    ["reasoning", "code_interpreter_call", "function_call", "function_call_output"],
    [undefined, "function_call", "function_call_output"],
  ]);
});

test("a program after a function of the same response shares its step", async () => {
  const assistantId = await mentor({
    tools: [{ type: "code_interpreter" }, { type: "function", function: { name: "water_bed" } }],
  });
  server.next(
    inContainer((id) => [
      call(0, "call_w", "water_bed", ["{}"]),
      program(1, id, ["1 + 1"], [{ type: "logs", logs: "2" }]),
    ]),
    inContainer(() => [message(0, ["Two."])]),
  );
  const stream = client.beta.threads.runs.stream(await newThread(), { assistant_id: assistantId });
  const waiting = await stream.finalRun();
  assert.equal(waiting.status, "requires_action", waiting.last_error?.message);
  assert.deepEqual(
    waiting.required_action?.submit_tool_outputs.tool_calls.map((one) => one.id),
    ["call_w"],
  );
  const run = await client.beta.threads.runs.submitToolOutputsAndPoll(
    waiting.id,
    { thread_id: waiting.thread_id, tool_outputs: [{ tool_call_id: "call_w", output: "ok" }] },
    { pollIntervalMs: 20 },
  );
  assert.equal(run.status, "completed", run.last_error?.message);
  const steps = await stepsOf(run);
  assert.deepEqual(
    steps.map((step) => step.status),
    ["completed", "completed"],
  );
  assert.deepEqual(await programsOf(run), [{ input: "1 + 1", outputs: [{ type: "logs", logs: "2" }] }]);
});

test("the runtime's own file search goes on beside the container", async () => {
  const fileId = await upload("moss.md", "Moss likes shade.");
  const store = await client.vectorStores.create({});
  await client.vectorStores.files.createAndPoll(store.id, { file_id: fileId }, { pollIntervalMs: 20 });
  const assistantId = await mentor({
    tools: [{ type: "code_interpreter" }, { type: "file_search" }],
    tool_resources: { file_search: { vector_store_ids: [store.id] } },
  });
  server.next(
    inContainer(() => [call(0, "call_s", "file_search", ['{"queries":["moss"]}'])]),
    inContainer((id) => [program(0, id, ["7"], [{ type: "logs", logs: "7" }]), message(1, ["Shade【0:0†moss.md】."])]),
  );
  const run = await ask(assistantId, await newThread());
  assert.equal(run.status, "completed", run.last_error?.message);
  assert.deepEqual(
    (await stepsOf(run)).flatMap(({ step_details: one }) =>
      one.type === "tool_calls" ? one.tool_calls.map((each) => each.type) : [],
    ),
    ["file_search", "code_interpreter"],
  );
  assert.deepEqual(
    textOf(await newest(run.thread_id)).annotations.map((one) => one.type),
    ["file_citation"],
  );
});

test("with the upstream's own files, those are given to the container by their ids", async () => {
  const both = await startRuntime({
    args: ["--upstream", "responses", "--upstream-url", server.url, "--hosted-files", "--hosted-python"],
    env: { ASSISTANTS_UPSTREAM_KEY: upstreamKey },
  });
  try {
    const theirs = await both.client.files.create({ file: new File(["a\n1\n"], "moss.md"), purpose: "assistants" });
    const attachments = [{ file_id: theirs.id, tools: [{ type: "code_interpreter" as const }] }];
    const store = await both.client.vectorStores.create({ file_ids: [theirs.id] });
    const assistant = await both.client.beta.assistants.create({
      model: "gpt-6-astra",
      tools: [{ type: "code_interpreter" }, { type: "file_search" }],
      tool_resources: { code_interpreter: { file_ids: [theirs.id] }, file_search: { vector_store_ids: [store.id] } },
    });
    await assert.rejects(
      both.client.beta.assistants.create({
        model: "gpt-6-astra",
        tool_resources: { code_interpreter: { file_ids: ["file-nothing"] } },
      }),
      /No such File object/,
    );
    const found = [{ file_id: theirs.id, filename: "moss.md", score: 0.5, text: "a" }];
    server.next(
      inContainer((id) => {
        server.containers.write(id, "/mnt/data/made.csv", "made\n");
        return [
          fileSearch(0, ["a"], found),
          program(1, id, ["1"], []),
          handing(2, ["[made](sandbox:/mnt/data/made.csv)"], []),
        ];
      }),
    );
    const run = await both.client.beta.threads.createAndRunPoll(
      { assistant_id: assistant.id, thread: { messages: [{ role: "user", content: "Go.", attachments }] } },
      { pollIntervalMs: 20 },
    );
    assert.equal(run.status, "completed", run.last_error?.message);
    const puts = server.containers.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/files"));
    assert.deepEqual(
      puts.map((one) => one.json),
      [{ file_id: theirs.id }],
    );
    assert.deepEqual(
      ((server.responses[0]?.["tools"] ?? []) as { type: string }[]).map((tool) => tool.type),
      ["file_search", "code_interpreter"],
    );
    const [said] = (await both.client.beta.threads.messages.list(run.thread_id)).data;
    assert.ok(said);
    const [annotation] = textOf(said).annotations;
    assert.equal(annotation?.type, "file_path");
    assert.equal(await (await both.client.files.content(annotation.file_path.file_id)).text(), "made\n");
  } finally {
    await both.stop();
  }
});

test("a traceback is output; a program that the upstream could not run is a failed step; the run goes on", async () => {
  const traceback = "Traceback (most recent call last):\nZeroDivisionError: division by zero\n";
  server.next(
    inContainer((id) => [
      program(0, id, ["1 / 0"], [{ type: "logs", logs: traceback }]),
      program(1, id, ["2"], null, "failed"),
      message(2, ["That failed."]),
    ]),
  );
  const run = await ask(await mentor(), await newThread());
  assert.equal(run.status, "completed", run.last_error?.message);
  const steps = await stepsOf(run);
  assert.deepEqual(
    steps.map((step) => [step.status, step.last_error?.message]),
    [
      ["completed", undefined],
      ["failed", "The upstream could not run this program; it gives no reason."],
      ["completed", undefined],
    ],
  );
  assert.deepEqual((await programsOf(run))[0]?.outputs, [{ type: "logs", logs: traceback }]);
});

test("what the upstream refuses is told in words, and a later run works", async () => {
  const given = await upload("given.csv", "n\n1\n");
  const assistantId = await mentor();
  const refusal = (words: string): object => ({ error: { message: words, type: "x", param: null, code: null } });
  const cases: readonly (readonly [string, RegExp, number, unknown, RegExp])[] = [
    [
      "POST",
      /^\/containers$/,
      403,
      refusal("Denied."),
      /gave no container for Python\. .*refused the key \(HTTP 403\)/,
    ],
    ["POST", /^\/containers$/, 404, {}, /it may have no containers for Python \(--hosted-python/],
    ["POST", /^\/containers$/, 400, refusal("No containers today."), /gave no container for Python\. No containers/],
    ["POST", /\/files$/, 413, refusal("File too large."), /given\.csv could not be put into the container.*too large/],
  ];
  for (const [method, path, code, body, words] of cases) {
    server.containers.refuse(method, path, code, body);
    const threadId = await newThread(given);
    const run = await ask(assistantId, threadId);
    assert.equal(run.status, "failed");
    assert.match(run.last_error?.message ?? "", words);
    assert.equal(run.last_error?.code, "server_error");
    assert.doesNotMatch(JSON.stringify(run), /sk-upstream/);
    server.next(inContainer(() => [message(0, ["Now."])]));
    assert.equal((await ask(assistantId, threadId)).status, "completed");
  }
  // What may pass is tried again.
  server.containers.refuse("POST", /^\/containers$/, 500, refusal("Oops."));
  server.next(inContainer(() => [message(0, ["Second time."])]));
  assert.equal((await ask(assistantId, await newThread())).status, "completed");
});

test("a file that cannot be copied any more is named where it is missed, and the rest is there", async () => {
  const threadId = await newThread();
  const link = "sandbox:/mnt/data/late.csv";
  server.next(
    inContainer((containerId) => {
      const fileId = server.containers.write(containerId, "/mnt/data/late.csv", "l\n");
      server.containers.write(containerId, "/mnt/data/good.csv", "g\n");
      const gone = { error: { message: "Container is expired." } };
      for (let count = 0; count < 3; count++)
        server.containers.refuse("GET", new RegExp(`/${fileId}/content$`), 400, gone);
      return [
        program(0, containerId, ["save()"], [{ type: "image", url: "http://169.254.169.254/secret.png" }]),
        handing(
          1,
          [`[late](${link}), [good](sandbox:/mnt/data/good.csv)`],
          [{ containerId, fileId, filename: "late.csv", link }],
        ),
      ];
    }),
  );
  const run = await ask(await mentor(), threadId);
  assert.equal(run.status, "completed", run.last_error?.message);
  const [ran] = await programsOf(run);
  const [logs] = ran?.outputs ?? [];
  assert.equal(logs?.type, "logs");
  assert.match(logs.logs, /^\[late\.csv could not be copied from the container: Container is expired\.\]\n/);
  assert.match(logs.logs, /\[A picture could not be copied from the container: Its address/);
  const text = textOf(await newest(threadId));
  assert.deepEqual(
    text.annotations.map((one) => one.text),
    ["sandbox:/mnt/data/good.csv"],
  );

  // Where no program told it, the message does.
  server.next(
    inContainer((containerId) => [
      handing(
        0,
        ["[a](sandbox:/mnt/data/a.csv)"],
        [{ containerId, fileId: "cfile_gone", filename: "a.csv", link: "sandbox:/mnt/data/a.csv" }],
      ),
    ]),
  );
  assert.equal((await ask(await mentor(), threadId)).status, "completed");
  assert.equal(
    textOf(await newest(threadId)).value,
    "[a](sandbox:/mnt/data/a.csv)\n\n[a.csv could not be copied from the container: Container file cfile_gone not found.]",
  );
});

test("when the last look at the container fails, the message says so at its end", async () => {
  const threadId = await newThread();
  server.next(
    inContainer((containerId) => {
      server.containers.refuse("GET", /\/files$/, 500, { error: { message: "Busy." } }, 1);
      return [program(0, containerId, ["save()"], []), message(1, ["Saved."])];
    }),
  );
  const stream = client.beta.threads.runs.stream(threadId, { assistant_id: await mentor() });
  assert.equal((await stream.finalRun()).status, "completed");
  const said = (await client.beta.threads.messages.list(threadId, { order: "asc" })).data.slice(1);
  assert.equal(said.length, 1);
  const [only] = said;
  assert.ok(only);
  assert.match(textOf(only).value, /^Saved\.\n\n\[What programs made could not be copied .* Busy\.\]$/);
  assert.deepEqual((await stream.finalMessages())[0]?.content, only.content);
});

test("a container that expires in the middle of a response fails the run in words; the next one gets another", async () => {
  const assistantId = await mentor();
  const threadId = await newThread();
  server.next(
    (answer, asked, request) =>
      events([
        ...begun,
        ...program(0, containerOf(asked), ["x = 1"], []).events,
        {
          type: "response.failed",
          response: {
            id: "resp_1",
            object: "response",
            status: "failed",
            output: [],
            error: { code: "server_error", message: "Container is expired." },
          },
        },
      ])(answer, asked, request),
    inContainer(() => [message(0, ["Fresh."])]),
  );
  const run = await ask(assistantId, threadId);
  assert.equal(run.status, "failed");
  assert.match(run.last_error?.message ?? "", /container .* is gone\. It says: Container is expired\. The next run/);
  assert.deepEqual(
    (await stepsOf(run)).map((step) => step.status),
    ["completed"],
  );
  assert.equal((await ask(assistantId, threadId)).status, "completed");
  const [before, after] = server.responses.map(containerOf);
  assert.notEqual(before, after);
});

test("a run that is cancelled in the middle of a program keeps what was written", async () => {
  const assistantId = await mentor();
  const threadId = await newThread();
  const left = new Promise<void>((resolve) => {
    server.next((answer, asked) => {
      answer.on("close", resolve);
      answer.writeHead(200, { "content-type": "text/event-stream" });
      const told = program(0, containerOf(asked), ["while True:", " pass"], []).events.slice(0, 4);
      for (const event of [...begun, ...told]) answer.write(`data: ${JSON.stringify(event)}\n\n`);
    });
  });
  const stream = client.beta.threads.runs.stream(threadId, { assistant_id: assistantId });
  const written = new Promise<void>((resolve) => {
    let code = "";
    stream.on("toolCallDelta", (one) => {
      if (one.type === "code_interpreter") code += one.code_interpreter?.input ?? "";
      if (code === "while True: pass") resolve();
    });
  });
  const ended = stream.finalRun();
  await Promise.race([written, ended]);
  const [started] = (await client.beta.threads.runs.list(threadId)).data;
  await client.beta.threads.runs.cancel(started?.id ?? "", { thread_id: threadId });
  const run = await ended;
  assert.equal(run.status, "cancelled");
  await left;
  assert.deepEqual(
    (await stepsOf(run)).map((step) => step.status),
    ["cancelled"],
  );
  assert.equal((await programsOf(run))[0]?.input, "while True: pass");
  // The thread and its container can be used again.
  server.next(inContainer(() => [message(0, ["Fine."])]));
  assert.equal((await ask(assistantId, threadId)).status, "completed");
  assert.equal(containerOf(server.responses[1]), containerOf(server.responses[0]));
});

test("no container is made for runs that cannot use one, and a server without the outputs is asked without", async () => {
  const assistantId = await mentor();
  server.next(response([message(0, ["Without."])]), response([message(0, ["Without."])]));
  const plain = await client.beta.assistants.create({ model: "gpt-6-astra" });
  assert.equal((await ask(plain.id, await newThread())).status, "completed");
  const run = await client.beta.threads.runs.createAndPoll(
    await newThread(),
    { assistant_id: assistantId, tool_choice: "none" },
    { pollIntervalMs: 20 },
  );
  assert.equal(run.status, "completed", run.last_error?.message);
  assert.deepEqual(server.containers.requests, []);
  assert.deepEqual(
    server.responses.map((asked) => asked["tools"]),
    [undefined, undefined],
  );
  const words = "Invalid value: 'code_interpreter_call.outputs'. Supported values are others.";
  server.next(
    status(400, {
      error: { message: words, type: "invalid_request_error", param: "include[1]", code: "invalid_value" },
    }),
    inContainer((id) => [program(0, id, ["1"], null), message(1, ["Ran."])]),
  );
  const other = await mentor({ model: "gpt-other" });
  assert.equal((await ask(other, await newThread())).status, "completed");
  assert.deepEqual(server.responses.at(-1)?.["include"], ["reasoning.encrypted_content"]);
});

test("files of a message that comes after a function's call are handed out when it is told", async () => {
  const assistantId = await mentor({
    tools: [{ type: "code_interpreter" }, { type: "function", function: { name: "water_bed" } }],
  });
  const link = "sandbox:/mnt/data/late.csv";
  server.next(
    inContainer((containerId) => {
      const fileId = server.containers.write(containerId, "/mnt/data/late.csv", "l\n", false);
      const picture = server.containers.write(containerId, "/mnt/data/cfile_8.png", png, false);
      return [
        call(0, "call_w", "water_bed", ["{}"]),
        handing(
          1,
          [`See [late](${link}).`],
          [
            { containerId, fileId, filename: "late.csv", link },
            { containerId, fileId: picture, filename: "cfile_8.png", link: "" },
            { containerId, fileId: "cfile_none", filename: "none.csv", link: "sandbox:/mnt/data/none.csv" },
          ],
        ),
      ];
    }),
    inContainer(() => [message(0, ["Done."])]),
  );
  const threadId = await newThread();
  const waiting = await ask(assistantId, threadId);
  assert.equal(waiting.status, "requires_action", waiting.last_error?.message);
  const run = await client.beta.threads.runs.submitToolOutputsAndPoll(
    waiting.id,
    { thread_id: threadId, tool_outputs: [{ tool_call_id: "call_w", output: "ok" }] },
    { pollIntervalMs: 20 },
  );
  assert.equal(run.status, "completed", run.last_error?.message);
  const [done, late] = (await client.beta.threads.messages.list(threadId, { run_id: run.id })).data;
  assert.ok(done && late);
  assert.equal(textOf(done).value, "Done.");
  const text = textOf(late);
  assert.equal(
    text.value,
    `See [late](${link}).\n\n[none.csv could not be copied from the container: Container file cfile_none not found.]`,
  );
  assert.deepEqual(
    text.annotations.map((one) => one.text),
    [link],
  );
  assert.equal(imagesOf(late).length, 1);
  assert.equal(late.attachments?.length, 2);
});

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Message } from "openai/resources/beta/threads/messages";
import { createGardener, threadSaying } from "./assistantFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;
let thread: string;
/** Oldest first; many of them in the same second. */
const ids: string[] = [];

before(async () => {
  runtime = await startRuntime();
  thread = (await runtime.client.beta.threads.create()).id;
  for (let at = 0; at < 45; at++)
    ids.push((await runtime.client.beta.threads.messages.create(thread, { role: "user", content: `${at}` })).id);
});
after(() => runtime.stop());

test("45 messages in pages of 20, both ways: every one once, in order", async () => {
  for (const order of ["asc", "desc"] as const) {
    const sizes: number[] = [];
    const seen: string[] = [];
    let page = await runtime.client.beta.threads.messages.list(thread, { order, limit: 20 });
    for (;;) {
      sizes.push(page.data.length);
      seen.push(...page.data.map((message) => message.id));
      if (!page.hasNextPage()) break;
      page = await page.getNextPage();
    }
    assert.deepEqual(sizes, [20, 20, 5]);
    assert.deepEqual(seen, order === "asc" ? ids : ids.toReversed());
  }
});

test("a page before a message is the nearest one, in the order asked for", async () => {
  const { messages } = runtime.client.beta.threads;
  const before = await messages.list(thread, { order: "asc", limit: 10, before: ids[30] ?? "" });
  assert.deepEqual(
    before.data.map((one) => one.id),
    ids.slice(20, 30),
  );
  assert.equal(before.has_more, true);
  const all = await messages.list(thread, { order: "asc", limit: 100, before: ids[5] ?? "" });
  assert.deepEqual([all.data.map((one) => one.id), all.has_more], [ids.slice(0, 5), false]);
  const newest = await messages.list(thread, { order: "desc", limit: 3, before: ids[40] ?? "" });
  assert.deepEqual(
    newest.data.map((one) => one.id),
    ids.slice(41, 44).toReversed(),
  );
  const between = await messages.list(thread, { order: "asc", after: ids[2] ?? "", before: ids[7] ?? "" });
  assert.deepEqual(
    between.data.map((one) => one.id),
    ids.slice(3, 7),
  );
});

test("the envelope names its first and last; an empty page has neither", async () => {
  type Envelope = {
    object: string;
    data: Message[];
    first_id: string | null;
    last_id: string | null;
    has_more: boolean;
  };
  const page = await runtime.client.get<Envelope>(`/threads/${thread}/messages?limit=2&order=asc`);
  assert.deepEqual([page.object, page.first_id, page.last_id, page.has_more], ["list", ids[0], ids[1], true]);
  const empty = await runtime.client.get<Envelope>(`/threads/${thread}/runs`);
  assert.deepEqual(empty, { object: "list", data: [], first_id: null, last_id: null, has_more: false });
});

test("limits are from 1 to 100, and 20 without one", async () => {
  const { messages } = runtime.client.beta.threads;
  assert.equal((await messages.list(thread)).data.length, 20);
  await assert.rejects(() => messages.list(thread, { limit: 0 }), /integer below minimum value/);
  await assert.rejects(() => messages.list(thread, { limit: 101 }), /integer above maximum value/);
  await assert.rejects(() => messages.list(thread, { order: "up" as never }), /Supported values are: 'asc' and 'desc'/);
});

test("threads can be listed, which is an extension", async () => {
  const page = await runtime.client.get<{ data: { id: string }[] }>("/threads");
  assert.deepEqual(
    page.data.map((one) => one.id),
    [thread],
  );
});

test("messages of one run", async () => {
  const { beta } = runtime.client;
  const assistant = await createGardener(runtime.client);
  const other = await threadSaying(runtime.client, "Hi");
  const [first, second] = [
    await beta.threads.runs.createAndPoll(other, { assistant_id: assistant.id }),
    await beta.threads.runs.createAndPoll(other, { assistant_id: assistant.id }),
  ];
  const found = (await beta.threads.messages.list(other, { run_id: second.id })).data;
  assert.deepEqual(
    found.map((one) => [one.role, one.run_id]),
    [["assistant", second.id]],
  );
  assert.deepEqual(
    (await beta.threads.runs.list(other)).data.map((run) => run.id),
    [second.id, first.id],
  );
});

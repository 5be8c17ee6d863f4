/** `file_search` in runs: the real tool on real stores, with a scripted model and with the offline one. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { FileSearchTool } from "openai/resources/beta/assistants";
import type { AssistantStream } from "openai/lib/AssistantStream";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import type { FileSearchToolCall } from "openai/resources/beta/threads/runs/steps";
import { eventNames, threadSaying } from "./assistantFixtures.ts";
import { cookbook, uploadText } from "./fileFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";
import {
  chunks,
  delta,
  startScriptedModelServer,
  type ScriptedModelServer,
  type Script,
} from "./scriptedModelServer.ts";

let server: ScriptedModelServer;
let runtime: RuntimeProcess;
let offline: RuntimeProcess;
let book: Awaited<ReturnType<typeof cookbook>>;

before(async () => {
  server = await startScriptedModelServer(["m"]);
  runtime = await startRuntime({ args: ["--upstream", "chat", "--upstream-url", server.url, "--model", "m"] });
  offline = await startRuntime();
  book = await cookbook(runtime.client);
});
after(async () => {
  await runtime.stop();
  await offline.stop();
  await server.close();
});
beforeEach(() => server.bodies.splice(0));

const searchFor = (...queries: string[]): Script =>
  chunks([
    delta({
      tool_calls: [
        {
          index: 0,
          id: "call_1",
          type: "function",
          function: { name: "file_search", arguments: JSON.stringify({ queries }) },
        },
      ],
    }),
    delta({}, "tool_calls"),
  ]);
const said = (...texts: string[]): Script =>
  chunks([...texts.map((text) => delta({ content: text })), delta({}, "stop")]);

async function ask(
  text: string,
  {
    client,
    tool = {},
    stores,
    thread,
  }: {
    client: RuntimeProcess["client"];
    tool?: FileSearchTool["file_search"];
    stores?: string[];
    thread?: string;
  },
): Promise<AssistantStream> {
  const assistant = await client.beta.assistants.create({
    model: "m",
    tools: [{ type: "file_search", file_search: tool }],
    ...(stores === undefined ? {} : { tool_resources: { file_search: { vector_store_ids: stores } } }),
  });
  return client.beta.threads.runs.stream(thread ?? (await threadSaying(client, text)), {
    assistant_id: assistant.id,
    include: ["step_details.tool_calls[*].file_search.results[*].content"],
  });
}

async function searchStep(stream: AssistantStream): Promise<FileSearchToolCall["file_search"]> {
  const [step] = await stream.finalRunSteps();
  assert.ok(step?.step_details.type === "tool_calls" && step.step_details.tool_calls[0]?.type === "file_search");
  return step.step_details.tool_calls[0].file_search;
}

/** What the model was told by the tool in its last turn. */
function toldByTool(): string {
  const messages = (server.bodies.at(-1)?.["messages"] ?? []) as { role: string; content: string }[];
  return messages.findLast((one) => one.role === "tool")?.content ?? "";
}

test("a search: events in order, results in the step, marks in the answer become citations", async () => {
  server.next(searchFor("rye bread crust"), said("Bake it【0:", "0†bread", ".md】 well【7:7†x】."));
  const stream = await ask("How is rye bread made?", { client: runtime.client, stores: [book.id] });
  const names = eventNames(stream);
  const run = await stream.finalRun();
  assert.equal(run.status, "completed");
  assert.deepEqual(names.slice(3, 8), [
    "thread.run.step.created",
    "thread.run.step.in_progress",
    "thread.run.step.delta",
    "thread.run.step.completed",
    "thread.run.step.created",
  ]);
  const search = await searchStep(stream);
  assert.deepEqual(search.ranking_options, { ranker: "default_2024_08_21", score_threshold: 0 });
  assert.deepEqual("x_queries" in search && search.x_queries, ["rye bread crust"]);
  const [first] = search.results ?? [];
  assert.deepEqual(
    [first?.file_id, first?.file_name, first?.content?.[0]?.text],
    [book.bread, "bread.md", "# Rye bread\nKnead rye flour with sourdough and water. Bake until the crust is dark."],
  );
  assert.ok(first !== undefined && first.score > 0 && first.score <= 1 && "x_chunk" in first);
  assert.match(toldByTool(), /^---\n【0:0†bread\.md】 Rye bread\n# Rye bread\nKnead/);
  const text = (await stream.finalMessages())[0]?.content[0];
  assert.ok(text?.type === "text");
  assert.equal(text.text.value, "Bake it【0:0†bread.md】 well【7:7†x】.");
  assert.deepEqual(text.text.annotations, [
    {
      type: "file_citation",
      text: "【0:0†bread.md】",
      start_index: 7,
      end_index: 21,
      file_citation: { file_id: book.bread },
    },
  ]);
});

test("the system text says how to cite, and the tool is a function with queries", async () => {
  server.next(said("Hello."));
  await (await ask("Hi", { client: runtime.client, stores: [book.id] })).finalRun();
  const body = server.bodies[0] as { messages: { role: string; content: string }[]; tools: object[] };
  assert.match(body.messages[0]?.content ?? "", /`file_search` returns begin with a mark/);
  assert.match(JSON.stringify(body.tools), /"name":"file_search".*"queries"/);
});

test("max_num_results and score_threshold of the tool hold; a query in another form is understood", async () => {
  server.next(searchFor("water sour cream flour"), said("Done."));
  const two = await ask("x", { client: runtime.client, stores: [book.id], tool: { max_num_results: 2 } });
  assert.equal((await searchStep(two)).results?.length, 2);
  server.next(searchFor("water sour cream flour"), said("Done."));
  const none = await ask("x", {
    client: runtime.client,
    stores: [book.id],
    tool: { ranking_options: { score_threshold: 1 } },
  });
  const search = await searchStep(none);
  assert.deepEqual([search.ranking_options?.score_threshold, search.results], [1, []]);
  assert.equal(toldByTool(), "Nothing was found in the files for: water sour cream flour");
  for (const args of ['{"query":"honey"}', "honey", '{"queries":"honey"}']) {
    server.next(
      chunks([
        delta({
          tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "file_search", arguments: args } }],
        }),
        delta({}, "tool_calls"),
      ]),
      said("Done."),
    );
    const found = await searchStep(await ask("x", { client: runtime.client, stores: [book.id] }));
    assert.equal(found.results?.[0]?.file_id, book.cake, args);
  }
});

test("the thread's store is searched with the assistant's; a file in both is found once", async () => {
  const note = await uploadText(runtime.client, "note.txt", "My honey is in the cellar.");
  const thread = await runtime.client.beta.threads.create({
    messages: [
      {
        role: "user",
        content: "Where is my honey?",
        attachments: [note, book.cake].map((id) => ({ file_id: id, tools: [{ type: "file_search" }] })),
      },
    ],
  });
  server.next(searchFor("honey"), said("There."));
  const search = await searchStep(await ask("", { client: runtime.client, stores: [book.id], thread: thread.id }));
  assert.deepEqual(search.results?.map((one) => one.file_id).toSorted(), [note, book.cake].toSorted());
});

test("without a store, and with arguments that hold no query, the model is told so", async () => {
  server.next(searchFor("anything"), said("No."));
  const nothing = await ask("x", { client: runtime.client });
  assert.deepEqual((await searchStep(nothing)).results, []);
  server.next(searchFor(""), said("No."));
  const run: Run = await (await ask("x", { client: runtime.client, stores: [book.id] })).finalRun();
  assert.equal(run.status, "completed");
  assert.match(toldByTool(), /^Error: there is no query/);
});

test("marks of an earlier run are not shown to the model again", async () => {
  server.next(searchFor("rye"), said("Rye【0:0†bread.md】."), said("Yes."));
  const first = await (await ask("Rye?", { client: runtime.client, stores: [book.id] })).finalRun();
  await runtime.client.beta.threads.messages.create(first.thread_id, { role: "user", content: "Sure?" });
  await (await ask("", { client: runtime.client, stores: [book.id], thread: first.thread_id })).finalRun();
  const messages = (server.bodies.at(-1)?.["messages"] ?? []) as { role: string; content: string }[];
  assert.equal(messages.find((one) => one.role === "assistant")?.content, "Rye.");
});

test("the offline model answers from the passages, quoting them with citations, and says when there are none", async () => {
  const own = await cookbook(offline.client);
  const stream = await ask("How long do I bake rye bread?", { client: offline.client, stores: [own.id] });
  const run = await stream.finalRun();
  assert.equal(run.status, "completed");
  const text = (await stream.finalMessages())[0]?.content[0];
  assert.ok(text?.type === "text");
  assert.match(text.text.value, /> .*Bake until the crust is dark\. 【0:0†bread\.md】/s);
  const [citation] = text.text.annotations;
  assert.ok(citation?.type === "file_citation");
  assert.equal(citation.file_citation.file_id, own.bread);
  assert.equal(text.text.value.slice(citation.start_index, citation.end_index), "【0:0†bread.md】");
  const empty = await ask("What about submarines?", { client: offline.client, stores: [own.id] });
  const told = (await empty.finalMessages())[0]?.content[0];
  assert.ok(told?.type === "text");
  assert.match(told.text.value, /hold nothing with the words of the message/);
  const greeting = await ask("Hello!", { client: offline.client, stores: [own.id] });
  assert.deepEqual(
    (await greeting.finalRunSteps()).map((step) => step.type),
    ["message_creation"],
  );
});

test("rewrite_query: the model puts the query for search; where it does not, the query stays", async () => {
  const search = async (): Promise<{ search_query: string[]; data: { file_id: string }[] }> =>
    (await runtime.client.vectorStores
      .search(book.id, { query: "that dark loaf thing?", rewrite_query: true })
      .asResponse()
      .then((response) => response.json())) as never;
  server.next(said('"rye bread', ' crust"'));
  const rewritten = await search();
  assert.deepEqual([rewritten.search_query, rewritten.data[0]?.file_id], [["rye bread crust"], book.bread]);
  assert.equal(server.bodies.at(-1)?.["model"], "m");
  for (const answer of [said(""), said("x".repeat(500)), said("\n\n")]) {
    server.next(answer);
    assert.deepEqual((await search()).search_query, ["that dark loaf thing?"]);
  }
});

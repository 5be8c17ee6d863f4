/** What is known of the servers that speak Chat Completions, what is set by hand, and what is learned. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { RunCreateParamsNonStreaming } from "openai/resources/beta/threads/runs/runs";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import { createGardener, pendingCalls, threadSaying } from "./assistantFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";
import { chunks, delta, startScriptedModelServer, status, type ScriptedModelServer } from "./scriptedModelServer.ts";

let server: ScriptedModelServer;
before(async () => {
  server = await startScriptedModelServer(["small"]);
});
after(() => server.close());

const fine = chunks([delta({ content: "fine" }, "stop")]);
const refuse = (message: string, code = 400): ReturnType<typeof status> => status(code, { error: { message } });
const key = "upstream-secret-key";

/** A runtime with these arguments on the scripted server, for the time of `work`. */
async function withRuntime(
  args: readonly string[],
  work: (
    ask: (settings?: Partial<RunCreateParamsNonStreaming>, thread?: string) => Promise<Run>,
    runtime: RuntimeProcess,
  ) => Promise<void>,
  base = server.url,
): Promise<void> {
  const runtime = await startRuntime({
    args: ["--upstream", "chat", "--upstream-url", base, ...args],
    env: { ASSISTANTS_UPSTREAM_KEY: key },
  });
  try {
    const assistant = await createGardener(runtime.client, "small");
    await work(
      async (settings = {}, thread) =>
        runtime.client.beta.threads.runs.createAndPoll(thread ?? (await threadSaying(runtime.client, "Hi")), {
          assistant_id: assistant.id,
          ...settings,
        }),
      runtime,
    );
  } finally {
    await runtime.stop();
  }
}

interface SentMessage {
  readonly role: string;
  readonly content: unknown;
  readonly tool_calls?: readonly { readonly id: string }[];
  readonly tool_call_id?: string;
}

function sentMessages(): readonly SentMessage[] {
  return (server.bodies.at(-1)?.["messages"] ?? []) as readonly SentMessage[];
}

/** What the last request carried, beside what every request carries. */
function sent(): Record<string, unknown> {
  const { messages: _messages, stream: _stream, model: _model, tools, ...rest } = server.bodies.at(-1) ?? {};
  return { ...rest, tools: Array.isArray(tools) ? tools.length : 0 };
}

const water = { type: "function", function: { name: "water_bed" } } as const;
const asked = { tool_choice: water, parallel_tool_calls: false, max_completion_tokens: 300 };
const named = { tool_choice: water, tools: 2 };
const alone = { tool_choice: "required", tools: 1 };
const usage = { stream_options: { include_usage: true } };

for (const [profile, expected] of [
  ["openai", { ...named, ...usage, parallel_tool_calls: false, max_completion_tokens: 300 }],
  ["ollama", { ...alone, ...usage, max_tokens: 300 }],
  ["vllm", { ...named, ...usage, parallel_tool_calls: false, max_tokens: 300 }],
  ["llamacpp", { ...alone, ...usage, parallel_tool_calls: false, max_tokens: 300 }],
  ["lmstudio", { ...alone, ...usage, parallel_tool_calls: false, max_tokens: 300 }],
  ["openrouter", { ...named, ...usage, parallel_tool_calls: false, max_tokens: 300 }],
] as const) {
  test(`--profile ${profile}: the first request is one that it takes`, () =>
    withRuntime(["--profile", profile], async (ask) => {
      server.next(fine);
      assert.equal((await ask(asked)).status, "completed");
      assert.deepEqual(sent(), expected);
      const { headers } = server.requests.at(-1) ?? {};
      assert.equal(headers?.authorization, `Bearer ${key}`);
      assert.equal(headers?.["x-title"], profile === "openrouter" ? "Assistants Workbench" : undefined);
    }));
}

test("--profile azure: key and version where Azure wants them, the deployment in the path before /openai/v1", async () => {
  const args = ["--profile", "azure", "--upstream-api-version", "2024-10-21"];
  await withRuntime(
    args,
    async (ask) => {
      server.next(fine);
      assert.equal((await ask({ model: "my deployment", max_completion_tokens: 300 })).status, "completed");
      const { url, headers } = server.requests.at(-1) ?? {};
      assert.equal(url, "/openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21");
      assert.deepEqual([headers?.["api-key"], headers?.authorization], [key, undefined]);
      assert.equal(sent()["max_completion_tokens"], 300);
    },
    server.url.replace("/v1", "/openai"),
  );
  await withRuntime(["--profile", "azure"], async (ask) => {
    server.next(fine);
    await ask();
    assert.equal(server.requests.at(-1)?.url, "/v1/chat/completions");
  });
});

test("switches are kept to, whatever the server says; their kind of server is still known", () =>
  withRuntime(
    `--profile lmstudio --chat-tool-choice none --chat-stream-options off --chat-token-field max_completion_tokens
      --chat-system-role developer --chat-parallel-tool-calls off`.split(/\s+/),
    async (ask) => {
      server.next(fine);
      await ask(asked);
      assert.deepEqual(sent(), { max_completion_tokens: 300, tools: 1 });
      assert.equal(sentMessages()[0]?.role, "developer");
      server.next(fine);
      await ask({ tool_choice: "none" });
      assert.equal(sent()["tools"], 0, "a model that knows no function calls none");
      const before = server.bodies.length;
      server.next(refuse("max_completion_tokens is unknown here"));
      assert.equal((await ask(asked)).last_error?.code, "invalid_prompt");
      assert.equal(server.bodies.length, before + 1);
    },
  ));

test("a named choice that is refused becomes `required` with that function alone, then nothing; remembered", () =>
  withRuntime([], async (ask) => {
    const words = "Invalid tool_choice type: 'object'. Supported string values: none, auto, required";
    server.next(status(400, { error: words }), fine, refuse("tool_choice is not supported"), fine);
    await ask({ tool_choice: water });
    assert.deepEqual(sent(), { ...usage, ...alone });
    await ask({ tool_choice: water });
    assert.deepEqual(sent(), { ...usage, tools: 1 });
  }));

for (const [name, script] of [
  ["Ollama", refuse("registry.ollama.ai/library/small:latest does not support tools")],
  ["vLLM", refuse('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set')],
  ["llama.cpp", refuse("tools param requires --jinja flag", 500)],
  ["OpenRouter", refuse("No endpoints found that support tool use.", 404)],
] as const) {
  test(`${name} has no functions for a model: the run goes on without, once and for all, and the log says so`, () =>
    withRuntime([], async (ask, runtime) => {
      server.next(script, fine, fine);
      assert.equal((await ask()).status, "completed");
      const before = server.bodies.length;
      assert.equal((await ask({ tool_choice: "required" })).status, "completed");
      assert.equal(server.bodies.length, before + 1);
      assert.deepEqual(sent(), { ...usage, tools: 0 });
      assert.match(runtime.log(), /model small: takes no functions, so its runs go on without them/);
    }));
}

test("call ids of nine characters, for the templates of Mistral; empty content, for servers without null", () =>
  withRuntime(["--profile", "vllm"], async (ask, runtime) => {
    const call = { index: 0, id: "chatcmpl-tool-long", function: { name: "get_soil_moisture", arguments: "{}" } };
    server.next(chunks([delta({ tool_calls: [call] }, "tool_calls")]));
    const waiting = await ask();
    const [pending] = pendingCalls(waiting);
    server.next(
      refuse("Tool call IDs should be alphanumeric strings with length 9!", 500),
      refuse("Input should be a valid string: messages.2.content, input was null"),
      fine,
    );
    const ended = await runtime.client.beta.threads.runs.submitToolOutputsAndPoll(waiting.id, {
      thread_id: waiting.thread_id,
      tool_outputs: [{ tool_call_id: pending?.id ?? "", output: "3%" }],
    });
    assert.equal(ended.status, "completed");
    const [, , made, answer] = sentMessages();
    assert.equal(made?.content, "");
    assert.match(answer?.tool_call_id ?? "", /^[a-z0-9]{9}$/);
    assert.equal(made?.tool_calls?.[0]?.id, answer?.tool_call_id);
  }));

test("Ollama makes a message of each part: texts are one part", async () => {
  const content = [
    { type: "text", text: "Which" },
    { type: "text", text: "plant?" },
    { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
  ] as const;
  for (const [profile, texts] of [
    ["ollama", ["Which\nplant?"]],
    ["vllm", ["Which", "plant?"]],
  ] as const) {
    await withRuntime(["--profile", profile], async (ask, runtime) => {
      const { id } = await runtime.client.beta.threads.create({ messages: [{ role: "user", content: [...content] }] });
      server.next(fine);
      await ask({}, id);
      const parts = sentMessages()[1]?.content as readonly { readonly type: string; readonly text?: string }[];
      assert.deepEqual(
        parts.flatMap((part) => part.text ?? []),
        texts,
      );
      assert.equal(parts.at(-1)?.type, "image_url");
    });
  }
});

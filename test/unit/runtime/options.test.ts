import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { helpText } from "../../../src/runtime/cli/helpText.ts";
import { flagNames, readCommandLine, type RuntimeOptions } from "../../../src/runtime/cli/options.ts";

function options(args: readonly string[], env: Record<string, string> = {}): RuntimeOptions {
  const command = readCommandLine(["--data", "d", ...args], env);
  assert.equal(command.kind, "run", JSON.stringify(command));
  return command.kind === "run" ? command.options : assert.fail();
}

function keyFor(url: string, env: Record<string, string>, ...more: string[]): string | undefined {
  const { upstream } = options(["--upstream", "chat", "--upstream-url", url, ...more], env);
  return upstream.kind === "chat" ? upstream.target.key : undefined;
}

test("OPENAI_API_KEY goes to api.openai.com and nowhere else, unless its name is given", () => {
  const env = { OPENAI_API_KEY: "theirs", MINE: "mine" };
  assert.equal(keyFor("https://api.openai.com/v1", env), "theirs");
  for (const url of [
    "http://localhost:11434/v1",
    "https://api.openai.com.evil.example/v1",
    "https://evil.example/api.openai.com",
    "https://api.openai.com:8443/v1",
  ]) {
    assert.equal(keyFor(url, env), undefined, url);
  }
  assert.equal(keyFor("http://localhost:1/v1", env, "--upstream-key-env", "OPENAI_API_KEY"), "theirs");
  assert.equal(keyFor("https://api.openai.com/v1", env, "--upstream-key-env", "MINE"), "mine");
  assert.equal(keyFor("https://api.openai.com/v1", { ...env, ASSISTANTS_UPSTREAM_KEY: "own" }), "own");
  assert.equal(keyFor("http://localhost:1/v1", { ASSISTANTS_UPSTREAM_KEY: " own \n" }), "own");
});

test("defaults", () => {
  assert.deepEqual(options([]), {
    port: 0,
    dataDir: "d",
    pythonDir: join("d", "python"),
    python: true,
    upstream: { kind: "offline", pace: 60 },
    lenient: false,
    exitWithParent: false,
    key: undefined,
  });
});

test("a URL with a password in it, and flags of the other upstream, are refused", () => {
  for (const args of [
    ["--upstream", "chat", "--upstream-url", "http://me:secret@host/v1"],
    ["--upstream-url", "http://host/v1"],
    ["--upstream", "chat", "--upstream-url", "http://host/v1", "--pace", "5"],
  ]) {
    const command = readCommandLine(["--data", "d", ...args], {});
    assert.equal(command.kind, "wrong");
    assert.doesNotMatch(JSON.stringify(command), /secret/);
  }
});

test("responses goes to OpenAI unless told otherwise, with OpenAI's key", () => {
  const { upstream } = options(["--upstream", "responses", "--model-map", "a=b, c = d:e=f", "--model-map", "*=g"], {
    OPENAI_API_KEY: "theirs",
  });
  assert.deepEqual(upstream, {
    kind: "responses",
    target: {
      url: "https://api.openai.com/v1",
      key: "theirs",
      keyName: "OPENAI_API_KEY",
      server: "openai",
      apiVersion: undefined,
      model: undefined,
    },
    modelMap: new Map([
      ["a", "b"],
      ["c", "d:e=f"],
      ["*", "g"],
    ]),
    embeddingModel: undefined,
    hostedFiles: false,
    hostedPython: false,
  });
});

test("an embedding model belongs to a server", () => {
  const args = ["--upstream", "chat", "--upstream-url", "http://h/v1", "--embedding-model", "embed"];
  const { upstream } = options(args);
  assert.equal(upstream.kind === "offline" ? "" : upstream.embeddingModel, "embed");
});

test("a profile that is named is taken, else the address says it", () => {
  const serverOf = (...args: string[]): string => {
    const { upstream } = options(["--upstream", "chat", ...args]);
    return upstream.kind === "offline" ? "" : upstream.target.server;
  };
  assert.equal(serverOf("--upstream-url", "http://localhost:11434/v1/"), "ollama");
  assert.equal(serverOf("--upstream-url", "http://localhost:11434/v1", "--profile", "vllm"), "vllm");
  assert.equal(serverOf("--upstream-url", "http://localhost:9/v1", "--profile", "auto"), "other");
});

test("what cannot be meant is refused in words that name the flag", () => {
  const chat = ["--upstream", "chat", "--upstream-url", "http://h/v1"];
  for (const [args, words] of [
    [["--upstream", "magic"], /offline, chat or responses/],
    [["--model-map", "a=b"], /--model-map needs/],
    [["--embedding-model", "e"], /--embedding-model needs/],
    [["--hosted-files"], /--hosted-files needs --upstream responses/],
    [["--hosted-python"], /--hosted-python needs --upstream responses/],
    [[...chat, "--hosted-python"], /--hosted-python needs --upstream responses/],
    [[...chat, "--hosted-files"], /--hosted-files needs --upstream responses/],
    [["--upstream", "responses", "--hosted-files", "--embedding-model", "e"], /no use with --hosted-files/],
    [["--upstream", "responses", "--chat-system-role", "system"], /--chat-system-role needs --upstream chat/],
    [[...chat, "--chat-tool-choice", "some"], /--chat-tool-choice must be all or strings or none/],
    [[...chat, "--chat-stream-options", "constructor"], /--chat-stream-options must be on or off/],
    [[...chat, "--profile", "other"], /--profile must be auto or one of openai, azure/],
    [[...chat, "--model-map", "a"], /pairs such as gpt-4o=llama3\.2, not 'a'/],
    [[...chat, "--model-map", "a=b,a=c"], /names 'a' twice/],
    [["--upstream", "chat", "--upstream-url", "http://h/v1?key=secret"], /must not carry a query/],
  ] as const) {
    const command = readCommandLine(["--data", "d", ...args], {});
    assert.equal(command.kind, "wrong");
    assert.match(command.kind === "wrong" ? command.message : "", words);
    assert.doesNotMatch(JSON.stringify(command), /secret/);
  }
});

test("--help tells of every flag", () => {
  const flagged = new Set([...helpText.matchAll(/--([a-z][a-z-]+)/g)].map((match) => match[1]));
  for (const flag of flagNames) assert.ok(flagged.has(flag), `--${flag}`);
  for (const flag of flagged)
    assert.ok(
      flagNames.some((name) => name === flag),
      `--${flag} is no flag`,
    );
});

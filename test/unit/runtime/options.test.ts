import assert from "node:assert/strict";
import { test } from "node:test";
import { readCommandLine, type RuntimeOptions } from "../../../src/runtime/cli/options.ts";

function options(args: readonly string[], env: Record<string, string> = {}): RuntimeOptions {
  const command = readCommandLine(["--data", "d", ...args], env);
  assert.equal(command.kind, "run", JSON.stringify(command));
  return command.kind === "run" ? command.options : assert.fail();
}

function keyFor(url: string, env: Record<string, string>, ...more: string[]): string | undefined {
  const { upstream } = options(["--upstream", "chat", "--upstream-url", url, ...more], env);
  return upstream.kind === "chat" ? upstream.key : undefined;
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

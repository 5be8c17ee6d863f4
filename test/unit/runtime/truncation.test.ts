import assert from "node:assert/strict";
import { test } from "node:test";
import { fitConversation } from "../../../src/runtime/engine/truncation.ts";
import { loadTokenizer } from "../../../src/runtime/tokenizer.ts";
import type { ConversationItem, TurnRequest } from "../../../src/runtime/upstream/port.ts";

const tokenizer = await loadTokenizer();
const request: Omit<TurnRequest, "items"> = {
  model: "m",
  assistantName: null,
  instructions: "",
  tools: [],
  runtimeTools: {},
  unavailableTools: [],
  toolChoice: "auto",
  parallelToolCalls: true,
  responseFormat: "auto",
  temperature: null,
  topP: null,
  reasoningEffort: null,
  maxCompletionTokens: null,
};
const user = (text: string): ConversationItem => ({ kind: "user", parts: [{ kind: "text", text }] });
const said = (items: readonly ConversationItem[] | undefined): string[] | undefined =>
  items?.map((item) =>
    item.kind === "user" ? item.parts.map((part) => (part.kind === "text" ? part.text : "")).join("") : item.kind,
  );

test("the middle goes first; the first and the newest user message stay longest", () => {
  // Each takes five tokens: one, and four around it.
  const thread = ["a", "b", "c", "d", "e"].map(user);
  const fit = (budget: number): string[] | undefined =>
    said(fitConversation(request, { thread, run: [] }, budget, tokenizer));
  assert.deepEqual(fit(25), ["a", "b", "c", "d", "e"]);
  assert.deepEqual(fit(24), ["a", "c", "d", "e"]);
  assert.deepEqual(fit(15), ["a", "d", "e"]);
  assert.deepEqual(fit(10), ["a", "e"]);
  assert.deepEqual(fit(9), ["e"]);
  assert.equal(fit(4), undefined);
});

test("what the run itself did is never dropped", () => {
  const run: ConversationItem[] = [
    { kind: "assistant", text: "", calls: [{ id: "c", name: "f", arguments: "{}" }] },
    { kind: "tool", callId: "c", output: "x" },
  ];
  const conversation = { thread: [user("a"), user("b")], run };
  assert.deepEqual(said(fitConversation(request, conversation, 22, tokenizer)), ["b", "assistant", "tool"]);
  assert.equal(fitConversation(request, conversation, 12, tokenizer), undefined);
});

test("the tokenizer: pieces join to the text, special tokens are text, long words do not stall it", () => {
  for (const text of [
    "Hello world",
    "<|endoftext|> <|im_start|>",
    "é 👩‍👩‍👧 日本語",
    "lone \ud800 surrogate",
    "",
    "x".repeat(5000) + " ".repeat(5000) + "=-".repeat(3000),
  ]) {
    assert.equal(tokenizer.pieces(text).join(""), text);
  }
  assert.ok(tokenizer.count("<|endoftext|>") > 1);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { effect } from "@preact/signals";
import { PanelStore } from "../../../webview/state/panelStore.ts";
import { findLastAnswer } from "../../../webview/chat/lastAnswer.ts";
import { arrangeConversation } from "../../../webview/chat/conversation.ts";
import { message, panel, run, streaming, waiting } from "../../ui/page/scenes.ts";

const now = Date.UTC(2026, 10, 22, 10, 4);

function opened(state = streaming(now)): PanelStore {
  const store = new PanelStore();
  store.init(state);
  return store;
}

test("appended text reaches its own part only", () => {
  const store = opened();
  store.apply([
    { op: "message", message: message("a", "assistant", "", now, "live") },
    { op: "message", message: message("b", "assistant", "", now, "live") },
  ]);
  let drawn = 0;
  const stop = effect(() => {
    drawn++;
    void [store.messages.value, store.message("b")?.parts.value[0]?.text.length.value];
  });
  assert.equal(store.apply([{ op: "messageText", messageId: "a", part: 0, from: 0, append: "Hello" }]), true);
  assert.equal(drawn, 1);
  assert.equal(store.message("a")?.parts.peek()[0]?.text.text(), "Hello");
  stop();
});

test("an append at another offset, or to something unknown, does not fit", () => {
  const store = opened(waiting(now));
  assert.equal(store.apply([{ op: "messageText", messageId: "msg_1", part: 0, from: 2, append: "x" }]), false);
  assert.equal(store.apply([{ op: "messageText", messageId: "none", part: 0, from: 0, append: "x" }]), false);
  assert.equal(store.apply([{ op: "step", runId: "none", step: waiting(now).runs[0]!.steps[0]! }]), false);
  assert.equal(
    store.apply([
      { op: "callText", runId: "run_2", stepId: "step_2", callId: "call_9", field: "arguments", from: 0, append: "x" },
    ]),
    false,
  );
  assert.equal(
    store.apply([
      { op: "callText", runId: "run_2", stepId: "step_2", callId: "call_9", field: "output", from: 0, append: "x" },
    ]),
    true,
  );
  assert.equal(store.run("run_2")?.call("call_9")?.hasOutput.peek(), true);
});

test("a resync keeps the nodes that are known", () => {
  const store = opened(waiting(now));
  const before = [store.message("msg_2"), store.run("run_2"), store.run("run_2")?.call("call_9")];
  store.init(waiting(now));
  assert.deepEqual(
    [store.message("msg_2"), store.run("run_2"), store.run("run_2")?.call("call_9")].map(
      (node, at) => node === before[at],
    ),
    [true, true, true],
  );
});

test("a new head of a run keeps its steps; the last run is the active one while it lasts", () => {
  const store = opened(waiting(now));
  const head = waiting(now).runs[1]!;
  assert.equal(store.activeRun.value?.id, "run_2");
  store.apply([{ op: "run", run: { ...head, status: "completed", end: now, pending: [] } }]);
  assert.equal(store.activeRun.value, null);
  assert.equal(store.run("run_2")?.steps.value.length, 1);
});

test("older messages go in front, and doubles are left out", () => {
  const store = opened(waiting(now));
  store.apply([
    {
      op: "olderMessages",
      messages: [message("old", "user", "x", 1), message("msg_1", "user", "x", 2)],
      hasOlderMessages: false,
    },
  ]);
  assert.deepEqual(
    store.messages.value.map(({ id }) => id),
    ["old", "msg_1", "msg_2", "msg_3"],
  );
});

test("runs stand after the words that began them, with or without messages of their own", () => {
  const messages = [
    message("u1", "user", "1", 1000),
    message("a1", "assistant", "1", 1900, "r1"),
    message("u2", "user", "2", 3000),
    message("u3", "user", "3", 5000),
  ];
  const store = opened(panel({ messages, runs: [run("r1", "1", 1200), run("r2", "2", 3300), run("r3", "3", 5100)] }));
  const entries = arrangeConversation(store.messages.value, store.runs.value, []);
  assert.deepEqual(
    entries.map(({ key }) => key),
    ["u1", "r1", "u2", "r2", "u3", "r3"],
  );
  const again = arrangeConversation(store.messages.value, store.runs.value, entries);
  assert.ok(again.every((entry, at) => entry === entries[at]));
});

test("the last answer of a function is found, one for the same arguments first, and none of another function", () => {
  const store = opened(waiting(now));
  const asked = store.run("run_2")?.call("call_9");
  assert.ok(asked);
  assert.equal(findLastAnswer(store.runs.value, asked), null);
  store.apply([
    {
      op: "callText",
      runId: "run_2",
      stepId: "step_2",
      callId: "call_8fKq2vVbT1",
      field: "output",
      from: 0,
      append: '{"status":"lost"}',
    },
  ]);
  assert.equal(findLastAnswer(store.runs.value, asked), '{"status":"lost"}');
});

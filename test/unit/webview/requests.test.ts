import assert from "node:assert/strict";
import { test } from "node:test";
import type { PersistedState, RequestMessage, Requests, WebviewMessage } from "../../../src/protocol/messages.ts";
import { RequestChannel } from "../../../webview/requests.ts";
import { DraftStore } from "../../../webview/state/draft.ts";

test("requests settle with the value, with the host's words, and at disposal", async () => {
  const sent: RequestMessage[] = [];
  const channel = new RequestChannel<Requests>((message) => sent.push(message));
  const raw = channel.request("raw", { kind: "run", runId: "r", stepId: null });
  const stop = channel.request("stop", { runId: "r" });
  const send = channel.request("send", { text: "x" });
  channel.settle({ type: "reply", id: sent[1]!.id, ok: false, error: "no such run" });
  channel.settle({ type: "reply", id: sent[0]!.id, ok: true, result: { json: "{}" } });
  channel.settle({ type: "reply", id: 99, ok: true, result: null });
  assert.deepEqual(await raw, { json: "{}" });
  await assert.rejects(stop, /no such run/);
  channel.dispose();
  await assert.rejects(send, /disposed/);
  await assert.rejects(channel.request("copy", { text: "x" }), /disposed/);
});

test("a request that cannot be posted rejects", async () => {
  const channel = new RequestChannel<Requests>(() => {
    throw new Error("not cloneable");
  });
  await assert.rejects(channel.request("copy", { text: "x" }), /not cloneable/);
});

const identity = { connectionId: "c", threadId: "t", definitionUri: null, assistantId: null };

function keeper(kept: PersistedState | undefined) {
  const posted: WebviewMessage[] = [];
  const box = { state: kept };
  return {
    posted,
    box,
    getState: () => box.state,
    setState: (state: PersistedState) => void (box.state = state),
    postMessage: (message: WebviewMessage) => void posted.push(message),
  };
}

test("the webview's own draft goes before the host's, but not another thread's nor an empty one", () => {
  const own = { version: 1, identity, draft: { text: "mine", outputs: { c1: "o" } }, timelineWidth: 300 } as const;
  const host = { text: "host", outputs: {} };
  const open = (kept: PersistedState | undefined): DraftStore => {
    const drafts = new DraftStore(keeper(kept));
    drafts.open(identity, host);
    return drafts;
  };
  assert.equal(open(own).text.value, "mine");
  assert.equal(open(own).output("c1").value, "o");
  assert.equal(open(own).timelineWidth.value, 300);
  assert.equal(open(undefined).text.value, "host");
  assert.equal(open({ ...own, draft: { text: "", outputs: {} } }).text.value, "host");
  assert.equal(open({ ...own, identity: { ...identity, threadId: "other" } }).text.value, "host");
});

test("each change is kept at once; the host is told once, when typing rests or the panel is hidden", () => {
  const kept = keeper(undefined);
  const drafts = new DraftStore(kept);
  drafts.open(identity, { text: "", outputs: {} });
  drafts.setText("a");
  drafts.setText("ab");
  drafts.setOutput("c1", "{}");
  assert.deepEqual(kept.box.state?.draft, { text: "ab", outputs: { c1: "{}" } });
  assert.deepEqual(kept.posted, []);
  drafts.flush();
  drafts.flush();
  assert.deepEqual(kept.posted, [{ type: "draft", draft: { text: "ab", outputs: { c1: "{}" } } }]);
  drafts.open(identity, { text: "resync", outputs: {} });
  assert.equal(drafts.text.value, "ab");
});

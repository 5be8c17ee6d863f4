import assert from "node:assert/strict";
import { test } from "node:test";
import { EventFeed } from "../../../src/runtime/engine/eventFeed.ts";

test("a client hears what comes after it subscribed, as it was when it came, and the end", async () => {
  const feed = new EventFeed();
  feed.emit("before", {});
  const subscription = feed.subscribe();
  const data = { n: 1 };
  feed.emit("a", data);
  data.n = 2;
  feed.emit("b", data);
  assert.deepEqual(await subscription.next(), {
    kind: "frames",
    frames: 'event: a\ndata: {"n":1}\n\nevent: b\ndata: {"n":2}\n\n',
  });
  const later = subscription.next();
  feed.end();
  assert.deepEqual(await later, { kind: "finished" });
  assert.deepEqual(await feed.subscribe().next(), { kind: "finished" });
});

test("a client that does not read is dropped, and the others are not", async () => {
  const feed = new EventFeed();
  const [slow, quick] = [feed.subscribe(), feed.subscribe()];
  const megabyte = "x".repeat(1024 * 1024);
  for (let at = 0; at < 10; at++) {
    feed.emit("a", { megabyte });
    assert.equal((await quick.next()).kind, "frames");
  }
  assert.deepEqual(await slow.next(), { kind: "dropped" });
  feed.end();
  assert.deepEqual(await quick.next(), { kind: "finished" });
});

test("one event may be larger than what may wait: a client that reads gets it, with what comes right behind", async () => {
  const feed = new EventFeed();
  const subscription = feed.subscribe();
  feed.emit("step", { output: "x".repeat(12 * 1024 * 1024) });
  feed.emit("run", {});
  const part = await subscription.next();
  assert.ok(part.kind === "frames" && part.frames.endsWith("event: run\ndata: {}\n\n"));
});

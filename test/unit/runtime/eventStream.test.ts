import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { EventFeed } from "../../../src/runtime/engine/eventFeed.ts";
import { eventStream } from "../../../src/runtime/http/eventStream.ts";

test("a silent stream gets a comment every 15 seconds, which parsers ignore; after the end, none", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  try {
    const feed = new EventFeed();
    const reader = eventStream(feed.subscribe()).body!.pipeThrough(new TextDecoderStream()).getReader();
    mock.timers.tick(15_000);
    assert.deepEqual(await reader.read(), { done: false, value: ": keep-alive\n\n" });
    feed.emit("a", {});
    assert.deepEqual(await reader.read(), { done: false, value: "event: a\ndata: {}\n\n" });
    feed.end();
    assert.deepEqual(await reader.read(), { done: false, value: "event: done\ndata: [DONE]\n\n" });
    mock.timers.tick(60_000);
    assert.equal((await reader.read()).done, true);
  } finally {
    mock.timers.reset();
  }
});

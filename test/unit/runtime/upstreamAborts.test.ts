/** What becomes of an upstream's request when its run is over before it: real requests, time in the test's hands. */
import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { Clock } from "../../../src/runtime/clock.ts";
import { newRun } from "../../../src/runtime/engine/newRun.ts";
import { RunEngine } from "../../../src/runtime/engine/runEngine.ts";
import type { Assistant } from "../../../src/runtime/objects.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";
import { ChatUpstream } from "../../../src/runtime/upstream/chat/chatUpstream.ts";
import type { Target } from "../../../src/runtime/upstream/http/target.ts";
import type { Upstream } from "../../../src/runtime/upstream/port.ts";
import { ResponsesUpstream } from "../../../src/runtime/upstream/responses/responsesUpstream.ts";

const assistant: Assistant = {
  id: "asst_1",
  object: "assistant",
  created_at: 1,
  name: null,
  description: null,
  model: "m",
  instructions: "x",
  tools: [],
  metadata: {},
  reasoning_effort: null,
};

/** Time that stands still until a timer is let go by hand. */
class HeldClock implements Clock {
  readonly timers: { readonly ms: number; readonly run: () => void }[] = [];

  now(): number {
    return 1_800_000_000_000;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { ms, run };
    this.timers.push(timer);
    return () => {
      const at = this.timers.indexOf(timer);
      if (at !== -1) this.timers.splice(at, 1);
    };
  }

  /** Resolves when a timer of that length is set. */
  async untilTimer(ms: number): Promise<() => void> {
    const timer = (): (typeof this.timers)[number] | undefined => this.timers.find((one) => one.ms === ms);
    await until(() => timer() !== undefined, `a timer of ${ms} ms`);
    return () => timer()?.run();
  }
}

/** Waits until something is so; what never becomes so fails the test, with everything closed. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  const given = Date.now() + 50_000;
  while (!isSo()) {
    if (Date.now() > given) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A server for the time of `work`, an engine on it, and a run that has begun. */
async function withRun(
  answer: (response: ServerResponse) => void,
  upstreamOn: (target: Target) => Upstream,
  work: (setting: {
    readonly engine: RunEngine;
    readonly clock: HeldClock;
    readonly status: () => string | undefined;
    readonly cancel: () => void;
    readonly requests: () => number;
  }) => Promise<void>,
): Promise<void> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume().on("end", () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const store = new ObjectStore(await openDatabase(":memory:"));
  const clock = new HeldClock();
  const upstream = upstreamOn({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    key: undefined,
    keyName: "K",
    server: "other",
    apiVersion: undefined,
    model: undefined,
  });
  const engine = new RunEngine({ store, clock, upstream, log: () => undefined });
  store.insert("thread", { id: "thread_1", object: "thread", created_at: 1, tool_resources: {}, metadata: {} });
  const run = newRun(assistant, "thread_1", {}, clock);
  engine.create(run, []);
  try {
    await work({
      engine,
      clock,
      status: () => store.get("run", run.id)?.status,
      cancel: () => void engine.cancel(run),
      requests: () => requests,
    });
  } finally {
    await engine.stop(0);
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
  }
}

const upstreams: readonly (readonly [string, (target: Target) => Upstream])[] = [
  ["chat", (target) => new ChatUpstream(target, {}, () => undefined)],
  ["responses", (target) => new ResponsesUpstream(target, () => undefined)],
];

for (const [name, upstreamOn] of upstreams) {
  test(`${name}: an expired run's request is closed, whether it was answered or not`, async () => {
    for (const answers of [true, false]) {
      let request: "none" | "open" | "closed" = "none";
      const begin = (response: ServerResponse): void => {
        request = "open";
        response.on("close", () => (request = "closed"));
        if (answers) response.writeHead(200, { "content-type": "text/event-stream" }).write(": waiting\n\n");
      };
      await withRun(begin, upstreamOn, async ({ clock, status }) => {
        const expire = await clock.untilTimer(600_000);
        await until(() => request === "open", "the request");
        expire();
        await until(() => request === "closed", "the request's end");
        await until(() => status() !== "in_progress", "the run's end");
        assert.equal(status(), "expired");
      });
    }
  });

  test(`${name}: a run that waits to ask again is cancelled at once, and asks no more`, async () => {
    const later = (response: ServerResponse): void =>
      void response.writeHead(429, { "retry-after": "20" }).end('{"error":{"message":"slow down"}}');
    await withRun(later, upstreamOn, async ({ clock, status, cancel, requests }) => {
      await clock.untilTimer(20_000);
      cancel();
      await until(() => status() === "cancelled", "the run's end");
      assert.equal(requests(), 1);
      assert.equal(
        clock.timers.some((timer) => timer.ms === 20_000),
        false,
      );
    });
  });
}

test("https on a server that speaks http: told in words, asked once", async () => {
  const secure: (typeof upstreams)[number][1] = (target) =>
    new ResponsesUpstream({ ...target, url: target.url.replace("http:", "https:") }, () => undefined);
  await withRun(
    () => undefined,
    secure,
    async ({ status, clock }) => {
      while (status() === "queued" || status() === "in_progress")
        await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(clock.timers.length, 0);
    },
  );
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../../src/runtime/ids.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";
import { startRuntime, type RuntimeProcess } from "../../wire/runtimeProcess.ts";
import { percentile, print } from "./report.ts";
import { timedJson } from "./streamClient.ts";

interface Filled {
  readonly runtime: RuntimeProcess;
  readonly thread: string;
  /** A message in the middle of the thread. */
  readonly middle: string;
  close(): Promise<void>;
}

const asked = 400;

/** What inserting a message and reading a page cost in a thread of 100,000 messages, beside one of 100. */
export async function measureRows(entry: string): Promise<void> {
  const [small, large] = [await fill(100, entry), await fill(100_000, entry)];
  try {
    for (const [name, path, body] of [
      ["insert a message", () => "", { role: "user", content: "One more of them" }],
      ["list the newest 20 messages", () => "?limit=20", undefined],
      ["list 20 messages from the middle", (one: Filled) => `?limit=20&after=${one.middle}`, undefined],
    ] as const) {
      const times = { small: [] as number[], large: [] as number[] };
      for (let at = -20; at < asked; at++) {
        for (const [side, one] of at % 2 === 0
          ? ([
              ["small", small],
              ["large", large],
            ] as const)
          : ([
              ["large", large],
              ["small", small],
            ] as const)) {
          // prettier-ignore
          const url = `${one.runtime.url}/threads/${one.thread}/messages${path(one)}`;
          const { ms } = await timedJson(url, one.runtime.key, body);
          if (at >= 0) times[side].push(ms);
        }
      }
      const [ours, peer] = [percentile(times.large, 0.5), percentile(times.small, 0.5)];
      print({
        case: `${name}, thread of 100,000`,
        ours,
        peer,
        peerName: "the same in a thread of 100",
        unit: "ms (p50)",
        aim: "ratio < 1.5",
        met: ours / peer < 1.5,
      });
    }
  } finally {
    await Promise.all([small.close(), large.close()]);
  }
}

/** A runtime of its own, whose only thread has so many messages. Written into the store: it is the reading that is measured. */
async function fill(count: number, entry: string): Promise<Filled> {
  const dataDir = mkdtempSync(join(tmpdir(), "bench-rows-"));
  const store = new ObjectStore(await openDatabase(join(dataDir, "runtime.db")));
  const thread = newId("thread");
  let middle = "";
  store.transaction(() => {
    store.insert("thread", { id: thread, object: "thread", created_at: 1, tool_resources: {}, metadata: {} });
    for (let at = 0; at < count; at++) {
      const id = newId("msg");
      if (at === count / 2) middle = id;
      store.insert(
        "message",
        {
          id,
          object: "thread.message",
          created_at: 1 + Math.floor(at / 3),
          thread_id: thread,
          status: "completed",
          incomplete_details: null,
          completed_at: null,
          incomplete_at: null,
          role: at % 2 === 0 ? "user" : "assistant",
          content: [{ type: "text", text: { value: `Message ${at} of a long conversation`, annotations: [] } }],
          assistant_id: null,
          run_id: null,
          attachments: [],
          metadata: {},
        },
        { parent: thread },
      );
    }
  });
  store.close();
  const runtime = await startRuntime({ dataDir, entry });
  return {
    runtime,
    thread,
    middle,
    async close() {
      await runtime.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

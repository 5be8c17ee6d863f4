import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { failureOf, handlerFolder, node, outputOf } from "./handlerFixture.ts";
import type { HandlerFolder } from "./handlerFixture.ts";

let folder: HandlerFolder;
before(async () => {
  folder = await handlerFolder();
  await folder.write("look.mjs", "export default ({ id }) => ({ id, waited: true });");
});
after(() => folder.remove());

/** What a debugger does at least: finds the program, lets it go on, and over each `debugger` statement. */
async function letGo(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await response.json()) as readonly { readonly webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
  let id = 0;
  const send = (method: string): void => socket.send(JSON.stringify({ id: (id += 1), method }));
  socket.addEventListener("message", ({ data }) => {
    if (String(data).includes("Debugger.paused")) send("Debugger.resume");
    // Node waits for its debugger to leave before it ends.
    if (String(data).includes("executionContextDestroyed")) socket.close();
  });
  socket.addEventListener("open", () => {
    send("Runtime.enable");
    send("Debugger.enable");
    send("Runtime.runIfWaitingForDebugger");
  });
}

describe("a handler under its debugger", () => {
  it("waits for it, however long that takes, and answers as without", async () => {
    for (const raw of [
      { module: { file: "look.mjs" }, timeout_ms: 1 },
      {
        command: [node, "-e", `process.stdin.once("data", (d) => { process.stdout.write(d); process.exit(0); })`],
        timeout_ms: 1,
      },
    ]) {
      const result = await folder.run(raw, '{"id":1}', undefined, {
        onListening: ({ language, port }) => {
          assert.equal(language, "node");
          void letGo(port);
        },
      });
      assert.match(outputOf(result), /^\{"id":1/);
    }
  });

  it("is stopped while it waits", async () => {
    const person = new AbortController();
    const running = folder.run({ module: { file: "look.mjs" } }, "{}", person.signal, {
      onListening: () => person.abort(),
    });
    assert.equal(failureOf(await running).code, "cancelled");
  });

  it("is refused where no debugger fits", async () => {
    const none = { onListening: () => assert.fail("nothing listens") };
    const failure = failureOf(await folder.run({ command: ["sh", "-c", "true"] }, "{}", undefined, none));
    assert.match(failure.message, /Only Node and Python/);
    const http = failureOf(await folder.run({ http: { url: "http://127.0.0.1:9/" } }, "{}", undefined, none));
    assert.match(http.message, /nothing here to debug/);
  });
});

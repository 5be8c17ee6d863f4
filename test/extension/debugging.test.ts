import { strict as assert } from "node:assert";
import { after, afterEach, before, describe, it } from "mocha";
import * as vscode from "vscode";

import { Person } from "./person.ts";
import { eventually, inWorkspace, write } from "./workspace.ts";

interface Sent {
  readonly type: string;
  readonly event?: string;
  readonly body?: {
    readonly reason?: string;
    readonly threadId?: number;
    readonly description?: string;
    readonly output?: string;
  };
}

/** Says that it has begun, and answers when it may. */
const waitingHandler = `import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

export default async function answer() {
  appendFileSync(new URL("begun.txt", import.meta.url), "begun\\n");
  while (!existsSync(new URL("go.txt", import.meta.url))) await pause(20);
  return { status: "shipped" };
}
`;

/** Debug sessions begun by VS Code's own API, on the offline model. */
describe("the debugger in VS Code", function () {
  this.timeout(120_000);
  const events: Sent[] = [];
  let tracker: vscode.Disposable;
  let definition: vscode.Uri;

  before(async () => {
    await vscode.extensions.getExtension("assistants-workbench.assistants-workbench")?.activate();
    tracker = vscode.debug.registerDebugAdapterTrackerFactory("assistant", {
      createDebugAdapterTracker: () => ({
        onDidSendMessage: (message: Sent) => {
          if (message.type === "event") events.push(message);
        },
      }),
    });
    definition = inWorkspace("order-support.assistant.yaml");
  });
  afterEach(async () => {
    await vscode.debug.stopDebugging();
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    events.length = 0;
  });
  after(() => tracker.dispose());

  const stops = (): readonly Sent[] => events.filter(({ event }) => event === "stopped");
  const session = (): vscode.DebugSession => {
    const active = vscode.debug.activeDebugSession;
    assert.ok(active);
    return active;
  };
  const launch = (more: object): Thenable<boolean> =>
    vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], {
      type: "assistant",
      request: "launch",
      name: "Test",
      definition: definition.fsPath,
      ...more,
    });
  const frames = async (
    threadId: number,
  ): Promise<readonly { readonly id: number; readonly name: string; readonly line: number }[]> =>
    (
      (await session().customRequest("stackTrace", { threadId })) as {
        stackFrames: { id: number; name: string; line: number }[];
      }
    ).stackFrames;
  const evaluate = async (expression: string, threadId = 1): Promise<string> => {
    const frameId = (await frames(threadId))[0]?.id;
    return ((await session().customRequest("evaluate", { expression, frameId, context: "repl" })) as { result: string })
      .result;
  };

  it("stops at a breakpoint of the definition, restarts on a new thread, and goes on with what is typed", async () => {
    const at = new vscode.Location(definition, new vscode.Position(8, 0));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(at, true, 'order_id == "ORD-12345"')]);
    assert.equal(await launch({ message: "Where is my order ORD-12345?" }), true);
    await eventually(() => stops()[0] ?? null);
    assert.equal(stops()[0]?.body?.reason, "breakpoint");
    const [frame] = await frames(1);
    assert.equal(frame?.name, 'get_order_status(order_id: "ORD-12345")');
    assert.equal(frame.line, 7);
    const thread = await evaluate("thread.id");
    await session().customRequest("restart", {});
    await eventually(() => stops()[1] ?? null);
    assert.equal(stops()[1]?.body?.threadId, 2);
    assert.notEqual(await evaluate("thread.id", 2), thread);
    assert.equal(await evaluate("assistant.name", 2), '"Order Support Agent"');
    await evaluate('output = { status: "shipped" }', 2);
    await session().customRequest("continue", { threadId: 2 });
    await eventually(() => (events.some(({ event }) => event === "terminated") ? true : null));
  });

  describe("with a handler", () => {
    const folder = "debugged";
    let person: Person;
    let uri: vscode.Uri;

    before(async () => {
      person = new Person();
      person.presses = Array.from({ length: 5 }, () => "Run Handler");
      uri = await write(
        `${folder}/waiting.assistant.yaml`,
        `${new TextDecoder()
          .decode(await vscode.workspace.fs.readFile(definition))
          .replace(/handler: .*/, "handler: { module: { file: ./waiting.mjs } }")}answers: handler\n`,
      );
      await write(`${folder}/waiting.mjs`, waitingHandler);
    });
    after(async () => {
      person.leave();
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      await vscode.workspace.fs.delete(inWorkspace(folder), { recursive: true });
    });
    afterEach(async () => {
      for (const name of ["begun.txt", "go.txt"])
        await vscode.workspace.fs.delete(inWorkspace(`${folder}/${name}`)).then(undefined, () => undefined);
    });

    const begun = async (): Promise<number> => {
      const bytes = await vscode.workspace.fs
        .readFile(inWorkspace(`${folder}/begun.txt`))
        .then(undefined, () => new Uint8Array());
      return new TextDecoder().decode(bytes).split("\n").length - 1;
    };
    const terminated = (count: number): Promise<true> =>
      eventually(() => (events.filter(({ event }) => event === "terminated").length >= count ? true : null));

    it("whoever comes while a handler is at work waits for it, and does not run it again", async () => {
      assert.equal(await launch({ definition: uri.fsPath, message: "Where is my order ORD-12345?" }), true);
      await eventually(async () => ((await begun()) > 0 ? true : null));
      const said = events.map(({ body }) => body?.output ?? "").join("");
      const thread = /on thread (thread_\w+)/.exec(said)?.[1];
      const second = { type: "assistant", request: "attach", name: "Second", thread };
      assert.equal(await vscode.debug.startDebugging(undefined, second), true);
      const waits = (): boolean => events.some(({ body }) => body?.output?.includes("that is waited for") === true);
      await eventually(() => (waits() ? true : null));
      await write(`${folder}/go.txt`, "");
      await terminated(2);
      assert.equal(await begun(), 1);
    });

    it("the chat of a thread that was started again does not answer beside the debugger", async () => {
      const at = new vscode.Location(uri, new vscode.Position(8, 0));
      vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(at)]);
      assert.equal(await launch({ definition: uri.fsPath, message: "Where is my order ORD-12345?" }), true);
      await eventually(() => stops()[0] ?? null);
      await session().customRequest("restart", {});
      await eventually(() => stops()[1] ?? null);
      await evaluate('output = "typed"', 2);
      await session().customRequest("continue", { threadId: 2 });
      await terminated(1);
      assert.equal(await begun(), 0);
    });
  });

  it("fixtures answer by policy; the run ends by itself", async () => {
    const before = await vscode.workspace.fs.readFile(inWorkspace("order-support.fixtures.yaml"));
    const fixtures = await write(
      "order-support.fixtures.yaml",
      "fixtures:\n  - function: get_order_status\n    output: { status: delivered }\n",
    );
    try {
      assert.equal(await launch({ message: "Where is my order ORD-9?", policy: "fixtures" }), true);
      await eventually(() => (events.some(({ event }) => event === "terminated") ? true : null));
      assert.deepEqual(stops(), []);
    } finally {
      await vscode.workspace.fs.writeFile(fixtures, before);
    }
  });

  it("a configuration with a key begins no session, nor does one with a definition that is not valid", async () => {
    assert.equal(await launch({ message: "Hello", apiKey: "sk-nothing" }), false);
    const broken = await write("broken-debug.assistant.yaml", "name: [\n");
    try {
      // VS Code shows the reason in a dialog, which it does not do in tests.
      await assert.rejects(async () => launch({ message: "Hello", definition: broken.fsPath }), /has a problem/);
      assert.deepEqual(stops(), []);
    } finally {
      await vscode.workspace.fs.delete(broken);
    }
  });
});

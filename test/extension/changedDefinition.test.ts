import { strict as assert } from "node:assert";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import * as vscode from "vscode";

import { Person } from "./person.ts";
import { eventually, inWorkspace, write } from "./workspace.ts";

const name = "changing.assistant.yaml";
const lockName = "assistants.lock.json";

interface LockFile {
  readonly connections: Readonly<
    Record<
      string,
      { readonly definitions: Readonly<Record<string, { readonly base: Record<string, unknown> | null }>> }
    >
  >;
}

const textOf = async (file: string): Promise<string> =>
  new TextDecoder().decode(await vscode.workspace.fs.readFile(inWorkspace(file)));

/** What the lock says that was last synced. */
async function base(field: string): Promise<unknown> {
  const lock = JSON.parse(await textOf(lockName)) as LockFile;
  return lock.connections["offline"]?.definitions[name]?.base?.[field];
}

/** Debug sessions on a definition that is not what the connection has: nobody has a panel open to ask in. */
describe("a run of a definition that was changed, in VS Code", function () {
  this.timeout(120_000);
  const uri = inWorkspace(name);
  let person: Person;
  let ended = 0;
  let tracker: vscode.Disposable;

  const setting = (value: string | undefined): Thenable<void> =>
    vscode.workspace
      .getConfiguration("assistants.chat")
      .update("onChangedDefinition", value, vscode.ConfigurationTarget.Workspace);
  const launch = async (): Promise<boolean> => {
    try {
      return await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], {
        type: "assistant",
        request: "launch",
        name: "Test",
        definition: uri.fsPath,
        message: "Hello",
      });
    } catch (error) {
      // VS Code shows the reason in a dialog, which it does not do in tests.
      person.heard.push(String(error));
      return false;
    }
  };
  /** Launches, and waits for the end of the run. */
  const run = async (): Promise<void> => {
    const before = ended;
    assert.equal(await launch(), true, person.heard.join("\n"));
    await eventually(() => (ended > before ? true : null));
  };
  const asked = (): readonly string[] => person.heard.filter((words) => words.includes("changed"));
  const changeHere = (instructions: string): Promise<unknown> =>
    write(name, `name: Changing\nmodel: offline\ninstructions: ${instructions}\n`);
  /** Another person's change: another definition, which the lock links to the same assistant, is pushed, and the link taken back. */
  const changeThere = async (text: string): Promise<void> => {
    const before = await textOf(lockName);
    const other = "of-a-colleague.assistant.yaml";
    await write(lockName, before.replace(JSON.stringify(name), JSON.stringify(other)));
    const file = await write(other, text);
    await vscode.commands.executeCommand("assistants.push", file);
    await vscode.workspace.fs.delete(file);
    await write(lockName, before);
    person.heard.length = 0;
  };

  before(async () => {
    await vscode.extensions.getExtension("assistants-workbench.assistants-workbench")?.activate();
    person = new Person();
    tracker = vscode.debug.registerDebugAdapterTrackerFactory("assistant", {
      createDebugAdapterTracker: () => ({
        onDidSendMessage: (message: { readonly event?: string }) => {
          if (message.event === "terminated") ended += 1;
        },
      }),
    });
    await changeHere("First.");
    await vscode.commands.executeCommand("assistants.push", uri);
    assert.equal(await base("instructions"), "First.");
  });
  beforeEach(() => {
    person.heard.length = 0;
  });
  afterEach(async () => {
    await vscode.debug.stopDebugging();
    await setting(undefined);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });
  after(async () => {
    tracker.dispose();
    person.leave();
    for (const file of [name, lockName]) await vscode.workspace.fs.delete(inWorkspace(file));
  });

  it("the setting push: it is pushed, and nobody is asked", async () => {
    await setting("push");
    await changeHere("Second.");
    await run();
    assert.equal(await base("instructions"), "Second.");
    assert.deepEqual(asked(), []);
  });

  it("the setting runAsPushed: it is run as it was, and nobody is asked", async () => {
    await setting("runAsPushed");
    await changeHere("Third.");
    await run();
    assert.equal(await base("instructions"), "Second.");
    assert.deepEqual(asked(), []);
  });

  it("without one, a dialog asks; left off, nothing is started; behind the diff, the question is a message", async () => {
    assert.equal(await launch(), false);
    assert.deepEqual(person.offered, ["Push and Run", "Run as Pushed", "Diff"]);
    assert.match(
      asked()[0] ?? "",
      /^changing\.assistant\.yaml was changed since its last push\. \(modal\) A run uses what/,
    );
    assert.equal(asked().length, 1, "and is told nothing besides");
    assert.equal(await base("instructions"), "Second.");

    person.heard.length = 0;
    person.presses = ["Diff"];
    assert.equal(await launch(), false);
    assert.ok(
      vscode.window.tabGroups.all.some(({ tabs }) =>
        tabs.some(({ input }) => input instanceof vscode.TabInputTextDiff),
      ),
    );
    assert.equal(asked()[1], "changing.assistant.yaml was changed since its last push.");

    person.presses = ["Push and Run"];
    await run();
    assert.equal(await base("instructions"), "Third.");
  });

  it("changed there: asked whatever the setting says; run without pulling leaves both sides, pull and run takes it over", async () => {
    await changeThere("name: Changing\nmodel: offline\ndescription: Theirs\ninstructions: Third.\n");
    await setting("push");
    person.presses = ["Run without Pulling"];
    await run();
    assert.deepEqual(person.offered, ["Pull and Run", "Run without Pulling", "Diff"]);
    assert.doesNotMatch(await textOf(name), /Theirs/);
    assert.equal(await base("description"), undefined);
    person.presses = ["Pull and Run"];
    await run();
    assert.match(await textOf(name), /description: Theirs/);
    assert.equal(await base("description"), "Theirs");
  });

  it("changed on both sides, in other fields: merge and run writes theirs and pushes ours", async () => {
    await changeThere("name: Changing\nmodel: offline\ndescription: Theirs again\ninstructions: Third.\n");
    await write(name, (await textOf(name)).replace("Third.", "Fourth."));
    person.presses = ["Merge and Run"];
    await run();
    assert.match(await textOf(name), /instructions: Fourth\.\ndescription: Theirs again/);
    assert.deepEqual([await base("instructions"), await base("description")], ["Fourth.", "Theirs again"]);
  });
});

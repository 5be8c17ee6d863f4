import { strict as assert } from "node:assert";
import { after, afterEach, before, describe, it } from "mocha";
import * as vscode from "vscode";

import { Person } from "./person.ts";
import { eventually, inWorkspace, write } from "./workspace.ts";

const textOf = async (name: string): Promise<string> =>
  new TextDecoder().decode(await vscode.workspace.fs.readFile(inWorkspace(name)));

const openName = (): string => vscode.window.activeTextEditor?.document.uri.path.split("/").at(-1) ?? "";

/** Microsoft Foundry's export of a classic agent. */
const foundry = `version: 1.0.0
name: Travel Desk
id: asst_of_theirs
metadata:
  team: travel
model:
  id: gpt-4o
  options:
    temperature: 0.4
    top_p: 1
instructions: |
  You plan journeys.
tools:
  - type: code_interpreter
  - type: bing_grounding
    options:
      connection: bing
`;

describe("New Assistant in VS Code", function () {
  this.timeout(60_000);
  const made = new Set<string>();
  let person: Person;
  const begin = async (...picks: readonly string[]): Promise<void> => {
    person.picks = [...picks];
    await vscode.commands.executeCommand("assistants.newDefinition");
  };

  before(() => {
    person = new Person();
  });
  afterEach(async () => {
    person.heard.length = 0;
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    for (const name of made) await vscode.workspace.fs.delete(inWorkspace(name));
    made.clear();
  });
  after(() => person.leave());

  it("from an assistant of the connection: it is pulled, and is the one that the new file stands for", async () => {
    const source = await write("lent.assistant.yaml", "name: Lent Out\ninstructions: Help.\nmodel: offline\n");
    made.add("lent.assistant.yaml").add("assistants.lock.json");
    await vscode.commands.executeCommand("assistants.push", source);
    const lock = await textOf("assistants.lock.json");
    const remote = /"remote": "(asst_[^"]+)"/.exec(lock)?.[1];
    assert.ok(remote);
    // Another workspace that never knew it: no file, no lock.
    await vscode.workspace.fs.delete(source);
    await vscode.workspace.fs.delete(inWorkspace("assistants.lock.json"));
    made.delete("lent.assistant.yaml");
    await begin("An assistant of the connection", "Lent Out");
    made.add("lent-out.assistant.yaml");
    assert.equal(await textOf("lent-out.assistant.yaml"), `name: Lent Out\nmodel: offline\ninstructions: Help.\n`);
    assert.equal(openName(), "lent-out.assistant.yaml");
    assert.ok((await textOf("assistants.lock.json")).includes(`"remote": "${remote}"`));
    // It has a file now, and is not offered again.
    person.lists.length = 0;
    person.heard.length = 0;
    await begin("An assistant of the connection");
    assert.ok(![...person.lists.slice(1).flat(), ...person.heard].some((words) => words.includes("Lent Out")));
  });

  it("from what the clipboard has: an SDK object as it was logged; nothing is written where it is none", async () => {
    await vscode.env.clipboard.writeText(
      "{\n  id: 'asst_abc123',\n  object: 'assistant',\n  created_at: 1717000000,\n  name: 'Pasted One',\n  description: null,\n  model: 'gpt-4o',\n  instructions: 'Answer briefly.',\n  tools: [ { type: 'file_search' } ],\n  metadata: {},\n  top_p: 1,\n  temperature: 1\n}\n",
    );
    made.add("pasted-one.assistant.yaml");
    await begin("The clipboard");
    assert.equal(openName(), "pasted-one.assistant.yaml");
    const text = await textOf("pasted-one.assistant.yaml");
    assert.match(text, /^name: Pasted One$/m);
    assert.match(text, /^instructions: Answer briefly\.$/m);
    assert.doesNotMatch(text, /asst_abc123\n|created_at: /);

    await vscode.env.clipboard.writeText("Dear colleague, ");
    await begin("The clipboard");
    assert.match(person.heard.at(-1) ?? "", /^No assistant could be read\./);
    assert.equal(openName(), "pasted-one.assistant.yaml", "nothing new was opened");
  });

  it("from a file's dialog: Foundry's export of a classic agent, with what the protocol does not have in comments", async () => {
    person.file = await write("travel-desk.yaml", foundry);
    made.add("travel-desk.yaml").add("travel-desk.assistant.yaml");
    await begin("A file…");
    const text = await textOf("travel-desk.assistant.yaml");
    assert.match(text, /^# .*Foundry/);
    assert.match(text, /^# .*bing_grounding/m);
    assert.match(text, /\nname: Travel Desk\nmodel: gpt-4o\ninstructions: \|\n {2}You plan journeys\.\n/);
    assert.match(text, /^temperature: 0\.4$/m);
    assert.match(text, /^ {2}team: travel$/m);
    assert.match(person.heard.at(-1) ?? "", /did not come over/);
    // It is a good definition: the rules find nothing that keeps it from being pushed.
    const uri = inWorkspace("travel-desk.assistant.yaml");
    await eventually(() => (vscode.languages.getDiagnostics(uri).length > 0 ? true : null));
    const errors = vscode.languages
      .getDiagnostics(uri)
      .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    assert.deepEqual(errors, []);
    // Left off, it does nothing.
    person.file = null;
    await begin("A file…");
    assert.equal(openName(), "travel-desk.assistant.yaml");
  });
});

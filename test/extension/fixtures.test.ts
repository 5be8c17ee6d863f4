import { strict as assert } from "node:assert";
import { describe, it } from "mocha";
import * as vscode from "vscode";

import { eventually, inWorkspace, write } from "./workspace.ts";

describe("fixtures files in VS Code", () => {
  const codes = (uri: vscode.Uri): readonly unknown[] =>
    vscode.languages
      .getDiagnostics(uri)
      .filter(({ source }) => source === "assistants")
      .map(({ code }) => code);

  it("the example's has no problem; a function that its definition does not have is one, until it has", async () => {
    const example = inWorkspace("order-support.fixtures.yaml");
    await vscode.workspace.openTextDocument(example);
    const definition = await write("fx.assistant.yaml", "name: F\n");
    const uri = await write("fx.fixtures.yaml", "fixtures:\n  - function: look\n    output: x\n");
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await eventually(() => (codes(uri).join() === "fixture-function" ? true : null));
    assert.deepEqual(codes(example), []);
    const [problem] = vscode.languages.getDiagnostics(uri);
    assert.equal(document.getText(problem!.range), "look");
    await write(
      "fx.assistant.yaml",
      "name: F\ntools:\n  - type: function\n    function: { name: look, description: Looks }\n",
    );
    await eventually(() => (codes(uri).length === 0 ? true : null));
    await vscode.workspace.fs.delete(uri);
    await vscode.workspace.fs.delete(definition);
  });

  it("problems follow the typing", async () => {
    const uri = await write("typed.fixtures.yaml", "fixtures: []\n");
    const editor = await vscode.window.showTextDocument(uri);
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 10, 0, 12), "[{ function: f, output: '{{id}}' }]"));
    await eventually(() => (codes(uri).includes("fixture-template") ? true : null));
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await eventually(() => (codes(uri).length === 0 ? true : null));
    await vscode.workspace.fs.delete(uri);
  });
});

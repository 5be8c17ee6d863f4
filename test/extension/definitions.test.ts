import { strict as assert } from "node:assert";
import { describe, it } from "mocha";
import * as vscode from "vscode";

import { eventually, inWorkspace, write } from "./workspace.ts";

describe("definitions in VS Code", () => {
  it("a problem stands at its range, follows the typing, and goes when it is mended", async () => {
    const uri = await write("broken.assistant.yaml", "name: Broken\ntemperature: 5\n");
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    const [problem] = await eventually(() => nonEmpty(errorsOf(uri)));
    assert.equal(document.getText(problem!.range), "5");
    assert.match(problem!.message, /temperature/);
    assert.equal(problem!.severity, vscode.DiagnosticSeverity.Error);

    await editor.edit((edit) => edit.replace(problem!.range, "0.5"));
    await eventually(() => (errorsOf(uri).length === 0 ? true : null));
    await document.save();
    await vscode.workspace.fs.delete(uri);
  });

  it("the code lens offers a chat on a good definition, and the reason on a bad one", async () => {
    const good = await write("good.assistant.yaml", "name: Good\n");
    const bad = await write("bad.assistant.yaml", "name: [\n");
    const titles = async (uri: vscode.Uri): Promise<readonly string[]> => {
      await vscode.workspace.openTextDocument(uri);
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 10);
      return lenses.map((lens) => lens.command?.title ?? "");
    };
    await eventually(async () => ((await titles(good)).some((title) => title.includes("Chat")) ? true : null));
    await eventually(async () => ((await titles(bad)).some((title) => title.includes("Not valid")) ? true : null));
    await vscode.workspace.fs.delete(good);
    await vscode.workspace.fs.delete(bad);
  });

  it("a definition that is deleted takes its problems with it", async () => {
    const uri = await write("gone.assistant.yaml", "model: 5\n");
    await vscode.window.showTextDocument(uri);
    await eventually(() => nonEmpty(errorsOf(uri)));
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await vscode.workspace.fs.delete(uri);
    await eventually(() => (errorsOf(uri).length === 0 ? true : null));
  });

  it("warnings of the checklist are turned off by their code", async () => {
    const uri = await write("unbounded.assistant.yaml", "name: Unbounded\n");
    await vscode.workspace.openTextDocument(uri);
    const codes = (): readonly unknown[] => vscode.languages.getDiagnostics(uri).map(({ code }) => code);
    await eventually(() => (codes().includes("completion-budget") ? true : null));
    const configuration = vscode.workspace.getConfiguration("assistants");
    await configuration.update("diagnostics.disabled", ["completion-budget"], vscode.ConfigurationTarget.Workspace);
    await eventually(() => (codes().includes("completion-budget") ? null : true));
    await configuration.update("diagnostics.disabled", undefined, vscode.ConfigurationTarget.Workspace);
    await vscode.workspace.fs.delete(uri);
  });

  it("a quick fix mends what a rule knows the way out of", async () => {
    const tools = "tools:\n  - type: code_interpreter # first\n";
    const uri = await write("twice.assistant.yaml", `name: Twice\n${tools}  - type: code_interpreter\n`);
    const document = await vscode.workspace.openTextDocument(uri);
    const twice = await eventually(
      () => vscode.languages.getDiagnostics(uri).find(({ code }) => code === "duplicate-tool") ?? null,
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri,
      twice.range,
    );
    const fix = actions.find(({ title }) => title === "Remove it");
    assert.ok(fix?.edit);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.equal(document.getText(), `name: Twice\n${tools}`);
    await document.save();
    await vscode.workspace.fs.delete(uri);
  });

  it("Chat opens a panel, and a second one on a second call: each is a new thread", async () => {
    const uri = inWorkspace("order-support.assistant.yaml");
    // Other tests have opened chats, too.
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("assistants.chat", uri);
    await vscode.commands.executeCommand("assistants.chat", uri);
    const tabs = await eventually(() => {
      const found = chatTabs();
      return found.length === 2 && found.every((tab) => tab.label === "Order Support Agent") ? found : null;
    });
    await vscode.window.tabGroups.close(tabs);
  });
});

function chatTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter((tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.includes("assistants.chat"));
}

/** Advice on a definition that is fine otherwise is not what these tests are about. */
function errorsOf(uri: vscode.Uri): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
}

function nonEmpty<T>(items: readonly T[]): readonly T[] | null {
  return items.length > 0 ? items : null;
}

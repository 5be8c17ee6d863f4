import { strict as assert } from "node:assert";
import { afterEach, describe, it } from "mocha";
import * as vscode from "vscode";

import { eventually } from "./workspace.ts";

const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration("assistants");

describe("connections", () => {
  afterEach(async () => {
    await configuration().update("connections", undefined, vscode.ConfigurationTarget.Global);
    await configuration().update("connection", undefined, vscode.ConfigurationTarget.Global);
  });

  it("settings that are no connections break nothing", async () => {
    for (const value of [
      ["text"],
      [{ id: "../../etc", baseUrl: "http://x" }],
      [{ id: "a", baseUrl: "file:///etc/passwd" }],
      [null],
    ]) {
      await configuration().update("connections", value, vscode.ConfigurationTarget.Global);
      await vscode.commands.executeCommand("assistants.refresh");
    }
    await configuration().update("connection", "nobody", vscode.ConfigurationTarget.Global);
    const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, "order-support.assistant.yaml");
    await vscode.commands.executeCommand("assistants.chat", uri);
    const tab = await eventually(() => vscode.window.tabGroups.activeTabGroup.activeTab ?? null);
    assert.equal(tab.input instanceof vscode.TabInputWebview, true);
    await vscode.window.tabGroups.close(tab);
  });

  it("a workspace cannot bring connections of its own: the setting belongs to the machine", () => {
    const inspected = vscode.workspace.getConfiguration().inspect("assistants.connections");
    assert.equal(inspected?.workspaceValue, undefined);
    return assert.rejects(async () => configuration().update("connections", [], vscode.ConfigurationTarget.Workspace));
  });
});

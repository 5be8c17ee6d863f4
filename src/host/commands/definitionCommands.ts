import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import type { Log } from "../log.ts";
import type { ChatPanels } from "../panel/chatPanels.ts";
import { registerCommand } from "./register.ts";
import { definitionFor, remoteNodeOf, uriOf } from "./targets.ts";

const template = `# An assistant as source. Save it, then choose "Chat" above this line.
name: My Assistant
# model: left out, so the connection's model is used
instructions: |
  You are a helpful assistant.
tools:
  - type: function
    function:
      name: get_weather
      description: Get the current weather of a city
      parameters:
        type: object
        properties:
          city: { type: string, description: "The city (e.g., Oslo)" }
        required: [city]
`;

export function registerDefinitionCommands(
  definitions: DefinitionStore,
  panels: ChatPanels,
  log: Log,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand(Command.chat, log, async (target) => {
      const remote = remoteNodeOf(target);
      if (remote !== null) {
        panels.openNew({ definitionUri: null, assistantId: remote.remote.assistant.id });
        return;
      }
      const uri = await definitionFor(target, definitions, "Chat");
      if (uri !== null) panels.openNew({ definitionUri: uri, assistantId: null });
    }),
    registerCommand(Command.openDefinition, log, async (target, line) => {
      const uri = uriOf(target);
      if (uri === null) return;
      const at = new vscode.Position(typeof line === "number" ? line - 1 : 0, 0);
      await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at), preview: true });
    }),
    registerCommand(Command.newDefinition, log, () => newDefinition(log)),
  );
}

async function newDefinition(log: Log): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) throw new Error("Open a folder first: an assistant is a file in it.");
  const name = await vscode.window.showInputBox({
    title: "New Assistant",
    prompt: "Its file's name",
    value: "my-assistant",
    valueSelection: [0, 12],
    validateInput: (text) => (/^[\w-]+$/.test(text) ? null : "Letters, digits, - and _ make a good file name."),
  });
  if (name === undefined) return;
  const uri = vscode.Uri.joinPath(folder, `${name}.assistant.yaml`);
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { ignoreIfExists: false, overwrite: false, contents: new TextEncoder().encode(template) });
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`${name}.assistant.yaml exists already.`);
  log.info(`Created ${uri.path}.`);
  await vscode.window.showTextDocument(uri);
}

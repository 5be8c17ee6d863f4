import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import { displayName } from "../definitions/definitionFile.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import { isDefinition } from "../definitions/definitionStore.ts";
import type { DefinitionNode } from "../views/definitionNodes.ts";
import type { RemoteNode } from "../views/remoteNodes.ts";

/** Commands are called with a URI (code lens, palette) or with a node (tree). */
export function uriOf(target: unknown): vscode.Uri | null {
  if (target instanceof vscode.Uri) return target;
  return typeof target === "object" && target !== null && "file" in target ? (target as DefinitionNode).file.uri : null;
}

export function remoteNodeOf(target: unknown): RemoteNode | null {
  return typeof target === "object" && target !== null && "remote" in target ? (target as RemoteNode) : null;
}

/** The definition that a command is for: what it was called with, what is open, or what the person picks. */
export async function definitionFor(
  target: unknown,
  definitions: DefinitionStore,
  title: string,
): Promise<vscode.Uri | null> {
  return uriOf(target) ?? activeDefinition() ?? (await pickDefinition(definitions, title));
}

function activeDefinition(): vscode.Uri | null {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri !== undefined && isDefinition(uri) ? uri : null;
}

async function pickDefinition(definitions: DefinitionStore, title: string): Promise<vscode.Uri | null> {
  const files = await definitions.all();
  if (files.length === 0) {
    const choice = await vscode.window.showInformationMessage(
      "This workspace has no assistant yet (*.assistant.yaml).",
      "New Assistant",
    );
    if (choice !== undefined) await vscode.commands.executeCommand(Command.newDefinition);
    return null;
  }
  const items = files.map((file) => ({ label: displayName(file), description: file.path, uri: file.uri }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: "Which assistant?",
    matchOnDescription: true,
  });
  return picked?.uri ?? null;
}

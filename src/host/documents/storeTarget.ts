import * as vscode from "vscode";

import type { StoreDefinitions, StoreFile } from "../definitions/storeDefinitions.ts";
import { isStoreDefinition } from "../definitions/storeDefinitions.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import { openDocument } from "../definitions/definitionText.ts";
import { rootOf } from "../sync/syncFolder.ts";
import type { DocumentSource } from "./workspaceDocuments.ts";

/** A tree node or a URI that a command was called with. */
export function storeUriOf(target: unknown): vscode.Uri | null {
  if (target instanceof vscode.Uri) return target;
  const uri = typeof target === "object" && target !== null && "definition" in target ? target.definition : null;
  return uri instanceof vscode.Uri ? uri : null;
}

/** Every store definition of the workspace. */
export async function allStoreFiles(stores: StoreDefinitions): Promise<readonly StoreFile[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return (await Promise.all(folders.map(({ uri }) => stores.files(uri)))).flat();
}

/**
 * The definition that a command is for: what it was called with, what is open, or what the person picks.
 * @returns null when the person left off
 */
export async function storeFor(target: unknown, stores: StoreDefinitions, title: string): Promise<vscode.Uri | null> {
  const given = storeUriOf(target);
  if (given !== null) return given;
  if (typeof target === "object" && target !== null && "object" in target)
    throw new DefinitionProblem(
      "No *.vectorstore.yaml of this workspace stands for this vector store. “Add to Vector Store…” in the Explorer puts files into it.",
    );
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active !== undefined && isStoreDefinition(active)) return active;
  const files = await allStoreFiles(stores);
  if (files.length === 0)
    throw new DefinitionProblem("This workspace has no store definition yet (*.vectorstore.yaml).");
  if (files.length === 1) return files[0]?.uri ?? null;
  const items = files.map((file) => ({
    label: file.name ?? "not valid",
    description: vscode.workspace.asRelativePath(file.uri),
    uri: file.uri,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: "Which vector store?" }))?.uri ?? null;
}

/** A definition as the source of a sync, saved. @throws DefinitionProblem when it is not valid */
export async function sourceOf(uri: vscode.Uri, stores: StoreDefinitions): Promise<DocumentSource> {
  const document = openDocument(uri);
  if (document?.isDirty === true) await document.save();
  const root = rootOf(uri);
  const files = await stores.files(root);
  const file = files.find((one) => one.uri.toString() === uri.toString());
  const path = vscode.workspace.asRelativePath(uri);
  if (file === undefined) throw new DefinitionProblem(`${path} is in no folder of the workspace.`);
  if (file.store === null) throw new DefinitionProblem(`${path} is not valid: see Problems.`);
  const twin = files.find((one) => one !== file && one.name === file.name);
  if (twin !== undefined)
    throw new DefinitionProblem(`${path} and ${vscode.workspace.asRelativePath(twin.uri)} have the same name.`);
  return { root, folder: vscode.Uri.joinPath(uri, ".."), definition: file.store, store: null, paths: null };
}

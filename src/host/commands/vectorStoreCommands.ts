import * as vscode from "vscode";

import { isSyncKey, maxOwnAttributes } from "../../core/documents/documentAttributes.ts";
import { nameToType, storeName } from "../../core/documents/storeName.ts";
import { EditRefused, editDefinition } from "../../core/definition/editDefinition.ts";
import type { FieldChange } from "../../core/definition/edit/fieldChange.ts";
import type { Attributes } from "../../core/vectorStoreDefinition/storeDefinition.ts";
import { Command } from "../../manifest.ts";
import { displayName } from "../definitions/definitionFile.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import type { WorkspaceDocuments } from "../documents/workspaceDocuments.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { rootOf } from "../sync/syncFolder.ts";
import type { Views } from "../views/registerViews.ts";
import type { StoreDefinitionNode, VectorStoreFileNode, VectorStoreNode } from "../views/vectorStoreNodes.ts";
import { registerCommand } from "./register.ts";

export interface VectorStoreCommandServices {
  readonly definitions: DefinitionStore;
  readonly providers: ProviderPool;
  readonly stores: StoreDefinitions;
  readonly documents: WorkspaceDocuments;
  readonly views: Views;
  readonly log: Log;
}

/** What a vector store and a file in it can do. */
export function registerVectorStoreCommands(services: VectorStoreCommandServices): vscode.Disposable {
  const { log, views } = services;
  const onStore = (id: Parameters<typeof registerCommand>[0], run: (node: VectorStoreNode) => Promise<void>) =>
    registerCommand(id, log, async (target) => {
      const node = nodeOf(target);
      if (node?.kind === "store") await run(node);
    });
  const onFile = (id: Parameters<typeof registerCommand>[0], run: (node: VectorStoreFileNode) => Promise<void>) =>
    registerCommand(id, log, async (target) => {
      const node = nodeOf(target);
      if (node?.kind === "storeFile") await run(node);
    });
  return vscode.Disposable.from(
    onStore(Command.moreStoreFiles, (node) => views.moreStoreFiles(node)),
    onStore(Command.deleteVectorStore, (node) => deleteStore(services, node)),
    registerCommand(Command.attachVectorStore, log, (target) => attachToAssistant(services, nodeOf(target))),
    onFile(Command.openStoreSource, openSource),
    onFile(Command.editStoreAttributes, (node) => editAttributes(services, node)),
    onFile(Command.detachStoreFile, (node) => detachFile(services, node)),
    onFile(Command.deleteStoreFile, (node) => deleteFile(services, node)),
  );
}

type StoreNode = VectorStoreNode | VectorStoreFileNode | StoreDefinitionNode;

function nodeOf(target: unknown): StoreNode | null {
  return typeof target === "object" && target !== null && "kind" in target ? (target as StoreNode) : null;
}

async function deleteStore({ providers, documents }: VectorStoreCommandServices, node: VectorStoreNode): Promise<void> {
  const { store, connection, definition } = node;
  const name = nameToType(store);
  const what = name === store.id ? "Its id" : "Its name";
  const made =
    definition === null
      ? ""
      : ` ${vscode.workspace.asRelativePath(definition)} stays; its next sync makes the store anew.`;
  const files = store.file_counts.total;
  const typed = await vscode.window.showInputBox({
    title: `Delete the vector store “${name}” on ${connection.name}`,
    prompt: `${files.toLocaleString("en")} ${files === 1 ? "file is" : "files are"} in it; the uploads are kept. This cannot be undone.${made} Type ${what.toLowerCase()} to delete it.`,
    placeHolder: name,
    ignoreFocusOut: true,
    validateInput: (text) => (text === name || text === "" ? null : `${what} is ${name}.`),
  });
  if (typed !== name) return;
  await providers.with(connection, (provider) => provider.documents.deleteVectorStore(store.id));
  documents.touched();
}

async function openSource({ source, label }: VectorStoreFileNode): Promise<void> {
  if (source === null) throw new DefinitionProblem("The store does not say which file of the workspace this is.");
  try {
    await vscode.workspace.fs.stat(source);
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw error;
    throw new DefinitionProblem(`${label} is not in this workspace any more.`, { cause: error });
  }
  await vscode.commands.executeCommand("vscode.open", source, { preview: true });
}

async function editAttributes(
  { providers, documents }: VectorStoreCommandServices,
  node: VectorStoreFileNode,
): Promise<void> {
  const all = node.file.attributes ?? {};
  const own = Object.fromEntries(Object.entries(all).filter(([key]) => !isSyncKey(key)));
  const kept = Object.fromEntries(Object.entries(all).filter(([key]) => isSyncKey(key)));
  const defined =
    node.parent.definition === null || Object.keys(kept).length === 0
      ? ""
      : ` The next sync sets what ${vscode.workspace.asRelativePath(node.parent.definition)} says.`;
  const typed = await vscode.window.showInputBox({
    title: `Attributes of ${node.label}`,
    prompt: `JSON: at most ${maxOwnAttributes} pairs of strings, numbers or booleans.${defined}`,
    value: JSON.stringify(own),
    ignoreFocusOut: true,
    validateInput: (text) => {
      const read = readAttributes(text);
      return typeof read === "string" ? read : null;
    },
  });
  const attributes = typed === undefined ? null : readAttributes(typed);
  if (attributes === null || typeof attributes === "string") return;
  await providers.with(node.connection, (provider) =>
    provider.documents.updateStoreFile(node.parent.store.id, node.file.id, { ...attributes, ...kept }),
  );
  documents.touched();
}

/** @returns what is wrong, in words, or the attributes */
export function readAttributes(text: string): Attributes | string {
  let value: unknown;
  try {
    value = JSON.parse(text.trim() === "" ? "{}" : text);
  } catch (error) {
    return `Not valid JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return 'A map, such as { "product": "widgets" }.';
  const pairs = Object.entries(value);
  if (pairs.length > maxOwnAttributes) return `${pairs.length} attributes; ${maxOwnAttributes} are the most.`;
  for (const [key, one] of pairs) {
    if (key.length > 64) return `“${key.slice(0, 20)}…” is longer than 64 characters.`;
    if (key.startsWith("awb_")) return `“${key}”: names that begin with awb_ are the sync's.`;
    if (typeof one === "string" && one.length > 512) return `The value of “${key}” is longer than 512 characters.`;
    if (typeof one !== "string" && typeof one !== "number" && typeof one !== "boolean")
      return `The value of “${key}” is no string, number or boolean.`;
  }
  return value as Attributes;
}

async function detachFile(
  { providers, documents }: VectorStoreCommandServices,
  node: VectorStoreFileNode,
): Promise<void> {
  const back =
    node.parent.definition === null
      ? ""
      : ` The next sync puts it in again, unless ${vscode.workspace.asRelativePath(node.parent.definition)} leaves it out.`;
  const choice = await vscode.window.showWarningMessage(
    `Take ${node.label} out of “${storeName(node.parent.store)}”?`,
    { modal: true, detail: `The upload is kept.${back}` },
    "Take Out",
  );
  if (choice !== "Take Out") return;
  await providers.with(node.connection, (provider) =>
    provider.documents.detachFile(node.parent.store.id, node.file.id),
  );
  documents.touched();
}

async function deleteFile(
  { providers, documents }: VectorStoreCommandServices,
  node: VectorStoreFileNode,
): Promise<void> {
  const name = node.label;
  const choice = await vscode.window.showWarningMessage(
    `Delete the upload of ${name} on ${node.connection.name}?`,
    {
      modal: true,
      detail: "It leaves every vector store and every code interpreter. The file on disk stays. This cannot be undone.",
    },
    "Delete",
  );
  if (choice !== "Delete") return;
  await providers.with(node.connection, (provider) => provider.documents.deleteUpload(node.file.id));
  documents.touched();
}

/** Writes into a definition that its assistant searches the store. */
async function attachToAssistant(
  { definitions, stores }: VectorStoreCommandServices,
  node: StoreNode | null,
): Promise<void> {
  if (node === null || node.kind === "storeFile") return;
  const uri = node.definition;
  const defined =
    uri === null ? null : (await stores.files(rootOf(uri))).find((one) => one.uri.toString() === uri.toString());
  const reference = defined?.name ?? (node.kind === "store" ? node.store.id : null);
  if (reference === null) throw new DefinitionProblem("The store definition has no name yet.");
  const files = (await definitions.all()).filter(({ parsed }) => parsed.valid);
  if (files.length === 0) throw new DefinitionProblem("This workspace has no assistant yet (*.assistant.yaml).");
  const picked = await vscode.window.showQuickPick(
    files.map((file) => ({ label: displayName(file), description: file.path, file })),
    { title: `Attach ${reference} to an Assistant`, placeHolder: "Which assistant is to search it?" },
  );
  if (picked?.file.parsed.valid !== true) return;
  const { tools, vectorStore } = picked.file.parsed.definition;
  const document = await vscode.workspace.openTextDocument(picked.file.uri);
  if (vectorStore === reference) {
    await vscode.window.showTextDocument(document);
    return;
  }
  const changes: FieldChange[] = [];
  if (!tools.some(({ type }) => type === "file_search"))
    changes.push({ kind: "set", path: ["tools", tools.length], value: { type: "file_search" } });
  changes.push({ kind: "set", path: ["tool_resources", "file_search", "vector_store"], value: reference });
  const edit = new vscode.WorkspaceEdit();
  try {
    for (const { start, end, text } of editDefinition(document.getText(), changes))
      edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
  } catch (error) {
    if (error instanceof EditRefused) throw new DefinitionProblem(`${picked.file.path}: ${error.message}`);
    throw error;
  }
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new DefinitionProblem(`${picked.file.path} could not be changed.`);
  await vscode.window.showTextDocument(document);
  void vscode.window.showInformationMessage(
    `${displayName(picked.file)} searches ${reference}. Save the definition; its next push or chat takes it over.`,
  );
}

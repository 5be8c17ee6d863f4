import { posix } from "node:path";

import * as vscode from "vscode";

import { EditRefused, editDefinition } from "../../core/definition/editDefinition.ts";
import { globOf } from "../../core/documents/globText.ts";
import { storeName } from "../../core/documents/storeName.ts";
import type { StoreDefinition } from "../../core/vectorStoreDefinition/storeDefinition.ts";
import type { VectorStore } from "../../core/wire.ts";
import { listFiles } from "../../disk/listFiles.ts";
import { storeGlobs } from "../../disk/globs.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import { pathIn, rootOf } from "../sync/syncFolder.ts";
import { sourceOf } from "./storeTarget.ts";
import { syncDocuments } from "./syncDocuments.ts";
import type { DocumentSource, WorkspaceDocuments } from "./workspaceDocuments.ts";
import { assertTrusted } from "./workspaceDocuments.ts";

interface Dropped {
  /** From the folder, with forward slashes. */
  readonly path: string;
  readonly isFolder: boolean;
}

/** Adds files and folders to a definition's globs, where they are not among them already, and syncs it. */
export async function addToDefinition(
  documents: WorkspaceDocuments,
  stores: StoreDefinitions,
  definition: vscode.Uri,
  uris: readonly vscode.Uri[],
): Promise<void> {
  assertTrusted();
  const source = await sourceOf(definition, stores);
  const dropped = await droppedIn(source.folder, uris);
  const globs = await missingGlobs(source, dropped);
  if (globs.length > 0) await insertGlobs(definition, source.definition, globs);
  await syncDocuments(documents, await sourceOf(definition, stores));
}

/** Puts files into a store that no definition stands for. Nothing is taken out of it. */
export async function addToRemote(
  documents: WorkspaceDocuments,
  store: VectorStore,
  uris: readonly vscode.Uri[],
): Promise<void> {
  assertTrusted();
  const [first] = uris;
  if (first === undefined) return;
  const root = rootOf(first);
  const paths: string[] = [];
  const other = uris.find((uri) => rootOf(uri).toString() !== root.toString());
  if (other !== undefined)
    throw new DefinitionProblem(
      `${vscode.workspace.asRelativePath(first)} and ${vscode.workspace.asRelativePath(other)} are in two folders of the workspace. A store knows its files by their paths from one folder: add those of one folder at a time, and look at the plan where both have a file of the same path, because it would replace the other.`,
    );
  for (const { path, isFolder } of await droppedIn(root, uris)) {
    if (!isFolder) paths.push(path);
    else paths.push(...(await filesBelow(root, path)));
  }
  const source: DocumentSource = {
    root,
    folder: root,
    store,
    paths: [...new Set(paths)],
    definition: {
      name: storeName(store),
      include: ["**"],
      globAttributes: [],
      exclude: [],
      gitignore: true,
      allowSecrets: [],
      chunkingStrategy: null,
      expiresAfter: store.expires_after ?? null,
      attributes: {},
    },
  };
  await syncDocuments(documents, source, { keepRemoved: true });
}

/** Asks for a store, and adds files and folders to it. */
export async function addToAnyStore(
  documents: WorkspaceDocuments,
  stores: StoreDefinitions,
  remotes: () => Promise<readonly VectorStore[]>,
  uris: readonly vscode.Uri[],
): Promise<void> {
  assertTrusted();
  const [first] = uris;
  if (first === undefined) throw new DefinitionProblem("Choose files or folders in the Explorer first.");
  const root = rootOf(first);
  const definitions = (await stores.files(root)).filter(({ store }) => store !== null);
  const names = new Set(definitions.map(({ name }) => name));
  const items: (vscode.QuickPickItem & { readonly add?: () => Promise<void> })[] = definitions.map((file) => ({
    label: `$(database) ${file.name ?? ""}`,
    description: pathIn(root, file.uri),
    detail: "Adds to its globs, and syncs it",
    add: () => addToDefinition(documents, stores, file.uri, uris),
  }));
  const others = (await remotes()).filter(({ name, status }) => status !== "expired" && !names.has(name));
  if (others.length > 0) items.push({ label: "on the connection", kind: vscode.QuickPickItemKind.Separator });
  for (const store of others)
    items.push({
      label: `$(cloud) ${storeName(store)}`,
      description: store.id,
      detail: "Only puts them in: no file of the workspace stands for it",
      add: () => addToRemote(documents, store, uris),
    });
  items.push({ label: "", kind: vscode.QuickPickItemKind.Separator });
  items.push({
    label: "$(add) New vector store…",
    detail: "A *.vectorstore.yaml beside them, which says what is in it",
    add: () => addToNew(documents, stores, root, uris),
  });
  const what = uris.length === 1 ? (first.path.split("/").at(-1) ?? "") : `${uris.length} files and folders`;
  const picked = await vscode.window.showQuickPick(items, {
    title: `Add ${what} to a Vector Store`,
    placeHolder: "Which one?",
    ignoreFocusOut: true,
  });
  await picked?.add?.();
}

async function addToNew(
  documents: WorkspaceDocuments,
  stores: StoreDefinitions,
  root: vscode.Uri,
  uris: readonly vscode.Uri[],
): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: "New Vector Store",
    prompt: "Its name, by which assistants refer to it",
    value: "docs",
    validateInput: (text) =>
      !/^[\w-]+$/.test(text) || text.startsWith("vs_") ? "Letters, digits, - and _; not vs_ at its beginning." : null,
  });
  if (name === undefined) return;
  const dropped = await droppedIn(root, uris);
  const globs = dropped.map(({ path, isFolder }) => globOf(path, isFolder));
  const lines = globs.map((glob) => `  - ${JSON.stringify(glob)}\n`).join("");
  const uri = vscode.Uri.joinPath(root, `${name}.vectorstore.yaml`);
  const edit = new vscode.WorkspaceEdit();
  const contents = new TextEncoder().encode(`name: ${name}\ninclude:\n${lines}`);
  edit.createFile(uri, { ignoreIfExists: false, overwrite: false, contents });
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new DefinitionProblem(`${name}.vectorstore.yaml exists already.`);
  await vscode.window.showTextDocument(uri);
  stores.forget();
  await syncDocuments(documents, await sourceOf(uri, stores));
}

/** @throws DefinitionProblem for what lies outside the folder */
async function droppedIn(folder: vscode.Uri, uris: readonly vscode.Uri[]): Promise<readonly Dropped[]> {
  const base = folder.path.replace(/\/$/, "");
  return Promise.all(
    uris.map(async (uri) => {
      if (uri.scheme !== folder.scheme || (uri.path !== base && !uri.path.startsWith(`${base}/`)))
        throw new DefinitionProblem(
          `${vscode.workspace.asRelativePath(uri)} is not below ${vscode.workspace.asRelativePath(folder)}, the folder of the store definition: globs stay inside it. A definition in a folder above takes both in; one beside ${vscode.workspace.asRelativePath(uri)} makes a store of its own.`,
        );
      const { type } = await vscode.workspace.fs.stat(uri);
      return { path: uri.path.slice(base.length + 1), isFolder: (type & vscode.FileType.Directory) !== 0 };
    }),
  );
}

/** Globs of what the definition does not find yet. */
async function missingGlobs(source: DocumentSource, dropped: readonly Dropped[]): Promise<readonly string[]> {
  const { includes } = storeGlobs(source.definition);
  const missing: string[] = [];
  for (const { path, isFolder } of dropped) {
    const files = isFolder ? await filesBelow(source.folder, path) : [path];
    if (!files.every(includes)) missing.push(globOf(path, isFolder));
  }
  return missing.filter((glob) => !source.definition.include.includes(glob));
}

async function filesBelow(folder: vscode.Uri, path: string): Promise<readonly string[]> {
  const below = await listFiles(posix.join(folder.fsPath, path), { gitignore: true, bases: [""] });
  return below.map((file) => (path === "" ? file : `${path}/${file}`));
}

async function insertGlobs(uri: vscode.Uri, definition: StoreDefinition, globs: readonly string[]): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const start = definition.include.length;
  const edit = new vscode.WorkspaceEdit();
  try {
    const changes = globs.map((glob, index) => ({
      kind: "set" as const,
      path: ["include", start + index],
      value: glob,
    }));
    for (const { start: from, end, text } of editDefinition(document.getText(), changes))
      edit.replace(uri, new vscode.Range(document.positionAt(from), document.positionAt(end)), text);
  } catch (error) {
    if (error instanceof EditRefused) throw new DefinitionProblem(`${uri.path.split("/").at(-1)}: ${error.message}`);
    throw error;
  }
  if (!(await vscode.workspace.applyEdit(edit)) || !(await document.save()))
    throw new DefinitionProblem(`${uri.path.split("/").at(-1)} could not be changed.`);
}

import { realpath } from "node:fs/promises";
import { join } from "node:path";

import * as vscode from "vscode";

import { itemWords, progressWords } from "../../core/documents/documentWords.ts";
import { pathOf, planChanges } from "../../core/documents/documentPlan.ts";
import { storeGlobs } from "../../disk/globs.ts";
import { ignoredFiles } from "../../disk/ignoredFiles.ts";
import { Setting } from "../../manifest.ts";
import type { StoreDefinitions, StoreFile } from "../definitions/storeDefinitions.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";
import { readSetting } from "../settings.ts";
import { pathIn } from "../sync/syncFolder.ts";
import { sourceOf } from "./storeTarget.ts";
import type { DocumentSource, WorkspaceDocuments } from "./workspaceDocuments.ts";

/** So long nothing is saved before a sync begins. */
const pauseMs = 2000;

/**
 * Syncs a saved file to every store that has it, where `assistants.documents.watch` says so. Only stores that were synced once: the
 * first sync is a person's. Nothing is taken out. A store that cannot be synced keeps no other from it; why is told once.
 */
export function watchDocuments(documents: WorkspaceDocuments, stores: StoreDefinitions, log: Log): vscode.Disposable {
  const saved = new Map<string, vscode.Uri>();
  /** What was told last of a definition, until it is synced again. */
  const told = new Map<string, string>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const controller = new AbortController();
  const tell = (file: StoreFile, words: string | null): void => {
    const key = file.uri.toString();
    const before = told.get(key);
    if (words === null) told.delete(key);
    else told.set(key, words);
    if (words === null || words === before) return;
    log.warn(`${file.name ?? key}: a saved file was not synced: ${words}`);
    void vscode.window.showWarningMessage(`What you saved was not synced to ${file.name ?? key}: ${words}`);
  };
  const syncSaved = async (): Promise<void> => {
    const uris = [...saved.values()];
    saved.clear();
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const below = uris.filter(
        (uri) => vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === folder.uri.toString(),
      );
      if (below.length === 0) continue;
      for (const file of await stores.files(folder.uri)) {
        try {
          const words = await syncTo(file, below, documents, stores, controller.signal);
          if (words !== undefined) tell(file, words);
        } catch (error) {
          if (controller.signal.aborted) return;
          tell(file, errorWords(error, log));
        }
      }
    }
  };
  return vscode.Disposable.from(
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.scheme !== "file" || !vscode.workspace.isTrusted || !readSetting(Setting.documentsWatch, uri)) return;
      saved.set(uri.toString(), uri);
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => {
        timer = null;
        running = running
          .then(syncSaved)
          .catch((error: unknown) => log.warn(`A saved file was not synced: ${errorWords(error, log)}`));
      }, pauseMs);
    }),
    new vscode.Disposable(() => {
      if (timer !== null) clearTimeout(timer);
      controller.abort();
    }),
  );
}

/** @returns undefined where there was nothing to do, null when everything was done, else what was not, in words */
async function syncTo(
  file: StoreFile,
  saved: readonly vscode.Uri[],
  documents: WorkspaceDocuments,
  stores: StoreDefinitions,
  signal: AbortSignal,
): Promise<string | null | undefined> {
  if (file.store === null) return undefined;
  const folder = vscode.Uri.joinPath(file.uri, "..");
  const { includes } = storeGlobs(file.store);
  const matching = saved
    .filter((uri) => uri.path.startsWith(`${folder.path.replace(/\/$/, "")}/`))
    .map((uri) => pathIn(folder, uri))
    .filter(includes);
  if (matching.length === 0) return undefined;
  const source = await sourceOf(file.uri, stores);
  const paths = file.store.gitignore ? await notIgnored(source, matching, signal) : matching;
  if (paths.length === 0) return undefined;
  const planned = await documents.plan({ ...source, paths }, { keepRemoved: true }, signal, undefined, true);
  if (planned.plan.storeId === null) return undefined;
  if (!planChanges(planned.plan)) return null;
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `Syncing ${planned.plan.store}` },
    async (progress) => {
      const { failures, stopped, difference } = await documents.apply(planned, signal, (now) =>
        progress.report({ message: progressWords(now) }),
      );
      signal.throwIfAborted();
      if (stopped !== null) return stopped.message;
      const left = [
        ...failures.map(({ path, message }) => `${path}: ${message}`),
        ...(difference ?? []).map((item) => `${pathOf(item)}: still ${itemWords(item)}`),
      ];
      return left.length === 0 ? null : left.join("; ");
    },
  );
}

/** Without the files that git ignores, as a sync of the whole store would not find them. */
async function notIgnored(
  { folder }: DocumentSource,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const real = await realpath(folder.fsPath);
  const ignored = await ignoredFiles(
    paths.map((path) => join(real, path)),
    real,
    real,
    signal,
  );
  return paths.filter((path) => !ignored.has(join(real, path)));
}

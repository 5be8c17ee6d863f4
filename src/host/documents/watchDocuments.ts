import * as vscode from "vscode";

import { progressWords } from "../../core/documents/documentWords.ts";
import { planChanges } from "../../core/documents/documentPlan.ts";
import { storeGlobs } from "../../disk/globs.ts";
import { Setting } from "../../manifest.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";
import { readSetting } from "../settings.ts";
import { pathIn } from "../sync/syncFolder.ts";
import { sourceOf } from "./storeTarget.ts";
import type { WorkspaceDocuments } from "./workspaceDocuments.ts";

/** So long nothing is saved before a sync begins. */
const pauseMs = 2000;

/**
 * Syncs a saved file to every store that has it, where `assistants.documents.watch` says so. Only stores that were synced once: the
 * first sync is a person's. Nothing is taken out.
 */
export function watchDocuments(documents: WorkspaceDocuments, stores: StoreDefinitions, log: Log): vscode.Disposable {
  const saved = new Map<string, vscode.Uri>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const controller = new AbortController();
  const syncSaved = async (): Promise<void> => {
    const uris = [...saved.values()];
    saved.clear();
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const below = uris.filter(
        (uri) => vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === folder.uri.toString(),
      );
      if (below.length === 0) continue;
      for (const file of await stores.files(folder.uri)) {
        if (file.store === null) continue;
        const source = await sourceOf(file.uri, stores);
        const { includes } = storeGlobs(file.store);
        const paths = below
          .filter((uri) => uri.path.startsWith(`${source.folder.path.replace(/\/$/, "")}/`))
          .map((uri) => pathIn(source.folder, uri))
          .filter(includes);
        if (paths.length === 0) continue;
        const planned = await documents.plan(
          { ...source, paths },
          { keepRemoved: true },
          controller.signal,
          undefined,
          true,
        );
        if (planned.plan.storeId === null || !planChanges(planned.plan)) continue;
        await vscode.window.withProgress(
          { location: vscode.ProgressLocation.Window, title: `Syncing ${planned.plan.store}` },
          async (progress) => {
            const applied = await documents.apply(planned, controller.signal, (now) =>
              progress.report({ message: progressWords(now) }),
            );
            for (const { path, message } of applied.failures) log.warn(`${planned.plan.store}: ${path}: ${message}`);
            if (applied.stopped !== null) log.warn(`${planned.plan.store}: ${applied.stopped.message}`);
          },
        );
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

import * as vscode from "vscode";

import { everyUpload, isOrphan, readFileUses } from "../../core/retrieval/fileUses.ts";
import { ProviderError } from "../../core/provider.ts";
import type { StoredFile } from "../../core/wire.ts";
import type { Connection } from "../connections/connection.ts";
import { errorWords } from "../errorWords.ts";
import { openText } from "../jsonDocuments.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { ago, byteSize } from "../views/timeWords.ts";

interface Found {
  readonly files: readonly StoredFile[];
  readonly threadsKnown: boolean;
}

/** Finds the files that nothing uses, shows them for choosing, and deletes those that are chosen. @returns whether any was deleted */
export async function deleteUnusedFiles(connection: Connection, providers: ProviderPool, log: Log): Promise<boolean> {
  const found = await findUnused(connection, providers);
  if (found === null) return false;
  if (found.files.length === 0) {
    void vscode.window.showInformationMessage("Every file for assistants on this connection is used by something.");
    return false;
  }
  const picked = await vscode.window.showQuickPick(
    found.files.map((file) => ({
      label: file.filename,
      description: `${byteSize(file.bytes)} · ${ago(file.created_at * 1000)} · ${file.id}`,
      picked: true,
      file,
    })),
    {
      title: "Delete Unused Files",
      placeHolder: found.threadsKnown
        ? "No vector store, assistant or thread uses these. Uncheck what is to stay."
        : "No vector store or assistant uses these; threads cannot be listed here, and may. Uncheck what is to stay.",
      canPickMany: true,
      matchOnDescription: true,
    },
  );
  if (picked === undefined || picked.length === 0) return false;
  const files = picked.map(({ file }) => file);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const what = files.length === 1 ? `“${files[0]?.filename ?? ""}”` : `${files.length} files`;
  const choice = await vscode.window.showWarningMessage(
    `Delete ${what} (${byteSize(bytes)})?`,
    { modal: true, detail: "They are deleted on the provider. This cannot be undone." },
    "Delete",
  );
  if (choice !== "Delete") return false;
  await deleteAll(files, connection, providers, log);
  return true;
}

/** @returns null when the person gave it up */
function findUnused(connection: Connection, providers: ProviderPool): Thenable<Found | null> {
  return cancellable("Looking for files that nothing uses", async (report, signal) => {
    try {
      return await providers.with(connection, async (provider) => {
        const files: StoredFile[] = [];
        // The files first: one that is put into a store meanwhile is found there.
        for await (const file of everyUpload(provider, signal)) files.push(file);
        const uses = await readFileUses(provider, signal, (read) =>
          report({ message: `${read} stores, assistants and threads read` }),
        );
        return { files: files.filter((file) => isOrphan(file, uses)), threadsKnown: uses.threadsKnown };
      });
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  });
}

async function deleteAll(
  files: readonly StoredFile[],
  connection: Connection,
  providers: ProviderPool,
  log: Log,
): Promise<void> {
  const failures: string[] = [];
  let deleted = 0;
  await cancellable("Deleting files", async (report, signal) => {
    for (const file of files) {
      if (signal.aborted) return;
      report({
        message: `${deleted + failures.length + 1} of ${files.length}: ${file.filename}`,
        increment: 100 / files.length,
      });
      try {
        await providers.with(connection, (provider) => provider.retrieval.deleteFile(file.id));
        deleted += 1;
      } catch (error) {
        // Somebody else was faster.
        if (error instanceof ProviderError && error.kind === "not_found") deleted += 1;
        else failures.push(`${file.filename} (${file.id}): ${errorWords(error, log)}`);
      }
    }
  });
  const left = files.length - deleted - failures.length;
  const words = `${deleted} of ${files.length} files deleted.${left > 0 ? ` Stopped: ${left} were left as they are.` : ""}`;
  if (failures.length === 0) {
    void vscode.window.showInformationMessage(words);
    return;
  }
  const choice = await vscode.window.showErrorMessage(
    `${words} ${failures.length} could not be deleted.`,
    "Show Reasons",
  );
  if (choice !== undefined)
    await openText("Files that could not be deleted", `${failures.join("\n")}\n`, vscode.ViewColumn.Active);
}

type Report = (step: { readonly message: string; readonly increment?: number }) => void;

function cancellable<T>(title: string, task: (report: Report, signal: AbortSignal) => Promise<T>): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      return task((step) => progress.report(step), stop.signal);
    },
  );
}

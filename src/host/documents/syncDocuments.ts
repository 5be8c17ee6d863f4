import * as vscode from "vscode";

import type { DocumentsApplied } from "../../core/documents/applyDocuments.ts";
import { planChanges } from "../../core/documents/documentPlan.ts";
import type { DocumentPlan } from "../../core/documents/documentPlan.ts";
import {
  appliedText,
  appliedWords,
  byteWords,
  countWords,
  documentPlanText,
  progressWords,
} from "../../core/documents/documentWords.ts";
import { StoreAmbiguous } from "../../core/documents/findStore.ts";
import type { DocumentChoices } from "../../core/documents/makeDocumentPlan.ts";
import { Cancelled } from "../../core/documents/requests.ts";
import { storeName } from "../../core/documents/storeName.ts";
import { putRemoteDocument } from "../sync/remoteDocuments.ts";
import type { DocumentSource, PlannedDocuments, WorkspaceDocuments } from "./workspaceDocuments.ts";
import { assertTrusted, termsOf } from "./workspaceDocuments.ts";

const [sync, showPlan, retry, showResult] = ["Sync", "Show Plan", "Retry Failed", "Show Result"] as const;

/** Shows what a sync would do, in a readonly document, and offers to do it. */
export async function showDocumentPlan(documents: WorkspaceDocuments, source: DocumentSource): Promise<void> {
  const planned = await planWithProgress(documents, source, {});
  if (planned === null) return;
  await openPlan(planned);
  const { plan } = planned;
  const choices = planChanges(plan) ? [sync] : plan.totals.counts.failed > 0 ? [retry] : [];
  const choice = await vscode.window.showInformationMessage(`${plan.store}: ${countWords(plan)}.`, ...choices);
  if (choice === sync) await applyWithProgress(documents, planned);
  else if (choice === retry) await retryFailed(documents, source);
}

/** Plans, lets the person see and confirm it, and does it. */
export async function syncDocuments(
  documents: WorkspaceDocuments,
  source: DocumentSource,
  choices: DocumentChoices = {},
): Promise<void> {
  assertTrusted();
  const planned = await planWithProgress(documents, source, choices);
  if (planned === null) return;
  const { plan } = planned;
  if (!planChanges(plan)) return tellNothingToDo(documents, planned);
  const choice = await vscode.window.showInformationMessage(
    `Sync ${plan.store} with ${planned.connection.name}?`,
    { modal: true, detail: detailOf(plan) },
    sync,
    showPlan,
  );
  if (choice === sync) return applyWithProgress(documents, planned);
  if (choice !== showPlan) return;
  await openPlan(planned);
  const after = await vscode.window.showInformationMessage(`Sync ${plan.store}: ${countWords(plan)}?`, sync);
  if (after === sync) await applyWithProgress(documents, planned);
}

async function tellNothingToDo(documents: WorkspaceDocuments, { plan, source }: PlannedDocuments): Promise<void> {
  const { counts } = plan.totals;
  if (counts.failed > 0) {
    const files = counts.failed === 1 ? "a file" : `${counts.failed} files`;
    const choice = await vscode.window.showWarningMessage(
      `${plan.store} is in sync, but the server could not read ${files}.`,
      retry,
    );
    if (choice === retry) await retryFailed(documents, source);
    return;
  }
  void vscode.window.showInformationMessage(`${plan.store} is in sync: ${countWords(plan)}.`);
}

async function retryFailed(documents: WorkspaceDocuments, source: DocumentSource): Promise<void> {
  const planned = await planWithProgress(documents, source, { retryFailed: true });
  if (planned !== null) await applyWithProgress(documents, planned);
}

/** @returns null when the person stopped it, or did not say which store it is */
async function planWithProgress(
  documents: WorkspaceDocuments,
  source: DocumentSource,
  choices: DocumentChoices,
): Promise<PlannedDocuments | null> {
  const { name } = source.definition;
  try {
    return await cancellable(`Planning ${name}`, (signal, report) =>
      documents.plan(source, choices, signal, (read, toRead) =>
        report(`Reading ${read.toLocaleString("en")} of ${toRead.toLocaleString("en")} files`, 100 / toRead),
      ),
    );
  } catch (error) {
    if (error instanceof Cancelled || isAbort(error)) return null;
    if (!(error instanceof StoreAmbiguous)) throw error;
    const picked = await vscode.window.showQuickPick(
      error.candidates.map((store) => ({
        label: storeName(store),
        description: store.id,
        detail: `${store.file_counts.total} files · made ${new Date(store.created_at * 1000).toLocaleString()}`,
        store,
      })),
      {
        title: name,
        placeHolder: "assistants.lock.json does not say which vector store this is",
        ignoreFocusOut: true,
      },
    );
    if (picked === undefined) return null;
    return cancellable(`Planning ${name}`, (signal) =>
      documents.plan({ ...source, chosen: picked.store.id }, choices, signal),
    );
  }
}

/** Carries out a plan, with its progress shown; what failed can be tried again. */
export async function applyWithProgress(documents: WorkspaceDocuments, planned: PlannedDocuments): Promise<void> {
  const { plan, source } = planned;
  let told = 0;
  const applied = await cancellable(`Syncing ${plan.store}`, (signal, report) =>
    documents.apply(planned, signal, (progress) => {
      const part = progress.files === 0 ? 0 : (100 * progress.filesDone) / progress.files;
      report(progressWords(progress), Math.max(0, part - told));
      told = progress.filesDone === 0 ? 0 : Math.max(told, part);
    }),
  );
  const wrong = applied.failures.length + (applied.difference ?? []).length > 0 || applied.stopped !== null;
  if (!wrong) {
    void vscode.window.showInformationMessage(`${plan.store}: ${appliedWords(applied)}`);
    return;
  }
  const choice = await vscode.window.showWarningMessage(summary(plan, applied), retry, showResult);
  if (choice === retry) return retryFailed(documents, source);
  if (choice !== showResult) return;
  const uri = putRemoteDocument("documents result", `${plan.store}.sync.txt`, appliedText(plan, applied));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
}

/** The first failure says more than their number. */
function summary(plan: DocumentPlan, applied: DocumentsApplied): string {
  const [first] = applied.failures;
  const words = `${plan.store}: ${appliedWords(applied)}`;
  return first === undefined ? words : `${words} ${first.path}: ${first.message}`;
}

async function openPlan({ plan, connection }: PlannedDocuments): Promise<void> {
  const text = `# ${plan.store} · ${connection.name} · ${plan.storeId ?? "a new vector store"}\n\n${documentPlanText(plan, termsOf(connection).paid)}`;
  const uri = putRemoteDocument("documents", `${plan.store}.plan.txt`, text);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
}

function detailOf(plan: DocumentPlan): string {
  const { uploadBytes } = plan.totals;
  const made = plan.storeId === null ? "A vector store is made.\n" : "";
  return `${made}${countWords(plan)}.\n${uploadBytes === 0 ? "Nothing is uploaded." : `${byteWords(uploadBytes)} are uploaded.`}`;
}

function cancellable<T>(
  title: string,
  run: (signal: AbortSignal, report: (message: string, increment: number) => void) => Promise<T>,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const controller = new AbortController();
      const stop = token.onCancellationRequested(() => controller.abort());
      try {
        return await run(controller.signal, (message, increment) => progress.report({ message, increment }));
      } finally {
        stop.dispose();
      }
    },
  );
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

import * as vscode from "vscode";

import { fingerprintOf } from "../../core/sync/canonical.ts";
import type { Action, PlanChoices } from "../../core/sync/plan.ts";
import type { Match } from "../../core/sync/syncInput.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import { applyWithProgress, prepareWithProgress } from "./applyWithProgress.ts";
import { matchOf, openDiff, sidesWith } from "./compare.ts";
import { fileText } from "../definitions/definitionText.ts";
import { fieldNames } from "./planWords.ts";
import { putRemoteDocument } from "./remoteDocuments.ts";
import { pathIn } from "./syncFolder.ts";
import type { Prepared, WorkspaceSync } from "./workspaceSync.ts";

const mergeEditor = "_open.mergeEditor";
const resetResult = "mergeEditor.resetResultToBaseAndAutoMerge";
const [merge, diff, mine, theirs, anew] = ["Merge…", "Diff", "Keep Mine", "Take Theirs", "Make It Anew"] as const;

/** Lets the person settle a conflict. What they decide holds for the assistant as they saw it: a newer change is a new conflict. */
export async function settleConflict(
  sync: WorkspaceSync,
  uri: vscode.Uri,
  prepared: Prepared,
  action: Extract<Action, { readonly kind: "conflict" }>,
): Promise<void> {
  const match = matchOf(prepared, uri);
  if (match === null) throw new DefinitionProblem(`${action.path} is gone.`);
  const where = prepared.connection.name;
  if (match.remote === null) {
    const choice = await vscode.window.showWarningMessage(
      `${action.path}: the assistant was deleted on ${where}.`,
      anew,
    );
    if (choice === anew) await settle(sync, prepared, action.path, "push", { prefer: "here" });
    return;
  }
  const canMerge = match.entry?.base != null && (await vscode.commands.getCommands(false)).includes(mergeEditor);
  const fields = fieldNames(action);
  const question = `${action.path} was changed here and on ${where}${fields === "" ? "" : `: ${fields}`}.`;
  for (;;) {
    const choice = await vscode.window.showWarningMessage(question, ...(canMerge ? [merge] : []), diff, mine, theirs);
    if (choice === mine) return settle(sync, prepared, action.path, "push", { prefer: "here" });
    if (choice === theirs) return settle(sync, prepared, action.path, "pull", { prefer: "there" });
    if (choice === merge) return openMerge(sync, uri, prepared, match);
    if (choice !== diff) return;
    await openDiff(prepared, match, uri);
  }
}

async function settle(
  sync: WorkspaceSync,
  prepared: Prepared,
  path: string,
  direction: "push" | "pull",
  choices: PlanChoices,
): Promise<void> {
  const plan = sync.plan(prepared, direction, { ...choices, only: new Set([path]) });
  await applyWithProgress(sync, plan, prepared);
}

/** VS Code's merge editor, on each file that the other side would write. */
async function openMerge(sync: WorkspaceSync, uri: vscode.Uri, prepared: Prepared, match: Match): Promise<void> {
  const base = match.entry?.base ?? {};
  const remotes = sidesWith(prepared, match, match.there, "remote");
  const bases = sidesWith(prepared, match, base, "base");
  for (const { file, other } of remotes) {
    // A copy: the file itself is what the merge is written into.
    const path = pathIn(prepared.folder.root, file);
    const yours = putRemoteDocument(`yours ${prepared.connection.id}`, path, await fileText(file, "dropped"));
    const before = bases.find((side) => side.file.toString() === file.toString())?.other ?? yours;
    await vscode.commands.executeCommand(mergeEditor, {
      base: before,
      input1: { uri: other, title: "Theirs", description: prepared.connection.name },
      input2: { uri: yours, title: "Yours", description: "this file" },
      output: file,
    });
    // Without conflict markers in the file VS Code takes it for a merge that was begun by hand.
    if ((await vscode.commands.getCommands(false)).includes(resetResult))
      await vscode.commands.executeCommand(resetResult);
  }
  const push = "Push Merged";
  const choice = await vscode.window.showInformationMessage(`Complete the merge of ${match.path}, then push it.`, push);
  if (choice !== push) return;
  await vscode.workspace.saveAll(false);
  const now = await prepareWithProgress(sync, prepared.folder.root, uri);
  const merged = matchOf(now, uri);
  if (merged === null || fingerprintOf(merged.there) !== fingerprintOf(match.there))
    throw new DefinitionProblem(`${match.path}: the assistant was changed again meanwhile. Push once more to see how.`);
  await settle(sync, now, match.path, "push", { prefer: "here" });
}

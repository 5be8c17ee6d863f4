import * as vscode from "vscode";

import { fingerprintOf } from "../../core/sync/canonical.ts";
import { equalFields } from "../../core/sync/fields.ts";
import { mergeFields } from "../../core/sync/mergeFields.ts";
import type { Action, PlanChoices } from "../../core/sync/plan.ts";
import type { Match } from "../../core/sync/syncInput.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import { applyWithProgress, prepareWithProgress } from "./applyWithProgress.ts";
import { changedFiles, matchOf, openDiff, textsWith } from "./compare.ts";
import { canMergeInEditor, mergeInEditor } from "./mergeEditor.ts";
import { fieldNames } from "./planWords.ts";
import type { Prepared, WorkspaceSync } from "./workspaceSync.ts";

const [pushMerged, undoMerge] = ["Push Merged", "Undo Merge"] as const;
const [mergeThem, diff, mine, theirs, anew] = ["Merge…", "Diff", "Keep Mine", "Take Theirs", "Make It Anew"] as const;

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
  const canMerge = match.entry?.base != null && (await canMergeInEditor());
  const fields = fieldNames(action);
  const question = `${action.path} was changed here and on ${where}${fields === "" ? "" : `: ${fields}`}.`;
  for (;;) {
    const choice = await vscode.window.showWarningMessage(
      question,
      ...(canMerge ? [mergeThem] : []),
      diff,
      mine,
      theirs,
    );
    if (choice === mine) return settle(sync, prepared, action.path, "push", { prefer: "here" });
    if (choice === theirs) return settle(sync, prepared, action.path, "pull", { prefer: "there" });
    if (choice === mergeThem) return merge(sync, uri, prepared, match);
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

/** VS Code's merge editor, on each file that the other side would write; then the merged definition is pushed, if the person says so. */
async function merge(sync: WorkspaceSync, uri: vscode.Uri, prepared: Prepared, match: Match): Promise<void> {
  const { root } = prepared.folder;
  const theirs = textsWith(prepared, match, match.there);
  const base = textsWith(prepared, match, match.entry?.base ?? {});
  const sides = changedFiles(prepared, match, theirs).map(({ file, text }) => ({
    file,
    theirs: text,
    base: (file.path === uri.path ? base.definition : base.instructions) ?? "",
  }));
  const where = prepared.connection.name;
  const { undo, isUntouched } = await mergeInEditor(root, sides, where);
  const now = await prepareWithProgress(sync, root, uri);
  const merged = matchOf(now, uri);
  if (merged?.local?.parsed.valid === false && !(await isUntouched())) {
    const problem = merged.local.parsed.problems.find(({ severity }) => severity === "error")?.message ?? "";
    const said = await vscode.window.showWarningMessage(
      `${match.path} is merged, but it is not valid: ${problem} It was left as it is, and nothing was pushed.`,
      undoMerge,
    );
    if (said === undoMerge) await undo();
    return;
  }
  const open = undecided(match, merged);
  if (merged === null || open === "all") {
    await undo();
    void vscode.window.showInformationMessage(`The merge of ${match.path} was left off. It is as it was before.`);
    return;
  }
  const rest = open.length === 0 ? "" : ` ${open.join(", ")}: as it was before both changes.`;
  const choice = await vscode.window.showInformationMessage(
    `${match.path} is merged.${rest} Push it to ${where}?`,
    pushMerged,
    undoMerge,
  );
  if (choice === undoMerge) return undo();
  if (choice !== pushMerged) return;
  await pushWhatWasMerged(sync, uri, prepared, match);
}

/** Fields of a conflict that say what they said before both changes: nobody decided. "all" when nothing was decided, or nothing can be read. */
function undecided(before: Match, merged: Match | null): readonly string[] | "all" {
  if (merged?.local?.parsed.valid !== true) return "all";
  const base = before.entry?.base ?? null;
  const { conflicts } = mergeFields(base, before.here, before.there);
  const left = conflicts.filter((field) => equalFields(merged.here[field], base?.[field]));
  return left.length === conflicts.length ? "all" : left.map((field) => field.split("/").at(-1) ?? field);
}

async function pushWhatWasMerged(
  sync: WorkspaceSync,
  uri: vscode.Uri,
  prepared: Prepared,
  match: Match,
): Promise<void> {
  const now = await prepareWithProgress(sync, prepared.folder.root, uri);
  const merged = matchOf(now, uri);
  if (merged === null || fingerprintOf(merged.there) !== fingerprintOf(match.there))
    throw new DefinitionProblem(`${match.path}: the assistant was changed again meanwhile. Push once more to see how.`);
  await settle(sync, now, match.path, "push", { prefer: "here" });
  void vscode.window.showInformationMessage(`Pushed ${match.path} to ${prepared.connection.name}, merged.`);
}

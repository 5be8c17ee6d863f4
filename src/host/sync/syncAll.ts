import * as vscode from "vscode";

import type { Action, Plan, PlanChoices } from "../../core/sync/plan.ts";
import { isBlocked, isChange } from "../../core/sync/plan.ts";
import { applyWithProgress, prepareWithProgress } from "./applyWithProgress.ts";
import { askForLinks } from "./linkQuestion.ts";
import { blockedCount, detailsOf, fieldNames, planWords, titleOf } from "./planWords.ts";
import { putRemoteDocument } from "./remoteDocuments.ts";
import type { Prepared, WorkspaceSync } from "./workspaceSync.ts";

interface Planned {
  readonly prepared: Prepared;
  readonly plan: Plan;
}

interface ActionItem extends vscode.QuickPickItem {
  readonly action: Action;
}

/** Pushes or pulls every definition, once the person has seen the plan and chosen from it. */
export async function syncAll(sync: WorkspaceSync, direction: Plan["direction"]): Promise<void> {
  const planned = await planAll(sync, direction, true);
  if (planned === null) return;
  const items = planned.flatMap(({ plan }) => plan.actions.filter(isChange).map(itemOf));
  const blocked = planned.reduce((sum, { plan }) => sum + blockedCount(plan), 0);
  const waiting = blocked === 0 ? "" : ` ${blocked} more wait for a decision: ${direction} them one by one.`;
  if (items.length === 0) {
    void vscode.window.showInformationMessage(`There is nothing to ${direction}.${waiting}`);
    return;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: `${direction === "push" ? "Push" : "Pull"} All.${waiting}`,
    placeHolder: "What is to be done",
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (picked === undefined || !(await confirmDeletes(picked.map(({ action }) => action)))) return;
  const chosen = new Set(picked.map(({ action }) => action));
  for (const { plan, prepared } of planned) {
    // What only the lock is told needs no choice.
    const actions = plan.actions.filter((action) => chosen.has(action) || (!isChange(action) && !isBlocked(action)));
    if (actions.length > 0) await applyWithProgress(sync, { ...plan, actions }, prepared);
  }
  if (chosen.size > 0) void vscode.window.showInformationMessage(`${chosen.size} done.${waiting}`);
}

/** Shows what a push and a pull of everything would do, in a readonly document. Nothing is done or asked. */
export async function showPlan(sync: WorkspaceSync): Promise<void> {
  const parts: string[] = [];
  for (const direction of ["push", "pull"] as const) {
    for (const { plan, prepared } of (await planAll(sync, direction, false)) ?? []) {
      parts.push(`# ${direction} · ${prepared.connection.name} · ${prepared.folder.root.path}\n\n${planWords(plan)}`);
    }
  }
  const uri = putRemoteDocument("plan", "Plan.md", parts.join("\n"));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
}

/** A plan for each folder. @returns null when the person left off */
async function planAll(
  sync: WorkspaceSync,
  direction: Plan["direction"],
  asks: boolean,
): Promise<readonly Planned[] | null> {
  const planned: Planned[] = [];
  const roots = await sync.roots();
  for (const [index, root] of roots.entries()) {
    const prepared = await prepareWithProgress(sync, root);
    // Assistants without a file are offered once: in the first folder, where their file would be.
    const choices: PlanChoices = {
      deletes: true,
      ...(direction === "pull" && index === 0 ? { newFiles: unlinked(sync) } : {}),
    };
    let plan = sync.plan(prepared, direction, choices);
    if (asks && plan.actions.some(({ kind }) => kind === "choose")) {
      const links = await askForLinks(plan);
      if (links === null) return null;
      plan = sync.plan(prepared, direction, { ...choices, links });
    }
    planned.push({ prepared, plan });
  }
  return planned;
}

/** Those that no folder of the workspace knows. */
function unlinked(sync: WorkspaceSync): ReadonlySet<string> {
  const known = sync.current()?.remoteOnly ?? [];
  return new Set(known.filter(({ file }) => file === null).map(({ assistant }) => assistant.id));
}

function itemOf(action: Action): ActionItem {
  const asksToo = action.kind === "delete" || action.kind === "delete-file" || action.kind === "pull-new";
  return {
    label: `${titleOf(action)} ${action.path}`,
    description: fieldNames(action),
    detail: detailsOf(action).join(" · ").slice(0, 300),
    // What deletes, and what brings files that nobody asked for, is chosen by hand.
    picked: !asksToo,
    action,
  };
}

async function confirmDeletes(actions: readonly Action[]): Promise<boolean> {
  const names = actions.flatMap((action) =>
    action.kind === "delete"
      ? [`the assistant “${action.name ?? action.remoteId}”`]
      : action.kind === "delete-file"
        ? [`the file ${action.path}`]
        : [],
  );
  if (names.length === 0) return true;
  const choice = await vscode.window.showWarningMessage(
    `Delete ${names.join(", ")}?`,
    { modal: true, detail: "This cannot be undone." },
    "Delete",
  );
  return choice === "Delete";
}

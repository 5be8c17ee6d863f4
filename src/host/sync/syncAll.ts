import * as vscode from "vscode";

import { oneLine } from "../../core/oneLine.ts";
import type { Action, Plan, PlanChoices } from "../../core/sync/plan.ts";
import { isBlocked, isChange } from "../../core/sync/plan.ts";
import { matchAll } from "../../core/sync/syncInput.ts";
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
  const planned = await planAll(sync, direction);
  if (planned === null) return;
  const items = planned.flatMap(({ plan }) => plan.actions.filter(isChange).map(itemOf));
  const blocked = planned.reduce((sum, { plan }) => sum + blockedCount(plan), 0);
  const waiting = blocked === 0 ? "" : ` ${blocked} more wait for a decision: ${direction} them one by one.`;
  if (items.length === 0) {
    void vscode.window.showInformationMessage(`There is nothing to ${direction}.${waiting}`);
    return;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: `${direction === "push" ? "Push" : "Pull"} All${waiting === "" ? "" : `.${waiting}`}`,
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
  const all = await prepareAll(sync);
  const fresh = unlinkedIn(all);
  const parts = (["push", "pull"] as const).flatMap((direction) =>
    all.map((prepared, index) => {
      const plan = sync.plan(prepared, direction, choicesFor(direction, index, fresh));
      const title = `${direction === "push" ? "Push to" : "Pull from"} ${prepared.connection.name}`;
      const folder = all.length === 1 ? "" : ` · ${prepared.folder.root.path.split("/").at(-1)}`;
      return `# ${title}${folder}\n\n${planWords(plan)}`;
    }),
  );
  const uri = putRemoteDocument("plan", "Plan.md", parts.join("\n"));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
}

async function prepareAll(sync: WorkspaceSync): Promise<readonly Prepared[]> {
  const all: Prepared[] = [];
  for (const root of await sync.roots()) all.push(await prepareWithProgress(sync, root));
  return all;
}

/** A plan for each folder. @returns null when the person left off */
async function planAll(sync: WorkspaceSync, direction: Plan["direction"]): Promise<readonly Planned[] | null> {
  const planned: Planned[] = [];
  const all = await prepareAll(sync);
  const fresh = unlinkedIn(all);
  for (const [index, prepared] of all.entries()) {
    const choices = choicesFor(direction, index, fresh);
    let plan = sync.plan(prepared, direction, choices);
    if (plan.actions.some(({ kind }) => kind === "choose")) {
      const links = await askForLinks(plan, prepared.connection.name);
      if (links === null) return null;
      plan = sync.plan(prepared, direction, { ...choices, links });
    }
    planned.push({ prepared, plan });
  }
  return planned;
}

/** Assistants without a file are offered once: in the first folder, where their file would be. */
function choicesFor(direction: Plan["direction"], index: number, fresh: ReadonlySet<string>): PlanChoices {
  return { deletes: true, ...(direction === "pull" && index === 0 ? { newFiles: fresh } : {}) };
}

/** Assistants that no folder of the workspace knows. */
export function unlinkedIn(all: readonly Prepared[]): ReadonlySet<string> {
  const linked = new Set(
    all.flatMap(({ input }) => matchAll(input).matches.flatMap(({ remote }) => (remote === null ? [] : [remote.id]))),
  );
  return new Set((all[0]?.input.remotes ?? []).map(({ id }) => id).filter((id) => !linked.has(id)));
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
      ? [`the assistant “${oneLine(action.name ?? action.remoteId)}”`]
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

import * as vscode from "vscode";

import type { Action, Plan, PlanChoices } from "../../core/sync/plan.ts";
import { isChange } from "../../core/sync/plan.ts";
import { syncStates } from "../../core/sync/syncState.ts";
import { openDocument } from "../definitions/definitionText.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import { applyWithProgress, prepareWithProgress } from "./applyWithProgress.ts";
import { settleConflict } from "./conflict.ts";
import { askForLinks } from "./linkQuestion.ts";
import { fieldNames } from "./planWords.ts";
import { pathIn, rootOf } from "./syncFolder.ts";
import type { Prepared, WorkspaceSync } from "./workspaceSync.ts";

/** Pushes or pulls one definition: a plain change at once, anything else asked. */
export async function syncOne(sync: WorkspaceSync, uri: vscode.Uri, direction: Plan["direction"]): Promise<void> {
  const document = openDocument(uri);
  if (document?.isDirty === true) await document.save();
  const prepared = await prepareWithProgress(sync, rootOf(uri), uri);
  const path = pathIn(prepared.folder.root, uri);
  const choices: PlanChoices = { only: new Set([path]) };
  let plan = sync.plan(prepared, direction, choices);
  if (plan.actions.some(({ kind }) => kind === "choose")) {
    const links = await askForLinks(plan, prepared.connection.name);
    if (links === null) return;
    plan = sync.plan(prepared, direction, { ...choices, links });
  }
  const [action] = plan.actions;
  if (action === undefined) return nothingToDo(prepared, path, direction);
  if (action.kind === "invalid") throw new DefinitionProblem(`${path} has a problem: ${action.message}`);
  if (action.kind === "conflict") return settleConflict(sync, uri, prepared, action);
  await applyWithProgress(sync, plan, prepared);
  if (isChange(action)) void vscode.window.showInformationMessage(doneWords(action, prepared.connection.name));
  else nothingToDo(prepared, path, direction);
}

function nothingToDo(prepared: Prepared, path: string, direction: Plan["direction"]): void {
  const state = syncStates(prepared.input).find((row) => row.path === path)?.state ?? "in sync";
  const words =
    state === "only here"
      ? `${path} was not pushed yet: there is nothing to pull.`
      : state === "changed there" && direction === "push"
        ? `${path} did not change here. It was changed on ${prepared.connection.name}: “Assistants: Pull” takes that over.`
        : state === "changed here" && direction === "pull"
          ? `${path} was changed only here: there is nothing to pull.`
          : `${path} is in sync with ${prepared.connection.name}.`;
  void vscode.window.showInformationMessage(words);
}

function doneWords(action: Action, where: string): string {
  switch (action.kind) {
    case "create":
      return `Created “${action.name}” on ${where}.`;
    case "update":
      return `Pushed ${action.path} to ${where}: ${fieldNames(action)}.`;
    case "pull":
      return `Pulled into ${action.path}: ${fieldNames(action)}.`;
    default:
      return `Done: ${action.path}.`;
  }
}

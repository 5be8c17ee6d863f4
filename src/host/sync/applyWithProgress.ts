import * as vscode from "vscode";

import type { Outcome } from "../../core/sync/apply.ts";
import type { Plan } from "../../core/sync/plan.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import type { Prepared, WorkspaceSync } from "./workspaceSync.ts";

/** Looks at a folder and the connection, saying so when it takes long. */
export function prepareWithProgress(
  sync: WorkspaceSync,
  root: vscode.Uri,
  also: vscode.Uri | null = null,
): Thenable<Prepared> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "Comparing with the connection" },
    () => sync.prepare(root, also),
  );
}

/**
 * Carries out a plan; the person can stop it after any step.
 * @throws DefinitionProblem that says what was not done
 */
export async function applyWithProgress(
  sync: WorkspaceSync,
  plan: Plan,
  prepared: Prepared,
): Promise<readonly Outcome[]> {
  const title = plan.direction === "push" ? "Pushing" : "Pulling";
  const { outcomes } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, token) => {
      const controller = new AbortController();
      const stop = token.onCancellationRequested(() => controller.abort());
      try {
        return await sync.apply(plan, prepared, controller.signal);
      } finally {
        stop.dispose();
      }
    },
  );
  const undone = outcomes.filter(({ result }) => result !== "done");
  if (undone.length > 0) throw new DefinitionProblem(undone.map(wordsOf).join(" "));
  return outcomes;
}

function wordsOf(outcome: Outcome): string {
  return `${outcome.action.path}: ${"message" in outcome ? outcome.message : "not reached."}`;
}

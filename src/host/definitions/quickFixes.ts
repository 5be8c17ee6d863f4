import * as vscode from "vscode";

import type { Problem } from "../../core/definition/definition.ts";
import { EditRefused, editDefinition } from "../../core/definition/editDefinition.ts";
import type { TextEdit } from "../../core/definition/edit/editedText.ts";
import { definitionGlob } from "../../manifest.ts";
import type { CheckServices } from "./definitionChecks.ts";
import { problemsOf } from "./definitionChecks.ts";
import { isDefinition } from "./definitionStore.ts";

/** The ways out that rules offer, as quick fixes. They touch only the bytes that they must. */
export function registerQuickFixes(services: CheckServices): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    async provideCodeActions(document, _range, context) {
      if (!isDefinition(document.uri)) return [];
      const shown = context.diagnostics.filter(({ source }) => source === "assistants");
      if (shown.length === 0) return [];
      const problems = await problemsOf(document.uri, document.getText(), services);
      return shown.flatMap((diagnostic) =>
        problems
          .filter(({ code, start }) => code === diagnostic.code && start === document.offsetAt(diagnostic.range.start))
          .flatMap((problem) => actionsOf(document, diagnostic, problem)),
      );
    },
  };
  return vscode.languages.registerCodeActionsProvider({ pattern: definitionGlob }, provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
}

function actionsOf(
  document: vscode.TextDocument,
  diagnostic: vscode.Diagnostic,
  { fixes = [] }: Problem,
): readonly vscode.CodeAction[] {
  return fixes.flatMap(({ title, changes }) => {
    const edits = editsOf(document.getText(), changes);
    if (edits === null) return [];
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.isPreferred = fixes.length === 1;
    action.edit = new vscode.WorkspaceEdit();
    for (const { start, end, text } of edits) {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      action.edit.replace(document.uri, range, text);
    }
    return [action];
  });
}

/** Null where the text cannot take the change: it must be made by hand. */
function editsOf(text: string, changes: Parameters<typeof editDefinition>[1]): readonly TextEdit[] | null {
  try {
    return editDefinition(text, changes);
  } catch (error) {
    if (error instanceof EditRefused) return null;
    throw error;
  }
}

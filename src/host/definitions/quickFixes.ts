import * as vscode from "vscode";

import { answeredChanges } from "../../core/definition/definition.ts";
import type { Fix, Problem } from "../../core/definition/definition.ts";
import { EditRefused, editDefinition } from "../../core/definition/editDefinition.ts";
import type { TextEdit } from "../../core/definition/edit/editedText.ts";
import { Command, definitionGlob, storeGlob } from "../../manifest.ts";
import type { CheckServices } from "./definitionChecks.ts";
import { problemsOf } from "./definitionChecks.ts";
import { canBeTurnedOff } from "./ruleChoice.ts";

/** The ways out that rules offer, as quick fixes, and a way to turn each rule off. Edits touch only the bytes that they must. */
export function registerQuickFixes(services: CheckServices): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    async provideCodeActions(document, _range, context) {
      const shown = context.diagnostics.filter(({ source }) => source === "assistants");
      if (shown.length === 0) return [];
      const problems = await problemsOf(document.uri, document.getText(), services);
      const fixes = shown.flatMap((diagnostic) =>
        problems
          .filter(({ code, start }) => code === diagnostic.code && start === document.offsetAt(diagnostic.range.start))
          .flatMap((problem) => actionsOf(document, diagnostic, problem)),
      );
      return [...fixes, ...turningOff(shown)];
    },
  };
  return vscode.languages.registerCodeActionsProvider([{ pattern: definitionGlob }, { pattern: storeGlob }], provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
}

function actionsOf(
  document: vscode.TextDocument,
  diagnostic: vscode.Diagnostic,
  { fixes = [] }: Problem,
): readonly vscode.CodeAction[] {
  return fixes.flatMap((fix) => {
    const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.isPreferred = fixes.length === 1;
    if (fix.ask === undefined) {
      const edit = editOf(document, fix.changes);
      if (edit === null) return [];
      action.edit = edit;
    } else action.command = { title: fix.title, command: Command.fixByAnswer, arguments: [document.uri, fix] };
    return [action];
  });
}

/** One for each rule that is among the problems. */
function turningOff(shown: readonly vscode.Diagnostic[]): readonly vscode.CodeAction[] {
  const codes = [
    ...new Set(shown.flatMap(({ code }) => (typeof code === "string" && canBeTurnedOff(code) ? [code] : []))),
  ];
  return codes.map((code) => {
    const title = `Turn this rule off: ${code}`;
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = shown.filter((one) => one.code === code);
    action.command = { title, command: Command.chooseRules, arguments: [code] };
    return action;
  });
}

/** Asks for what only the person knows, and puts it in. */
export async function fixByAnswer(uri: vscode.Uri, fix: Fix): Promise<void> {
  const answer = await vscode.window.showInputBox({
    title: fix.title.replace(/…$/, ""),
    prompt: fix.ask?.prompt ?? "",
    placeHolder: fix.ask?.placeholder ?? "",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "Say it in a few words." : null),
  });
  if (answer === undefined) return;
  // The text as it is now: it may have changed while the person thought.
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = editOf(document, answeredChanges(fix, answer.trim()));
  if (edit === null || !(await vscode.workspace.applyEdit(edit)))
    throw new Error("The definition cannot take this change by itself; make it by hand.");
}

/** Null where the text cannot take the change: it must be made by hand. */
function editOf(document: vscode.TextDocument, changes: Fix["changes"]): vscode.WorkspaceEdit | null {
  let edits: readonly TextEdit[];
  try {
    edits = editDefinition(document.getText(), changes);
  } catch (error) {
    if (error instanceof EditRefused) return null;
    throw error;
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { start, end, text } of edits)
    edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
  return edit;
}

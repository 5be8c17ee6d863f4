import * as vscode from "vscode";

import type { DefinitionFile } from "./definitionFile.ts";
import type { DefinitionStore } from "./definitionStore.ts";
import { isDefinition } from "./definitionStore.ts";

/** Problems of definitions, in the editor and the Problems view. Begins with the first definition that is opened or listed. */
export function registerDefinitionDiagnostics(definitions: DefinitionStore): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("assistants");
  const show = async (uri: vscode.Uri): Promise<void> => {
    const file = await definitions.find(uri);
    if (file === null) collection.delete(uri);
    else collection.set(uri, await diagnosticsOf(file));
  };
  const showAll = async (): Promise<void> => {
    const files = await definitions.all();
    const known = new Set(files.map((file) => file.uri.toString()));
    collection.forEach((uri) => {
      if (!known.has(uri.toString())) collection.delete(uri);
    });
    await Promise.all(files.map((file) => show(file.uri)));
  };
  const changes = definitions.onChange((uri) => void (uri === null ? showAll() : show(uri)));
  const opened = vscode.workspace.onDidOpenTextDocument((document) => {
    if (isDefinition(document.uri)) void show(document.uri);
  });
  for (const document of vscode.workspace.textDocuments) if (isDefinition(document.uri)) void show(document.uri);
  return vscode.Disposable.from(collection, changes, opened);
}

async function diagnosticsOf(file: DefinitionFile): Promise<vscode.Diagnostic[]> {
  if (file.parsed.problems.length === 0) return [];
  const document = await vscode.workspace.openTextDocument(file.uri);
  return file.parsed.problems.map((problem) => {
    const range = new vscode.Range(document.positionAt(problem.start), document.positionAt(problem.end));
    const severity = problem.severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
    const diagnostic = new vscode.Diagnostic(range, problem.message, severity);
    diagnostic.source = "assistants";
    diagnostic.code = problem.code;
    return diagnostic;
  });
}

import * as vscode from "vscode";

import { Setting } from "../../manifest.ts";
import type { Log } from "../log.ts";
import { onSettingChange } from "../settings.ts";
import type { CheckServices } from "./definitionChecks.ts";
import { problemsOf } from "./definitionChecks.ts";
import type { DefinitionStore } from "./definitionStore.ts";
import { isDefinition } from "./definitionStore.ts";
import { fileText } from "./definitionText.ts";
import { positionsIn } from "./positions.ts";

/** Problems of definitions, in the editor and the Problems view. Begins with the first definition that is opened or listed. */
export function registerDefinitionDiagnostics(
  definitions: DefinitionStore,
  services: CheckServices,
  log: Log,
): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("assistants");
  const show = async (uri: vscode.Uri): Promise<void> => {
    try {
      if ((await definitions.find(uri)) === null) collection.delete(uri);
      else collection.set(uri, await diagnosticsOf(uri, services));
    } catch (error) {
      log.warn(`${uri.path} cannot be checked: ${error instanceof Error ? error.message : String(error)}`);
      collection.delete(uri);
    }
  };
  const showAll = async (): Promise<void> => {
    const files = await definitions.all();
    const known = new Set(files.map((file) => file.uri.toString()));
    collection.forEach((uri) => {
      if (!known.has(uri.toString())) collection.delete(uri);
    });
    await Promise.all(files.map((file) => show(file.uri)));
  };
  let timer: NodeJS.Timeout | null = null;
  /** The surroundings changed. */
  const showAllSoon = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void showAll(), 400);
  };
  for (const document of vscode.workspace.textDocuments) if (isDefinition(document.uri)) void show(document.uri);
  return vscode.Disposable.from(
    collection,
    definitions.onChange((uri) => void (uri === null ? showAll() : show(uri))),
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (isDefinition(document.uri)) void show(document.uri);
    }),
    vscode.workspace.onDidCreateFiles(showAllSoon),
    vscode.workspace.onDidDeleteFiles(showAllSoon),
    vscode.workspace.onDidRenameFiles(showAllSoon),
    services.stores.onChange(showAllSoon),
    services.models.onChange(showAllSoon),
    services.connections.onChange(showAllSoon),
    onSettingChange([Setting.diagnosticsDisabled], showAllSoon),
    new vscode.Disposable(() => {
      if (timer !== null) clearTimeout(timer);
    }),
  );
}

async function diagnosticsOf(uri: vscode.Uri, services: CheckServices): Promise<vscode.Diagnostic[]> {
  const text = await fileText(uri, "dropped");
  const problems = await problemsOf(uri, text, services);
  const positionAt = positionsIn(text);
  return problems.map((problem) => {
    const range = new vscode.Range(positionAt(problem.start), positionAt(problem.end));
    const severity = problem.severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
    const diagnostic = new vscode.Diagnostic(range, problem.message, severity);
    diagnostic.source = "assistants";
    diagnostic.code = problem.code;
    return diagnostic;
  });
}

import * as vscode from "vscode";

import type { Problem } from "../../core/definition/definition.ts";
import { NotUtf8 } from "../../core/definition/utf8Text.ts";
import { Setting } from "../../manifest.ts";
import type { Log } from "../log.ts";
import { onSettingChange } from "../settings.ts";
import { isThere } from "../sync/folderFiles.ts";
import type { CheckServices } from "./definitionChecks.ts";
import { problemsOf } from "./definitionChecks.ts";
import type { DefinitionStore } from "./definitionStore.ts";
import { isDefinition } from "./definitionStore.ts";
import { fileText } from "./definitionText.ts";
import { positionsIn } from "./positions.ts";
import { isStoreDefinition } from "./storeDefinitions.ts";

/** Problems of definitions, in the editor and the Problems view. Begins with the first definition that is opened or listed. */
export function registerDefinitionDiagnostics(
  definitions: DefinitionStore,
  services: CheckServices,
  log: Log,
): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("assistants");
  /** The newest look at each file: an older one that ends later says nothing. */
  const looks = new Map<string, number>();
  let look = 0;
  const show = async (uri: vscode.Uri): Promise<void> => {
    const [key, mine] = [uri.toString(), (look += 1)];
    looks.set(key, mine);
    try {
      const there = isDefinition(uri) ? (await definitions.find(uri)) !== null : await isThere(uri);
      const found = there ? await diagnosticsOf(uri, services) : [];
      if (looks.get(key) === mine) collection.set(uri, found);
    } catch (error) {
      log.warn(`${uri.path} cannot be checked: ${error instanceof Error ? error.message : String(error)}`);
      collection.delete(uri);
    }
  };
  const showAll = async (): Promise<void> => {
    const uris = [...(await definitions.all()).map(({ uri }) => uri), ...(await storesOf(services))];
    const known = new Set(uris.map((uri) => uri.toString()));
    collection.forEach((uri) => {
      if (known.has(uri.toString())) return;
      looks.delete(uri.toString());
      collection.delete(uri);
    });
    await Promise.all(uris.map((uri) => show(uri)));
  };
  /** The surroundings changed. */
  const showAllSoon = debounced(showAll);
  const storesSoon = debounced(async () => {
    for (const uri of await storesOf(services)) void show(uri);
  });
  const isOurs = (uri: vscode.Uri): boolean => isDefinition(uri) || isStoreDefinition(uri);
  for (const document of vscode.workspace.textDocuments) if (isOurs(document.uri)) void show(document.uri);
  // Files that the globs of stores match come and go.
  const files = vscode.workspace.createFileSystemWatcher("**/*", false, true, false);
  return vscode.Disposable.from(
    collection,
    files,
    files.onDidCreate(storesSoon.run),
    files.onDidDelete(storesSoon.run),
    storesSoon,
    // A branch that brings a thousand files is one change.
    definitions.onChange((uri) => (uri === null ? showAllSoon.run() : void show(uri))),
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (isOurs(document.uri)) void show(document.uri);
    }),
    vscode.workspace.onDidCreateFiles(showAllSoon.run),
    vscode.workspace.onDidDeleteFiles(showAllSoon.run),
    vscode.workspace.onDidRenameFiles(showAllSoon.run),
    services.stores.onChange(showAllSoon.run),
    services.models.onChange(showAllSoon.run),
    services.connections.onChange(showAllSoon.run),
    onSettingChange([Setting.diagnosticsDisabled], showAllSoon.run),
    showAllSoon,
  );

  function debounced(work: () => Promise<void>): vscode.Disposable & { readonly run: () => void } {
    let timer: NodeJS.Timeout | null = null;
    const told = (error: unknown): void =>
      log.warn(`Problems cannot be shown: ${error instanceof Error ? error.message : String(error)}`);
    return {
      run: () => {
        if (timer !== null) clearTimeout(timer);
        timer = setTimeout(() => void work().catch(told), 400);
      },
      dispose: () => {
        if (timer !== null) clearTimeout(timer);
      },
    };
  }
}

/** The store definitions of the folders that are open. */
async function storesOf({ stores }: CheckServices): Promise<readonly vscode.Uri[]> {
  const roots = vscode.workspace.workspaceFolders ?? [];
  return (await Promise.all(roots.map((root) => stores.files(root.uri)))).flat().map(({ uri }) => uri);
}

async function diagnosticsOf(uri: vscode.Uri, services: CheckServices): Promise<vscode.Diagnostic[]> {
  let text: string;
  try {
    text = await fileText(uri, "dropped");
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    return [
      diagnosticOf(
        { message: `This file cannot be read: ${error.message}`, severity: "error", code: "unreadable" },
        new vscode.Range(0, 0, 0, 0),
      ),
    ];
  }
  const problems = await problemsOf(uri, text, services);
  const positionAt = positionsIn(text);
  return problems.map((problem) =>
    diagnosticOf(problem, new vscode.Range(positionAt(problem.start), positionAt(problem.end))),
  );
}

function diagnosticOf(
  { message, severity, code }: Pick<Problem, "message" | "severity" | "code">,
  range: vscode.Range,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    range,
    message,
    severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
  );
  diagnostic.source = "assistants";
  diagnostic.code = code;
  return diagnostic;
}

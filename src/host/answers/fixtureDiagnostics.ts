import * as vscode from "vscode";

import { parseFixtures } from "../../core/answers/parseFixtures.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";

const namePattern = /\.fixtures\.yaml$/;

/** Problems of fixtures files that are open. */
export function registerFixtureDiagnostics(definitions: DefinitionStore): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("assistants-fixtures");
  const show = async (document: vscode.TextDocument): Promise<void> => {
    if (!isFixtures(document)) return;
    const functions = await functionsBeside(document.uri, definitions);
    if (document.isClosed) return;
    const { problems } = parseFixtures(document.getText(), functions);
    collection.set(
      document.uri,
      problems.map(({ start, end, message, severity, code }) => {
        const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
        const level = severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
        const diagnostic = new vscode.Diagnostic(range, message, level);
        diagnostic.source = "assistants";
        diagnostic.code = code;
        return diagnostic;
      }),
    );
  };
  const showOpen = (): void => {
    for (const document of vscode.workspace.textDocuments) void show(document);
  };
  showOpen();
  return vscode.Disposable.from(
    collection,
    definitions.onChange(showOpen),
    vscode.workspace.onDidOpenTextDocument((document) => void show(document)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => void show(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => collection.delete(uri)),
  );
}

function isFixtures({ uri }: vscode.TextDocument): boolean {
  return namePattern.test(uri.path) && uri.scheme !== "git";
}

/** Names of the functions of the definition beside it; null where there is none, or it does not say. */
async function functionsBeside(uri: vscode.Uri, definitions: DefinitionStore): Promise<ReadonlySet<string> | null> {
  for (const extension of ["yaml", "yml", "json"]) {
    const beside = uri.with({ path: uri.path.replace(namePattern, `.assistant.${extension}`) });
    const file = await definitions.find(beside);
    if (file?.parsed.valid === true)
      return new Set(
        file.parsed.definition.tools.flatMap((tool) => (tool.type === "function" ? [tool.function.name] : [])),
      );
  }
  return null;
}

import * as vscode from "vscode";

import type { Log } from "../log.ts";
import { createCompletionProvider, triggerCharacters } from "./completionProvider.ts";
import type { ConnectionQuestions } from "./connectionFacts.ts";
import { createHoverProvider } from "./hoverProvider.ts";
import { Languages } from "./languages.ts";
import { createDefinitionProvider, createLinkProvider } from "./linkProvider.ts";
import { createSymbolProvider } from "./symbolProvider.ts";

// Two patterns: braces within braces match nothing in VS Code.
const files = ["**/*.{assistant,vectorstore}.{yaml,yml,json}", "**/*.fixtures.yaml"];

/** Completion, hover, links, *Go to Definition* and the outline of definitions. Nothing is read before a file is open. */
export function registerLanguageFeatures(
  extensionUri: vscode.Uri,
  questions: ConnectionQuestions,
  log: Log,
): vscode.Disposable {
  const languages = new Languages(extensionUri, questions, log);
  const selector: vscode.DocumentSelector = files.map((pattern) => ({ pattern }));
  return vscode.Disposable.from(
    languages,
    vscode.languages.registerCompletionItemProvider(
      selector,
      createCompletionProvider(languages),
      ...triggerCharacters,
    ),
    vscode.languages.registerHoverProvider(selector, createHoverProvider(languages)),
    vscode.languages.registerDocumentLinkProvider(selector, createLinkProvider(languages)),
    vscode.languages.registerDefinitionProvider(selector, createDefinitionProvider(languages)),
    vscode.languages.registerDocumentSymbolProvider(selector, createSymbolProvider(languages), { label: "Assistants" }),
  );
}

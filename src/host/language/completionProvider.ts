import * as vscode from "vscode";

import { completionsAt } from "../../core/language/completionsAt.ts";
import type { Completion, CompletionKind } from "../../core/language/completion.ts";
import type { Languages } from "./languages.ts";
import { isSchemaServedElsewhere } from "./schemaFiles.ts";

/** Characters behind which there is something new to choose. */
export const triggerCharacters = [":", " ", "-", "/", ".", '"', "'", "{", "[", ","];

export function createCompletionProvider(languages: Languages): vscode.CompletionItemProvider {
  return {
    async provideCompletionItems(document, position, token) {
      const source = languages.sources.of(document);
      if (source === null) return [];
      const context = await languages.contextOf(document, source);
      if (token.isCancellationRequested) return [];
      const found = await completionsAt(source, document.offsetAt(position), context);
      const wanted = isSchemaServedElsewhere(document) ? found.filter(({ origin }) => origin === "workspace") : found;
      return wanted.map((completion, index) => itemOf(completion, index, document));
    },
  };
}

const kinds: Readonly<Record<CompletionKind, vscode.CompletionItemKind>> = {
  field: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  model: vscode.CompletionItemKind.Value,
  file: vscode.CompletionItemKind.File,
  folder: vscode.CompletionItemKind.Folder,
  store: vscode.CompletionItemKind.Reference,
  scaffold: vscode.CompletionItemKind.Snippet,
};

function itemOf(completion: Completion, index: number, document: vscode.TextDocument): vscode.CompletionItem {
  const item = new vscode.CompletionItem(completion.label, kinds[completion.kind]);
  item.detail = completion.detail;
  if (completion.documentation !== "") item.documentation = new vscode.MarkdownString(completion.documentation);
  item.insertText = new vscode.SnippetString(completion.insert);
  // The text brings its own indentation.
  item.keepWhitespace = true;
  item.range = new vscode.Range(document.positionAt(completion.start), document.positionAt(completion.end));
  item.filterText = completion.filter;
  item.sortText = String(index).padStart(4, "0");
  if (completion.again) item.command = { command: "editor.action.triggerSuggest", title: "Suggest" };
  return item;
}

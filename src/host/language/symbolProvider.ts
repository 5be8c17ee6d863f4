import * as vscode from "vscode";

import { outlineOf } from "../../core/language/outline.ts";
import type { OutlineEntry, OutlineKind } from "../../core/language/outline.ts";
import { rangeOf } from "./languages.ts";
import type { Languages } from "./languages.ts";

const kinds: Readonly<Record<OutlineKind, vscode.SymbolKind>> = {
  name: vscode.SymbolKind.String,
  field: vscode.SymbolKind.Field,
  group: vscode.SymbolKind.Module,
  function: vscode.SymbolKind.Function,
  tool: vscode.SymbolKind.Interface,
};

/** The outline. A JSON file has one already, from VS Code. */
export function createSymbolProvider(languages: Languages): vscode.DocumentSymbolProvider {
  return {
    provideDocumentSymbols(document) {
      const source = languages.sources.of(document);
      return source === null || source.json ? [] : outlineOf(source).map((entry) => symbolOf(entry, document));
    },
  };
}

function symbolOf(entry: OutlineEntry, document: vscode.TextDocument): vscode.DocumentSymbol {
  const { name, detail, kind, span, selection, children } = entry;
  const range = rangeOf(document, span);
  const symbol = new vscode.DocumentSymbol(name, detail, kinds[kind], range, rangeOf(document, selection));
  symbol.children = children.map((child) => symbolOf(child, document));
  return symbol;
}

import * as vscode from "vscode";

import { linkAt, linksOf } from "../../core/language/links.ts";
import type { Link } from "../../core/language/links.ts";
import { rangeOf } from "./languages.ts";
import type { Languages } from "./languages.ts";
import { isFile, relativeFile } from "./relativeFiles.ts";

/** Where a link leads; null where nothing is. */
async function targetOf(
  link: Link,
  document: vscode.TextDocument,
  languages: Languages,
): Promise<vscode.Location | null> {
  if (link.kind === "path") {
    const uri = relativeFile(document.uri, link.target);
    return uri !== null && (await isFile(uri)) ? new vscode.Location(uri, new vscode.Position(0, 0)) : null;
  }
  const store = await languages.stores.find(link.target);
  if (store === null) return null;
  const before = store.text.slice(0, store.span.start).split("\n");
  const position = new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
  return new vscode.Location(store.uri, position);
}

/** Files and stores that a definition names, as links; missing ones are none. */
export function createLinkProvider(languages: Languages): vscode.DocumentLinkProvider {
  return {
    async provideDocumentLinks(document, token) {
      const source = languages.sources.of(document);
      if (source === null) return [];
      const links = await Promise.all(
        linksOf(source).map(async (link) => {
          const target = token.isCancellationRequested ? null : await targetOf(link, document, languages);
          if (target === null) return null;
          const { line, character } = target.range.start;
          const at = link.kind === "store" ? { fragment: `L${line + 1},${character + 1}` } : {};
          return new vscode.DocumentLink(rangeOf(document, link), target.uri.with(at));
        }),
      );
      return links.filter((link) => link !== null);
    },
  };
}

/** The same as *Go to Definition*. */
export function createDefinitionProvider(languages: Languages): vscode.DefinitionProvider {
  return {
    async provideDefinition(document, position) {
      const source = languages.sources.of(document);
      const link = source === null ? null : linkAt(source, document.offsetAt(position));
      const target = link === null ? null : await targetOf(link, document, languages);
      if (link === null || target === null) return null;
      const found: vscode.DefinitionLink = {
        originSelectionRange: rangeOf(document, link),
        targetUri: target.uri,
        targetRange: target.range,
      };
      return [found];
    },
  };
}

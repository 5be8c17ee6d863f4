import * as vscode from "vscode";

import { hoverAt } from "../../core/language/hover.ts";
import { rangeOf } from "./languages.ts";
import type { Languages } from "./languages.ts";
import { isSchemaServedElsewhere } from "./schemaFiles.ts";

export function createHoverProvider(languages: Languages): vscode.HoverProvider {
  return {
    async provideHover(document, position, token) {
      const source = languages.sources.of(document);
      if (source === null) return null;
      const context = await languages.contextOf(document, source);
      const hover = await hoverAt(source, document.offsetAt(position), context);
      if (hover === null || token.isCancellationRequested) return null;
      const blocks = isSchemaServedElsewhere(document) ? hover.own : [...hover.schema, ...hover.own];
      if (blocks.length === 0) return null;
      // Parts of a definition are in there: nothing of it is trusted, and no command runs.
      const contents = blocks.map((block) => new vscode.MarkdownString(block));
      return new vscode.Hover(contents, rangeOf(document, hover));
    },
  };
}

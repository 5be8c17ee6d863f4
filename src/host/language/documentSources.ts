import type * as vscode from "vscode";

import { fileKindOf, readSource } from "../../core/language/source.ts";
import type { Source } from "../../core/language/source.ts";

/** Documents as the language features read them: parsed once for each version, whoever asks. */
export class DocumentSources {
  readonly #sources = new WeakMap<vscode.TextDocument, { readonly version: number; readonly source: Source }>();

  /** Null for documents that are neither assistants nor stores. */
  of(document: vscode.TextDocument): Source | null {
    const known = this.#sources.get(document);
    if (known !== undefined && known.version === document.version) return known.source;
    const kind = fileKindOf(document.uri.path);
    if (kind === null) return null;
    const source = readSource(kind, document.getText(), document.uri.path.toLowerCase().endsWith(".json"));
    this.#sources.set(document, { version: document.version, source });
    return source;
  }
}

import * as vscode from "vscode";

import type { Span } from "../../core/language/nodes.ts";
import type { LanguageContext, StoreReference } from "../../core/language/ports.ts";
import type { Source } from "../../core/language/source.ts";
import type { Log } from "../log.ts";
import { ConnectionFacts } from "./connectionFacts.ts";
import type { ConnectionQuestions } from "./connectionFacts.ts";
import { DocumentSources } from "./documentSources.ts";
import { listDirectory } from "./relativeFiles.ts";
import { SchemaFiles } from "./schemaFiles.ts";
import { StoreIndex } from "./storeIndex.ts";

/** What the providers of all features share. */
export class Languages implements vscode.Disposable {
  readonly sources = new DocumentSources();
  readonly stores: StoreIndex;
  readonly #schemas: SchemaFiles;
  readonly #facts: ConnectionFacts;

  constructor(extensionUri: vscode.Uri, questions: ConnectionQuestions, log: Log) {
    this.stores = new StoreIndex(log);
    this.#schemas = new SchemaFiles(extensionUri, log);
    this.#facts = new ConnectionFacts(questions, log);
  }

  async contextOf(document: vscode.TextDocument, source: Source): Promise<LanguageContext> {
    return {
      schema: await this.#schemas.of(source.kind),
      ports: {
        models: () => this.#facts.models(),
        stores: () => this.#storeReferences(),
        listDirectory: (path) => listDirectory(document.uri, path),
      },
    };
  }

  dispose(): void {
    this.stores.dispose();
  }

  /** Those that the workspace defines, then those of the connection by their ids. */
  async #storeReferences(): Promise<readonly StoreReference[]> {
    const [defined, remote] = await Promise.all([this.stores.all(), this.#facts.stores()]);
    return [
      ...defined.map(({ name, path }) => ({ name, detail: path })),
      ...remote.map(({ id, name }) => ({ name: id, detail: name ?? "on the connection" })),
    ];
  }
}

export function rangeOf(document: vscode.TextDocument, { start, end }: Span): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

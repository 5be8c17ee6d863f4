import * as vscode from "vscode";

import type { Schema } from "../../core/language/jsonSchema.ts";
import type { FileKind } from "../../core/language/source.ts";
import type { Log } from "../log.ts";

/** The JSON Schemas that the extension brings: the files that `package.json` gives to other language servers too. */
export class SchemaFiles {
  readonly #folder: vscode.Uri;
  readonly #log: Log;
  readonly #schemas = new Map<FileKind, Promise<Schema>>();

  constructor(extensionUri: vscode.Uri, log: Log) {
    this.#folder = vscode.Uri.joinPath(extensionUri, "schemas");
    this.#log = log;
  }

  /** Read on first need. A schema that cannot be read allows anything, and the log says why. */
  of(kind: FileKind): Promise<Schema> {
    const known = this.#schemas.get(kind);
    if (known !== undefined) return known;
    const reading = this.#read(kind).catch((error: unknown) => {
      this.#log.error(`The schema of *.${kind} files cannot be read`, error);
      return {};
    });
    this.#schemas.set(kind, reading);
    return reading;
  }

  async #read(kind: FileKind): Promise<Schema> {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.#folder, `${kind}.schema.json`));
    return JSON.parse(new TextDecoder().decode(bytes)) as Schema;
  }
}

/** Whether another extension reads the schema for this document: what the schema says would be shown twice. */
export function isSchemaServedElsewhere(document: vscode.TextDocument): boolean {
  const reader = document.uri.path.toLowerCase().endsWith(".json")
    ? "vscode.json-language-features"
    : "redhat.vscode-yaml";
  return vscode.extensions.getExtension(reader) !== undefined;
}

import * as vscode from "vscode";

import { baseName, isPlainText } from "../../core/retrieval/sourcePath.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";

export const storedScheme = "assistants-stored";

/** A file of a vector store. */
export interface StoredFileAddress {
  readonly connectionId: string;
  readonly storeId: string;
  readonly fileId: string;
  readonly filename: string;
}

/** The address as a URI: it says all that is needed to read the text again after a restart. */
export function storedUri({ filename, ...rest }: StoredFileAddress, scheme = storedScheme, suffix = ""): vscode.Uri {
  const name = baseName(filename);
  // The text of a PDF is shown as text, whatever opens PDFs here.
  const shown = suffix === "" && !isPlainText(name) ? `${name}.txt` : `${name}${suffix}`;
  return vscode.Uri.from({ scheme, path: `/${shown}`, query: JSON.stringify({ ...rest, filename }) });
}

/** @returns null for a URI that was not made by `storedUri` */
export function storedAddress(uri: vscode.Uri): StoredFileAddress | null {
  let fields: unknown;
  try {
    fields = JSON.parse(uri.query);
  } catch {
    return null;
  }
  const { connectionId, storeId, fileId, filename } = (fields ?? {}) as Readonly<Record<string, unknown>>;
  return typeof connectionId === "string" &&
    typeof storeId === "string" &&
    typeof fileId === "string" &&
    typeof filename === "string"
    ? { connectionId, storeId, fileId, filename }
    : null;
}

/** Readonly documents: the text of files as vector stores hold it. Read from the connection whenever one is opened. */
export function registerStoredDocuments(
  connections: ConnectionStore,
  providers: ProviderPool,
  log: Log,
  scheme = storedScheme,
): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: async (uri) => {
      const address = storedAddress(uri);
      const connection = address === null ? null : connections.find(address.connectionId);
      if (address === null || connection === null) return "The connection of this text is gone from the settings.\n";
      try {
        const pieces = await providers.with(connection, (provider) =>
          provider.retrieval.readVectorStoreFile(address.storeId, address.fileId),
        );
        return pieces.join("");
      } catch (error) {
        return `This text cannot be read: ${errorWords(error, log)}\n`;
      }
    },
  });
}

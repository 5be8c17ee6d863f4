import * as vscode from "vscode";

import { virtualScheme } from "../definitions/definitionStore.ts";

/** Documents that nobody looks at any more are forgotten beyond this many. */
const maxDocuments = 200;

const texts = new Map<string, string>();
const changed = new vscode.EventEmitter<vscode.Uri>();

/** Readonly documents: assistants as they are on a connection, written as definitions, and plans. */
export function registerRemoteDocuments(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(virtualScheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) =>
      texts.get(uri.toString()) ?? "# This was shown in an earlier session; open it again.\n",
  });
}

/** Puts a text under a name, in the place of what was shown under it before. */
export function putRemoteDocument(what: string, path: string, text: string): vscode.Uri {
  const uri = vscode.Uri.from({ scheme: virtualScheme, path: `/${path.replace(/^\/+/, "")}`, query: what });
  const key = uri.toString();
  texts.delete(key);
  texts.set(key, text);
  const oldest = texts.keys().next().value;
  if (texts.size > maxDocuments && oldest !== undefined) texts.delete(oldest);
  changed.fire(uri);
  return uri;
}

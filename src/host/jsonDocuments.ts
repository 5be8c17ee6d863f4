import * as vscode from "vscode";

const scheme = "assistants-json";
/** Documents that nobody looks at any more are forgotten beyond this many. */
const maxDocuments = 50;

const texts = new Map<string, string>();

/** Read-only JSON documents: wire objects as they were seen. */
export function registerJsonDocuments(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: (uri) =>
      texts.get(uri.toString()) ?? "// This object was shown in an earlier session; open it again from its view.\n",
  });
}

/** Opens a JSON text beside what is open. */
export async function openJson(name: string, json: string): Promise<void> {
  await openDocument(`${name.replaceAll(/[^\w.-]/g, "_")}.json`, json, vscode.ViewColumn.Active);
}

/** Opens a text that no file holds. */
export async function openText(name: string, text: string, column: vscode.ViewColumn): Promise<void> {
  await openDocument(`${name.replaceAll(/[^\p{L}\p{N}_. ()-]/gu, "_")}.txt`, text, column);
}

async function openDocument(path: string, text: string, viewColumn: vscode.ViewColumn): Promise<void> {
  const uri = vscode.Uri.from({ scheme, path: `/${path}`, query: String(Date.now()) });
  texts.set(uri.toString(), text);
  const oldest = texts.keys().next().value;
  if (texts.size > maxDocuments && oldest !== undefined) texts.delete(oldest);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true, viewColumn });
}

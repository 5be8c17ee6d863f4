import * as vscode from "vscode";

import type { Connection } from "../connections/connection.ts";

export const lockName = "assistants.lock.json";

/** The name that a lock has for a connection: one that everybody who shares the repository gives it. */
export function connectionKey({ lockKey, upstream }: Connection): string {
  return lockKey ?? (upstream.kind === "offline" ? "offline" : upstream.baseUrl);
}

/** The folder whose lock a definition is in: its workspace folder, or where it lies when it is in none. */
export function rootOf(definition: vscode.Uri): vscode.Uri {
  return vscode.workspace.getWorkspaceFolder(definition)?.uri ?? vscode.Uri.joinPath(definition, "..");
}

/** The path that a lock has for a file. */
export function pathIn(root: vscode.Uri, uri: vscode.Uri): string {
  return uri.path.slice(root.path.replace(/\/$/, "").length + 1);
}

export function uriIn(root: vscode.Uri, path: string): vscode.Uri {
  return vscode.Uri.joinPath(root, path);
}

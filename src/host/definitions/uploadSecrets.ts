import { open } from "node:fs/promises";

import * as vscode from "vscode";

import { judgedBytes, secretInFile } from "../../core/definition/secretInFile.ts";

interface Looked {
  readonly mtime: number;
  readonly size: number;
  readonly what: string | null;
}

/** Files that definitions name are few; what was looked at longest ago is looked at again. */
const mostKnown = 500;
const known = new Map<string, Looked>();

/**
 * What a file holds that looks like a secret; null where nothing does. It is asked after every pause in the typing: a file whose
 * time and size are as before is not read again.
 */
export async function secretInUpload(uri: vscode.Uri): Promise<string | null> {
  const key = uri.toString();
  const { mtime, size } = await vscode.workspace.fs.stat(uri);
  const before = known.get(key);
  if (before?.mtime === mtime && before.size === size) return before.what;
  const what = secretInFile(await beginningOf(uri, size));
  known.delete(key);
  known.set(key, { mtime, size, what });
  for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - mostKnown))) known.delete(oldest);
  return what;
}

async function beginningOf(uri: vscode.Uri, size: number): Promise<Uint8Array> {
  if (uri.scheme !== "file" || size <= judgedBytes) return vscode.workspace.fs.readFile(uri);
  const file = await open(uri.fsPath);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(judgedBytes), 0, judgedBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

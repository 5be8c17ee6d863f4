import { randomBytes } from "node:crypto";

import type * as vscode from "vscode";

const secretName = "assistants.runtimeKey";

/** The bearer key between the windows of this installation and their runtimes, made once and kept in SecretStorage. */
export function createRuntimeKey(secrets: vscode.SecretStorage): () => Promise<string> {
  let key: Promise<string> | null = null;
  const read = async (): Promise<string> => {
    const stored = await secrets.get(secretName);
    if (stored !== undefined) return stored;
    const made = randomBytes(32).toString("base64url");
    await secrets.store(secretName, made);
    return made;
  };
  return () => (key ??= read());
}

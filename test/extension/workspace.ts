import * as vscode from "vscode";

/** A file of the test's workspace, which is a copy of `examples/`. */
export function inWorkspace(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error("The tests need a workspace folder.");
  return vscode.Uri.joinPath(folder.uri, name);
}

export async function write(name: string, text: string): Promise<vscode.Uri> {
  const uri = inWorkspace(name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

/** The first answer that is not null; asks again until there is one. The test's own time limit ends the wait. */
export async function eventually<T>(ask: () => T | null | Promise<T | null>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

import * as vscode from "vscode";

import type { DebugAddress, DebuggedHandler } from "../../core/answers/ports.ts";

/** Whether VS Code has a debugger for a language, by the extensions that bring one. */
function debuggerFor(language: DebugAddress["language"]): { readonly type: string } | null {
  const wanted = language === "node" ? ["pwa-node", "node"] : ["debugpy", "python"];
  const types = vscode.extensions.all.flatMap((extension) => {
    const { contributes } = extension.packageJSON as {
      readonly contributes?: { readonly debuggers?: readonly { readonly type?: string }[] };
    };
    return contributes?.debuggers?.map(({ type }) => type) ?? [];
  });
  const type = wanted.find((one) => types.includes(one));
  return type === undefined ? null : { type };
}

/**
 * Makes a handler wait for VS Code's debugger, and attaches it. When the debug session ends before the handler does, the handler
 * goes on without it.
 * @param onFailure told in words when the debugger could not be attached: the handler is then to be stopped
 */
export function debuggedHandler(
  name: string,
  folder: vscode.Uri,
  onFailure: (message: string) => void,
): DebuggedHandler {
  return {
    onListening: (address) => {
      attach(name, folder, address).catch((error: unknown) =>
        onFailure(error instanceof Error ? error.message : String(error)),
      );
    },
  };
}

async function attach(name: string, folder: vscode.Uri, { language, host, port }: DebugAddress): Promise<void> {
  const found = debuggerFor(language);
  if (found === null)
    throw new Error(
      language === "node"
        ? "VS Code's JavaScript debugger (ms-vscode.js-debug) is not there, or is disabled."
        : "There is no Python debugger: install the extension Python Debugger (ms-python.debugpy).",
    );
  const attached = await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(folder), {
    type: found.type,
    request: "attach",
    name: `Handler of ${name}`,
    ...(language === "node"
      ? { address: host, port, skipFiles: ["<node_internals>/**"] }
      : { connect: { host, port }, justMyCode: true }),
  });
  if (!attached) throw new Error("The debugger could not be attached.");
}

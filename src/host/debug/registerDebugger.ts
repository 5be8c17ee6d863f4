import * as vscode from "vscode";

import { AssistantDebugSession } from "../../debug/assistantDebugSession.ts";
import { Command, debugType } from "../../manifest.ts";
import { registerCommand } from "../commands/register.ts";
import { definitionFor } from "../commands/targets.ts";
import type { ThreadNode } from "../views/threadNodes.ts";
import { DebugConfigurations } from "./debugConfigurations.ts";
import { registerExpiryStatus } from "./expiryStatus.ts";
import { hostDebugServices } from "./hostDebugServices.ts";
import type { HostDebugOptions } from "./hostDebugServices.ts";

/** The debug type `assistant`: its sessions run in this process, on the threads of this window. */
export function registerDebugger(options: HostDebugOptions, state: vscode.Memento): vscode.Disposable {
  const { definitions, connections, log } = options;
  const services = hostDebugServices(options);
  const configurations = new DebugConfigurations({ connections, definitions, state });
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(debugType, configurations),
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
      createDebugAdapterDescriptor: () =>
        new vscode.DebugAdapterInlineImplementation(new AssistantDebugSession(services)),
    }),
    registerExpiryStatus(),
    registerCommand(Command.debug, log, async (target) => {
      const uri = await definitionFor(target, definitions, "Debug");
      if (uri === null) return;
      await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), {
        type: debugType,
        request: "launch",
        name: `Debug ${uri.path.split("/").at(-1) ?? ""}`,
        definition: uri.scheme === "file" ? uri.fsPath : uri.toString(),
      });
    }),
    registerCommand(Command.debugThread, log, async (target, threadId) => {
      const place = threadOf(target, threadId);
      if (place === null) throw new Error("Choose a thread, or a run that goes on, in the view Threads.");
      const known = vscode.debug.activeDebugSession;
      if (known?.type === debugType && known.configuration["thread"] === place.thread)
        throw new Error("This thread is being debugged already.");
      await vscode.debug.startDebugging(undefined, {
        type: debugType,
        request: "attach",
        name: "Debug thread",
        connection: place.connection,
        thread: place.thread,
        ...(place.run === null ? { stay: true } : { run: place.run }),
      });
    }),
  );
}

/** A row of the tree, or the ids that the panel gives. */
function threadOf(
  target: unknown,
  threadId: unknown,
): { readonly connection: string; readonly thread: string; readonly run: string | null } | null {
  if (typeof target === "string" && typeof threadId === "string")
    return { connection: target, thread: threadId, run: null };
  if (typeof target !== "object" || target === null || !("threadId" in target)) return null;
  const { connection, threadId: thread, run } = target as ThreadNode;
  return { connection: connection.id, thread, run: run?.id ?? null };
}

import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import type { ConversationStore } from "../conversation/conversationStore.ts";
import type { Log } from "../log.ts";
import type { ChatPanels } from "../panel/chatPanels.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import type { ThreadNode } from "../views/threadNodes.ts";
import { registerCommand } from "./register.ts";

export interface ThreadCommandServices {
  readonly connections: ConnectionStore;
  readonly conversations: ConversationStore;
  readonly providers: ProviderPool;
  readonly panels: ChatPanels;
  readonly log: Log;
  readonly refresh: () => void;
}

export function registerThreadCommands(services: ThreadCommandServices): vscode.Disposable {
  const { connections, conversations, providers, panels, log, refresh } = services;
  return vscode.Disposable.from(
    registerCommand(Command.openThread, log, async (first, second) => {
      const node = nodeOf(first);
      const connectionId = node?.connection.id ?? first;
      const threadId = node?.threadId ?? second;
      if (typeof connectionId !== "string" || typeof threadId !== "string") return;
      const connection = connections.find(connectionId);
      if (connection === null) throw new Error("The connection of this thread is gone from the settings.");
      await panels.openThread(connection, threadId);
    }),
    registerCommand(Command.deleteThread, log, async (target) => {
      const node = nodeOf(target);
      if (node === null) return;
      const title = typeof node.item.label === "string" ? node.item.label : node.threadId;
      const choice = await vscode.window.showWarningMessage(
        `Delete the thread “${title}”?`,
        {
          modal: true,
          detail: "Its messages and runs are deleted on the provider, with their record here. This cannot be undone.",
        },
        "Delete",
      );
      if (choice !== "Delete") return;
      await providers.with(node.connection, (provider) => provider.deleteThread(node.threadId));
      panels.close(node.connection.id, node.threadId);
      await conversations.forget(node.connection.id, node.threadId);
      refresh();
    }),
    registerCommand(Command.cancelRun, log, async (target) => {
      const node = nodeOf(target);
      if (node?.run == null) return;
      const { id } = node.run;
      const conversation = await conversations.open(node.connection, node.threadId);
      await conversation.cancel(id);
      refresh();
    }),
  );
}

function nodeOf(target: unknown): ThreadNode | null {
  return typeof target === "object" && target !== null && "threadId" in target ? (target as ThreadNode) : null;
}

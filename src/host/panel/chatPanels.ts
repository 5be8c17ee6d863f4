import * as vscode from "vscode";

import { chatPanelType } from "../../manifest.ts";
import type { PanelIdentity } from "../../protocol/panelState.ts";
import type { Connection } from "../connections/connection.ts";
import type { HandlerLog } from "../answers/handlerLog.ts";
import type { ConversationStore } from "../conversation/conversationStore.ts";
import type { Log } from "../log.ts";
import { ChatPanel } from "./chatPanel.ts";
import { ChatSession } from "./chatSession.ts";
import type { ChatServices, ChatSubject } from "./chatSession.ts";
import type { DraftStore } from "./draftStore.ts";
import { panelHtml, panelResourceRoots } from "./panelHtml.ts";

export interface ChatPanelsOptions extends ChatServices {
  readonly extensionUri: vscode.Uri;
  readonly conversations: ConversationStore;
  readonly drafts: DraftStore;
  readonly log: Log;
  readonly handlerLog: HandlerLog;
}

/** The open chat panels. One shows a thread; opening it again brings that one forward. */
export class ChatPanels implements vscode.Disposable {
  readonly #options: ChatPanelsOptions;
  readonly #panels = new Set<ChatPanel>();
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(options: ChatPanelsOptions) {
    this.#options = options;
    const refresh = (): void => {
      for (const panel of this.#panels) void panel.refreshHeader();
    };
    this.#subscriptions = [
      options.definitions.onChange(refresh),
      options.sync.onChange(refresh),
      options.connections.onChange(() => {
        this.#followConnection();
        refresh();
      }),
      vscode.window.registerWebviewPanelSerializer(chatPanelType, {
        deserializeWebviewPanel: (panel, state: unknown) => this.#restore(panel, state),
      }),
    ];
  }

  /** Opens a chat on a new thread, on the connection in use. */
  openNew(subject: ChatSubject): ChatPanel {
    const session = this.#newSession(subject, this.#options.connections.current());
    return this.#show(createPanel(this.#options.extensionUri), session);
  }

  /** Opens a chat on a new thread beside what the person looks at, and leaves the focus there. */
  openBeside(subject: ChatSubject, connection: Connection): ChatPanel {
    return this.#show(createPanel(this.#options.extensionUri, "beside"), this.#newSession(subject, connection));
  }

  /**
   * Shows an existing thread.
   * @param subject whom it is with, where that is known; its runs tell otherwise
   */
  async openThread(
    connection: Connection,
    threadId: string,
    where: PanelPlace = "here",
    subject: ChatSubject | null = null,
  ): Promise<ChatPanel> {
    const known = this.#find(connection.id, threadId);
    if (known !== undefined) {
      known.panel.reveal(undefined, where === "beside");
      return known;
    }
    const session = await this.#threadSession(connection, threadId, subject);
    return this.#show(createPanel(this.#options.extensionUri, where), session);
  }

  /** Closes the panel of a thread that is gone. */
  close(connectionId: string, threadId: string): void {
    this.#find(connectionId, threadId)?.panel.dispose();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** A chat that has not begun goes along to the connection that is chosen; one that has stays where its thread is. */
  #followConnection(): void {
    const { id } = this.#options.connections.current();
    for (const panel of this.#panels) {
      const identity = panel.session.identity();
      if (identity.threadId === null && identity.connectionId !== id) void panel.restart();
    }
  }

  #find(connectionId: string, threadId: string): ChatPanel | undefined {
    for (const panel of this.#panels) {
      const identity = panel.session.identity();
      if (identity.connectionId === connectionId && identity.threadId === threadId) return panel;
    }
    return undefined;
  }

  #show(panel: vscode.WebviewPanel, session: ChatSession): ChatPanel {
    const { extensionUri, drafts, log, handlerLog } = this.#options;
    panel.webview.options = { enableScripts: true, localResourceRoots: [...panelResourceRoots(extensionUri)] };
    const chat = new ChatPanel({
      panel,
      session,
      drafts,
      log,
      handlerLog,
      newSession: (old) => this.#newSession(old.subject, this.#options.connections.current()),
    });
    this.#panels.add(chat);
    chat.onDispose(() => this.#panels.delete(chat));
    panel.webview.html = panelHtml(panel.webview, extensionUri);
    return chat;
  }

  #newSession(subject: ChatSubject, connection: Connection): ChatSession {
    return new ChatSession(this.#options.conversations.start(connection), subject, this.#options);
  }

  async #threadSession(connection: Connection, threadId: string, subject: ChatSubject | null): Promise<ChatSession> {
    const conversation = await this.#options.conversations.open(connection, threadId);
    const assistantId = conversation.runs.at(-1)?.run.assistant_id ?? null;
    const definitionUri =
      assistantId === null ? null : await this.#options.sync.definitionOf(connection.id, assistantId);
    return new ChatSession(conversation, subject ?? { definitionUri, assistantId }, this.#options);
  }

  /** VS Code brings a panel back after a reload, with what its page kept. */
  async #restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const identity = identityOf(state);
    const connection = identity === null ? null : this.#options.connections.find(identity.connectionId);
    if (identity === null || connection === null) {
      panel.dispose();
      return;
    }
    const subject: ChatSubject = {
      definitionUri: identity.definitionUri === null ? null : vscode.Uri.parse(identity.definitionUri, true),
      assistantId: identity.assistantId,
    };
    try {
      const session =
        identity.threadId === null
          ? this.#newSession(subject, connection)
          : await this.#threadSession(connection, identity.threadId, subject);
      this.#show(panel, session);
    } catch (error) {
      this.#options.log.error("A chat could not be brought back", error);
      const reason = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(`The chat could not be opened again: ${reason}`);
      panel.dispose();
    }
  }
}

/** `beside`: next to the active editor, which keeps the focus. */
type PanelPlace = "here" | "beside";

function createPanel(extensionUri: vscode.Uri, where: PanelPlace = "here"): vscode.WebviewPanel {
  const place =
    where === "here" ? vscode.ViewColumn.Active : { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
  const panel = vscode.window.createWebviewPanel(chatPanelType, "Assistant", place, { enableFindWidget: true });
  panel.iconPath = {
    light: vscode.Uri.joinPath(extensionUri, "media", "chat-light.svg"),
    dark: vscode.Uri.joinPath(extensionUri, "media", "chat-dark.svg"),
  };
  return panel;
}

/** The state comes back from disk: it may be of an older version, or damaged. */
function identityOf(state: unknown): PanelIdentity | null {
  if (typeof state !== "object" || state === null || !("identity" in state)) return null;
  const identity: unknown = state.identity;
  if (typeof identity !== "object" || identity === null) return null;
  const { connectionId, threadId, definitionUri, assistantId } = identity as Record<string, unknown>;
  const text = (value: unknown): value is string | null => value === null || typeof value === "string";
  if (typeof connectionId !== "string" || !text(threadId) || !text(definitionUri) || !text(assistantId)) return null;
  return { connectionId, threadId, definitionUri, assistantId };
}

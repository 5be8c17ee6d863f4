import { randomUUID } from "node:crypto";

import * as vscode from "vscode";

import { inspectorPanelType } from "../../manifest.ts";
import type { InspectorState, SearchSettings, SearchView } from "../../protocol/inspectorMessages.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { panelHtml, panelResourceRoots } from "../panel/panelHtml.ts";
import { InspectorPanel, type InspectorServices } from "./inspectorPanel.ts";

export interface InspectorPanelsOptions extends InspectorServices {
  readonly extensionUri: vscode.Uri;
  readonly connections: ConnectionStore;
}

/** What an inspector is opened with. */
export interface InspectorSubject {
  readonly storeId: string;
  readonly question: string;
  /** The record of a run's search; null when nothing was found yet. */
  readonly found: SearchView | null;
  /** How the run searched, where that is known. */
  readonly settings: Partial<SearchSettings>;
}

/** The open retrieval inspectors, and those that VS Code brings back. */
export class InspectorPanels implements vscode.Disposable {
  readonly #options: InspectorPanelsOptions;
  readonly #serializer: vscode.Disposable;
  readonly #panels = new Set<InspectorPanel>();

  constructor(options: InspectorPanelsOptions) {
    this.#options = options;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(inspectorPanelType, {
      deserializeWebviewPanel: (panel, state: unknown) => this.#restore(panel, state),
    });
  }

  open(connection: Connection, subject: InspectorSubject): void {
    const panel = vscode.window.createWebviewPanel(inspectorPanelType, "Ask a Store", vscode.ViewColumn.Active, {
      enableFindWidget: true,
    });
    const state: InspectorState = {
      version: 1,
      id: randomUUID(),
      connectionId: connection.id,
      question: subject.question,
      a: { settings: { ...defaults, ...subject.settings, storeId: subject.storeId }, found: subject.found },
      b: null,
    };
    this.#show(panel, connection, state);
  }

  dispose(): void {
    this.#serializer.dispose();
    for (const panel of this.#panels) panel.dispose();
  }

  #show(panel: vscode.WebviewPanel, connection: Connection, state: InspectorState | null): void {
    const { extensionUri } = this.#options;
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, "media", "search-light.svg"),
      dark: vscode.Uri.joinPath(extensionUri, "media", "search-dark.svg"),
    };
    panel.webview.options = { enableScripts: true, localResourceRoots: [...panelResourceRoots(extensionUri)] };
    const inspector = new InspectorPanel(panel, connection, state, this.#options);
    this.#panels.add(inspector);
    inspector.onDispose(() => this.#panels.delete(inspector));
    panel.webview.html = panelHtml(panel.webview, extensionUri, { script: "inspector", title: "Ask a Store" });
  }

  /** VS Code brings a panel back after a reload, with what its page kept; what the host kept is at least as new. */
  async #restore(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const { connections, states } = this.#options;
    const { connectionId, id } = (kept ?? {}) as { readonly connectionId?: unknown; readonly id?: unknown };
    const connection = typeof connectionId === "string" ? connections.find(connectionId) : connections.current();
    if (connection === null) panel.dispose();
    else this.#show(panel, connection, typeof id === "string" ? await states.read(id) : null);
  }
}

/** The wire's own defaults. */
const defaults: SearchSettings = {
  storeId: "",
  maxResults: 10,
  scoreThreshold: 0,
  ranker: "auto",
  rewrite: false,
  filter: "",
};

import * as vscode from "vscode";

import { NodeContext } from "../../manifest.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";
import type { ViewNode } from "./node.ts";

/** A tree view over nodes. What fails to load shows the reason in its place. */
export class NodeTree<T extends ViewNode> implements vscode.TreeDataProvider<ViewNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<ViewNode | undefined>();
  readonly #roots: () => Promise<readonly T[]>;
  readonly #log: Log;
  #timer: NodeJS.Timeout | null = null;
  /** The roots that VS Code has; null before it asked for any. */
  #shown: readonly ViewNode[] | null = null;
  #view: vscode.TreeView<ViewNode> | null = null;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(roots: () => Promise<readonly T[]>, log: Log) {
    this.#roots = roots;
    this.#log = log;
  }

  /** Several changes in a row make one refresh. */
  refresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#update();
    }, 100);
  }

  /** The children of a node are others than before. */
  changed(node: ViewNode): void {
    this.#changed.fire(node);
  }

  /** The view that shows this tree: while it is hidden nothing is read. */
  attach(view: vscode.TreeView<ViewNode>): void {
    this.#view = view;
  }

  getTreeItem(node: ViewNode): vscode.TreeItem {
    return node.item;
  }

  async getChildren(node?: ViewNode): Promise<ViewNode[]> {
    try {
      if (node !== undefined) return [...((await node.children?.()) ?? [])];
      this.#shown = await this.#roots();
      return [...this.#shown];
    } catch (error) {
      const item = new vscode.TreeItem(errorWords(error, this.#log));
      item.iconPath = new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
      item.contextValue = NodeContext.failure;
      item.tooltip = typeof item.label === "string" ? item.label : "";
      return [{ item }];
    }
  }

  /**
   * Brings the roots up to date in their places where they are the same ones. Telling VS Code that the whole tree changed makes
   * it forget all nodes until it has read them again, and an action that is clicked meanwhile gets none.
   */
  async #update(): Promise<void> {
    const shown = this.#shown;
    if (shown === null || this.#view?.visible !== true) return this.#changed.fire(undefined);
    let next: readonly ViewNode[];
    try {
      next = await this.#roots();
    } catch {
      // `getChildren` reads again, and shows the reason.
      return this.#changed.fire(undefined);
    }
    const same = shown.length === next.length && next.every((node, index) => node.item.id === shown[index]?.item.id);
    if (!same || shown !== this.#shown || next.length === 0) return this.#changed.fire(undefined);
    for (const [index, node] of next.entries()) {
      const known = shown[index];
      if (known === undefined) continue;
      // The object is what VS Code holds; its parts are what changed.
      Object.assign(known, node);
      this.#changed.fire(known);
    }
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#changed.dispose();
  }
}

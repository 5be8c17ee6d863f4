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
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(roots: () => Promise<readonly T[]>, log: Log) {
    this.#roots = roots;
    this.#log = log;
  }

  /** Several changes in a row make one refresh. */
  refresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#changed.fire(undefined);
    }, 100);
  }

  getTreeItem(node: ViewNode): vscode.TreeItem {
    return node.item;
  }

  async getChildren(node?: ViewNode): Promise<ViewNode[]> {
    try {
      return [...(node === undefined ? await this.#roots() : ((await node.children?.()) ?? []))];
    } catch (error) {
      const item = new vscode.TreeItem(errorWords(error, this.#log));
      item.iconPath = new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
      item.contextValue = NodeContext.failure;
      item.tooltip = typeof item.label === "string" ? item.label : "";
      return [{ item }];
    }
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#changed.dispose();
  }
}

import type * as vscode from "vscode";

/** A node of a tree view. Children are asked for when it is expanded. */
export interface ViewNode {
  readonly item: vscode.TreeItem;
  readonly children?: () => Promise<readonly ViewNode[]>;
  /** The wire id, for *Copy ID*. */
  readonly id?: string;
  /** The object as JSON, for *Open as JSON*. */
  readonly object?: unknown;
}

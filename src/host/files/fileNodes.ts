import * as vscode from "vscode";

import { isOrphan, useWords } from "../../core/retrieval/fileUses.ts";
import type { FileUses } from "../../core/retrieval/fileUses.ts";
import type { StoredFile } from "../../core/wire.ts";
import { Command, NodeContext } from "../../manifest.ts";
import type { Connection } from "../connections/connection.ts";
import type { ViewNode } from "../views/node.ts";
import { ago, byteSize } from "../views/timeWords.ts";

/** An uploaded or generated file. */
export interface FileNode extends ViewNode {
  readonly kind: "file";
  readonly connection: Connection;
  readonly file: StoredFile;
  /** Where it is used, in words; null while that is not known. */
  readonly use: string | null;
}

/** @param uses where files are used; null while that is being found out */
export function fileNode(file: StoredFile, uses: FileUses | null, connection: Connection): FileNode {
  const item = new vscode.TreeItem(file.filename);
  const orphan = uses !== null && isOrphan(file, uses);
  const use = uses === null ? null : useWords(uses.of(file.id));
  const created = new Date(file.created_at * 1000);
  const facts = [byteSize(file.bytes), ...(file.purpose === "assistants" ? [] : [purposeWords(file.purpose)])];
  item.id = `${connection.id} ${file.id}`;
  item.description = [...facts, ago(created.getTime()), orphan ? "not used" : (use ?? "")]
    .filter((fact) => fact !== "")
    .join(" · ");
  item.iconPath = orphan
    ? new vscode.ThemeIcon("circle-slash", new vscode.ThemeColor("list.warningForeground"))
    : vscode.ThemeIcon.File;
  // The icon of a file by its name.
  if (!orphan) item.resourceUri = vscode.Uri.from({ scheme: "assistants-file", path: `/${file.filename}` });
  item.contextValue = NodeContext.uploadedFile;
  item.tooltip = [
    file.filename,
    file.id,
    `Purpose: ${file.purpose}`,
    `${file.bytes.toLocaleString("en")} bytes, created ${created.toLocaleString()}`,
    tooltipOfUse(file, uses),
  ].join("\n");
  const node: FileNode = { kind: "file", connection, file, use, item, id: file.id, object: file };
  item.command = { title: "Open content", command: Command.openFile, arguments: [node] };
  return node;
}

function tooltipOfUse(file: StoredFile, uses: FileUses | null): string {
  if (uses === null) return "Where it is used is being found out.";
  const { stores, assistants, threads } = uses.of(file.id);
  const lines = [
    ...stores.slice(0, 20).map((name) => `In the vector store ${name}`),
    ...assistants.slice(0, 20).map((name) => `For the code interpreter of ${name}`),
    ...(threads === 0 ? [] : [`In ${threads} ${threads === 1 ? "thread" : "threads"}`]),
  ];
  if (lines.length > 0) return lines.join("\n");
  if (!isOrphan(file, uses)) return "Messages and batches that use it are not looked into.";
  return uses.threadsKnown
    ? "No vector store, assistant or thread uses it."
    : "No vector store or assistant uses it. This server does not list threads: one of them may.";
}

function purposeWords(purpose: string): string {
  return purpose === "assistants_output" ? "made by a run" : purpose;
}

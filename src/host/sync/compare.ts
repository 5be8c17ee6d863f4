import * as vscode from "vscode";

import { EditRefused } from "../../core/definition/editDefinition.ts";
import type { Fields } from "../../core/sync/fields.ts";
import { connectionIn } from "../../core/sync/lock.ts";
import { newDefinitionText } from "../../core/sync/newDefinition.ts";
import { matchAll } from "../../core/sync/syncInput.ts";
import type { Match } from "../../core/sync/syncInput.ts";
import { textWith } from "../../core/sync/textWith.ts";
import type { DefinitionTexts } from "../../core/sync/textWith.ts";
import { connectionKey, pathIn, uriIn } from "./syncFolder.ts";
import { putRemoteDocument } from "./remoteDocuments.ts";
import type { Prepared } from "./workspaceSync.ts";

/** A file, and the document that shows what it would be. */
interface Side {
  readonly file: vscode.Uri;
  readonly other: vscode.Uri;
}

export function matchOf(prepared: Prepared, uri: vscode.Uri): Match | null {
  const path = pathIn(prepared.folder.root, uri);
  return matchAll(prepared.input).matches.find((match) => match.path === path) ?? null;
}

/** A file, and the text that it would have. */
interface FileText {
  readonly file: vscode.Uri;
  readonly text: string;
}

/** The files that other texts would change, the definition first. */
export function changedFiles(prepared: Prepared, { local }: Match, texts: DefinitionTexts): readonly FileText[] {
  if (local === null) return [];
  const { root } = prepared.folder;
  const { instructions } = local;
  return [
    ...(texts.definition === local.text ? [] : [{ file: uriIn(root, local.path), text: texts.definition }]),
    ...(instructions === null || texts.instructions === null || texts.instructions === instructions.text
      ? []
      : [{ file: uriIn(root, instructions.path), text: texts.instructions }]),
  ];
}

/**
 * Opens VS Code's diff: what is on the connection at the left, the file at the right.
 * @param beside leave what is shown where it is: a chat waits for an answer
 */
export async function openDiff(prepared: Prepared, match: Match, uri: vscode.Uri, beside = false): Promise<void> {
  const { root } = prepared.folder;
  const differing = changedFiles(prepared, match, textsWith(prepared, match, match.there)).map(
    ({ file, text }): Side => ({
      file,
      other: putRemoteDocument(`remote ${prepared.connection.id}`, pathIn(root, file), text),
    }),
  );
  const name = match.path.split("/").at(-1) ?? match.path;
  const title = `${name} (${prepared.connection.name} ↔ here)`;
  // Several files in one editor cannot be put beside.
  if (differing.length > 1 && !beside) {
    const rows = differing.map(({ file, other }) => [file, other, file]);
    await vscode.commands.executeCommand("vscode.changes", title, rows);
    return;
  }
  const viewColumn = beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
  for (const { file, other } of differing.slice(1))
    await vscode.commands.executeCommand("vscode.diff", other, file, title, { viewColumn, preview: false });
  const [only] = differing;
  // Without a difference as well: the person sees that there is none.
  const other =
    only?.other ?? putRemoteDocument(`remote ${prepared.connection.id}`, match.path, match.local?.text ?? "");
  await vscode.commands.executeCommand("vscode.diff", other, only?.file ?? uri, title, { viewColumn });
}

/** The definition, and its instructions file, as they would be with other fields. */
export function textsWith(prepared: Prepared, match: Match, wanted: Fields): DefinitionTexts {
  const { local, here } = match;
  if (local === null) return { definition: "", instructions: null };
  try {
    return textWith(local, here, wanted, connectionIn(prepared.input.lock, connectionKey(prepared.connection)));
  } catch (error) {
    // A file that is not valid cannot take the fields: a new one shows them.
    if (error instanceof EditRefused) return { definition: newDefinitionText(wanted, match.path), instructions: null };
    throw error;
  }
}

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

/** A file, and what it would be with other fields. */
export interface Side {
  readonly file: vscode.Uri;
  readonly other: vscode.Uri;
}

export function matchOf(prepared: Prepared, uri: vscode.Uri): Match | null {
  const path = pathIn(prepared.folder.root, uri);
  return matchAll(prepared.input).matches.find((match) => match.path === path) ?? null;
}

/** The definition, and its instructions file, as they would be with other fields: only files that differ, the definition first. */
export function sidesWith(prepared: Prepared, match: Match, wanted: Fields, what: string): readonly Side[] {
  const { local } = match;
  if (local === null) return [];
  const { root } = prepared.folder;
  const texts = textsWith(prepared, match, wanted);
  const side = (path: string, text: string): Side => ({
    file: uriIn(root, path),
    other: putRemoteDocument(`${what} ${prepared.connection.id}`, path, text),
  });
  const { instructions } = local;
  return [
    ...(texts.definition === local.text ? [] : [side(local.path, texts.definition)]),
    ...(instructions === null || texts.instructions === null || texts.instructions === instructions.text
      ? []
      : [side(instructions.path, texts.instructions)]),
  ];
}

/**
 * Opens VS Code's diff: what is on the connection at the left, the file at the right.
 * @param beside leave what is shown where it is: a chat waits for an answer
 */
export async function openDiff(prepared: Prepared, match: Match, uri: vscode.Uri, beside = false): Promise<void> {
  const differing = sidesWith(prepared, match, match.there, "remote");
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

function textsWith(prepared: Prepared, match: Match, wanted: Fields): DefinitionTexts {
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

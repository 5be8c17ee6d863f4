import * as vscode from "vscode";

import { locateText, type Stretch } from "../../core/retrieval/locateText.ts";
import type { Attributes, ChunkPlace } from "../../core/retrieval/retrieval.ts";
import { baseName, isPlainText, sourcePathOf } from "../../core/retrieval/sourcePath.ts";
import type { Connection } from "../connections/connection.ts";
import { openText } from "../jsonDocuments.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { storedScheme, storedUri } from "./storedDocuments.ts";

/** A passage whose source is looked for. */
export interface Passage {
  readonly connection: Connection;
  /** Stores that may have the file; the first that has it is asked. */
  readonly storeIds: readonly string[];
  readonly fileId: string;
  readonly filename: string;
  /** Null when they are not known: the stores are asked. */
  readonly attributes: Attributes | null;
  /** Empty when only the file is known. */
  readonly text: string;
  readonly place: ChunkPlace;
}

/** Where a passage was found in the workspace. */
export type FoundSource =
  | {
      readonly kind: "text";
      readonly uri: vscode.Uri;
      readonly text: string;
      readonly stretch: Stretch | null;
    }
  /** A file that is no text, such as a PDF. */
  | { readonly kind: "binary"; readonly uri: vscode.Uri }
  /** The file is there, and the passage is not in it. */
  | { readonly kind: "changed"; readonly uri: vscode.Uri }
  | { readonly kind: "absent" };

/** So many files of one name are looked into. */
const maxCandidates = 20;
/** VS Code itself opens no larger text. */
const maxBytes = 50 * 1024 * 1024;

/** Finds and opens what an answer or a search result comes from: the file in the workspace, else the text that was indexed. */
export class SourceOpener {
  readonly #providers: ProviderPool;
  readonly #log: Log;
  readonly #scheme: string;

  /** @param scheme of the documents that show stored text */
  constructor(providers: ProviderPool, log: Log, scheme = storedScheme) {
    this.#providers = providers;
    this.#log = log;
    this.#scheme = scheme;
  }

  /**
   * Opens the source of a passage, with the passage selected.
   * @returns what was opened instead and why, in words; null when it is the source itself
   * @throws when not even the stored text can be shown
   */
  async open(passage: Passage, column: vscode.ViewColumn): Promise<string | null> {
    const source = await this.find(passage);
    const { filename, place } = passage;
    if (source.kind === "text") {
      const document = await vscode.workspace.openTextDocument(source.uri);
      // A document has one kind of line break, whatever its file has: places in the one are not those in the other.
      const stretch =
        source.stretch === null ? null : locateText(document.getText(), passage.text, source.stretch.start);
      await show(document, stretch ?? lineStretch(document, place), column);
      return null;
    }
    if (source.kind === "binary" && (await openWithViewer(source.uri, place.page, column))) return null;
    const instead = await this.#openStored(passage, column);
    const name = baseName(filename);
    const page = place.page === null ? "" : `, page ${place.page}`;
    switch (source.kind) {
      case "binary":
        return `${name}${page}: this is its text as it was indexed. VS Code has no viewer for the file itself.`;
      case "changed":
        return `${name} has changed since it was indexed: the passage is not in it any more. ${instead}`;
      case "absent":
        return `${name} is not in this workspace. ${instead}`;
    }
  }

  /** Looks a passage up in the workspace, without opening an editor. */
  async find(passage: Passage): Promise<FoundSource> {
    const attributes = passage.attributes ?? (await this.#attributesOf(passage));
    const path = sourcePathOf(attributes);
    const byPath = path === null ? [] : await filesAt(path);
    const candidates = byPath.length > 0 ? byPath : await filesNamed(baseName(passage.filename));
    let changed: vscode.Uri | null = null;
    for (const uri of candidates) {
      if (!isPlainText(uri.path)) {
        // Nothing tells files of one name apart but the path that the sync has noted.
        if (byPath.length > 0 || candidates.length === 1) return { kind: "binary", uri };
        continue;
      }
      const text = await textOf(uri, this.#log);
      if (text === null) continue;
      if (passage.text === "") return { kind: "text", uri, text, stretch: null };
      const stretch = locateText(text, passage.text, passage.place.start);
      if (stretch !== null) return { kind: "text", uri, text, stretch };
      changed ??= uri;
    }
    return changed === null ? { kind: "absent" } : { kind: "changed", uri: changed };
  }

  /** @returns what is shown, in words */
  async #openStored(passage: Passage, column: vscode.ViewColumn): Promise<string> {
    const { connection, fileId, filename, text, place } = passage;
    for (const storeId of passage.storeIds) {
      const uri = storedUri({ connectionId: connection.id, storeId, fileId, filename }, this.#scheme);
      try {
        const pieces = await this.#providers.with(connection, (provider) =>
          provider.retrieval.readVectorStoreFile(storeId, fileId),
        );
        if (pieces.join("").trim() === "") continue;
      } catch (error) {
        this.#log.error("The stored text of a file could not be read", error);
        continue;
      }
      const document = await vscode.workspace.openTextDocument(uri);
      await show(document, locateText(document.getText(), text, place.start), column);
      return "This is the text that the store has.";
    }
    if (text !== "") {
      await openText(`${baseName(filename)} (passage)`, text, column);
      return "This is the passage as it was found; the store does not have the file any more.";
    }
    throw new Error(`Neither the workspace nor the store has the text of ${baseName(filename)}.`);
  }

  async #attributesOf({ connection, storeIds, fileId }: Passage): Promise<Attributes | null> {
    for (const storeId of storeIds) {
      try {
        const file = await this.#providers.with(connection, (provider) =>
          provider.retrieval.retrieveVectorStoreFile(storeId, fileId),
        );
        return file.attributes ?? null;
      } catch (error) {
        // Another store may have it; without attributes the file's name is what is left.
        this.#log.info(`The store ${storeId} does not tell of ${fileId}: ${String(error)}`);
      }
    }
    return null;
  }
}

async function filesAt(path: string): Promise<readonly vscode.Uri[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const found: vscode.Uri[] = [];
  for (const folder of folders) {
    const uri = vscode.Uri.joinPath(folder.uri, path);
    if (await isFile(uri)) found.push(uri);
  }
  // The path may be relative to a folder below: that of a store definition.
  return found.length > 0 ? found : vscode.workspace.findFiles(`**/${escapeGlob(path)}`, undefined, maxCandidates);
}

async function filesNamed(name: string): Promise<readonly vscode.Uri[]> {
  return name === "" ? [] : vscode.workspace.findFiles(`**/${escapeGlob(name)}`, "**/node_modules/**", maxCandidates);
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    // That it is not there is the answer.
    return false;
  }
}

function escapeGlob(path: string): string {
  return path.replace(/[*?[\]{}]/g, (sign) => `[${sign}]`);
}

/**
 * The text of a file, as its editor has it when it has unsaved changes. Null when it is too large to look into, or
 * cannot be read. A document without any may be behind its file: VS Code reads it again a moment after a change on disk,
 * and keeps it for a while after its editor was closed.
 */
async function textOf(uri: vscode.Uri, log: Log): Promise<string | null> {
  const edited = vscode.workspace.textDocuments.find(
    (document) => document.isDirty && document.uri.toString() === uri.toString(),
  );
  if (edited !== undefined) return edited.getText();
  try {
    if ((await vscode.workspace.fs.stat(uri)).size > maxBytes) return null;
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    log.info(`${uri.path} cannot be read: ${String(error)}`);
    return null;
  }
}

function lineStretch(document: vscode.TextDocument, { startLine }: ChunkPlace): Stretch | null {
  if (startLine === null || startLine > document.lineCount) return null;
  const start = document.offsetAt(new vscode.Position(startLine - 1, 0));
  return { start, end: start };
}

async function show(document: vscode.TextDocument, stretch: Stretch | null, column: vscode.ViewColumn): Promise<void> {
  const selection =
    stretch === null
      ? undefined
      : new vscode.Range(document.positionAt(stretch.start), document.positionAt(stretch.end));
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: column,
    preview: true,
    ...(selection === undefined ? {} : { selection }),
  });
  if (selection !== undefined) editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Opens a file in a viewer that some extension has for it. @returns whether there is one */
async function openWithViewer(uri: vscode.Uri, page: number | null, column: vscode.ViewColumn): Promise<boolean> {
  const extension = /\.[^.]+$/.exec(uri.path)?.[0].toLowerCase() ?? "";
  const has = vscode.extensions.all.some((one) => hasEditorFor(one.packageJSON as unknown, extension));
  if (!has) return false;
  // Viewers of PDFs read the page where browsers have it.
  const target = page === null ? uri : uri.with({ fragment: `page=${page}` });
  await vscode.commands.executeCommand("vscode.open", target, { viewColumn: column, preview: true });
  return true;
}

function hasEditorFor(manifest: unknown, extension: string): boolean {
  const { contributes } = (manifest ?? {}) as { readonly contributes?: { readonly customEditors?: unknown } };
  const editors: unknown = contributes?.customEditors;
  return (
    Array.isArray(editors) &&
    editors.some((editor: unknown) => {
      const { selector } = (editor ?? {}) as { readonly selector?: readonly { readonly filenamePattern?: string }[] };
      return selector?.some(({ filenamePattern = "" }) => filenamePattern.toLowerCase().endsWith(extension)) === true;
    })
  );
}

import * as vscode from "vscode";

import { skipByName } from "../../core/documents/fileRules.ts";
import { globProposals, newStoreText } from "../../core/vectorStoreDefinition/newStore.ts";
import { matcher } from "../../disk/globs.ts";
import { listFiles } from "../../disk/listFiles.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import { isThere } from "../sync/folderFiles.ts";
import { pathIn } from "../sync/syncFolder.ts";
import { folderForNewFile, openNewFile } from "./newFile.ts";

const title = "New Vector Store";
/** Files that are looked at where VS Code lists them; enough to tell what a folder holds. */
const mostFiles = 20_000;

interface GlobItem extends vscode.QuickPickItem {
  /** Null: the person types one. */
  readonly glob: string | null;
}

/** A new store definition: its name, then its globs, each with the number of files that it matches now. */
export async function newVectorStore(stores: StoreDefinitions): Promise<void> {
  const folder = await folderForNewFile("a vector store");
  if (folder === null) return;
  const taken = await stores.in(folder);
  const name = await vscode.window.showInputBox({
    title,
    prompt: "Its name: what assistants refer to it by.",
    value: taken.has("docs") ? "" : "docs",
    ignoreFocusOut: true,
    validateInput: (text) => nameFault(text.trim(), taken),
  });
  if (name === undefined) return;
  const include = await askForGlobs(folder);
  if (include === null) return;
  const uri = vscode.Uri.joinPath(folder, `${name.trim()}.vectorstore.yaml`);
  if (await isThere(uri)) throw new Error(`${name.trim()}.vectorstore.yaml exists already.`);
  await openNewFile(uri, newStoreText(name.trim(), include));
}

/** Globs with their counts, to choose several of; null when the person left off. */
async function askForGlobs(folder: vscode.Uri): Promise<readonly string[] | null> {
  const paths = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "Looking for documents" },
    () => pathsIn(folder),
  );
  const proposals = globProposals(paths);
  const items: readonly GlobItem[] = [
    ...proposals.slice(0, 40).map(({ glob, count }) => ({ label: glob, description: files(count), glob })),
    { label: "$(edit) Another glob…", description: "", alwaysShow: true, glob: null },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: proposals.length === 0 ? "Nothing that file search reads was found here" : "Which files are in it?",
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (picked === undefined) return null;
  const chosen = picked.flatMap(({ glob }) => glob ?? []);
  if (chosen.length === picked.length && chosen.length > 0) return chosen;
  const typed = await askForGlob(paths);
  return typed === null ? null : [...chosen, typed];
}

/** What a sync would list: not what git ignores. */
async function pathsIn(folder: vscode.Uri): Promise<readonly string[]> {
  if (folder.scheme === "file") return listFiles(folder.fsPath, { gitignore: true, bases: [""] });
  const everything = new vscode.RelativePattern(folder, "**/*");
  const found = await vscode.workspace.findFiles(everything, "**/{node_modules,.git}/**", mostFiles);
  return found.map((uri) => pathIn(folder, uri));
}

async function askForGlob(paths: readonly string[]): Promise<string | null> {
  const glob = await vscode.window.showInputBox({
    title,
    prompt: "A glob, from this folder.",
    value: "docs/**/*.md",
    ignoreFocusOut: true,
    validateInput: (text) => {
      const fault = globFault(text.trim());
      if (fault !== null) return fault;
      const matching = paths.filter(matcher([text.trim()]));
      const read = matching.filter((path) => skipByName(path, 1) === null).length;
      return {
        message: matchWords(matching.length, read),
        severity: vscode.InputBoxValidationSeverity[read === 0 ? "Warning" : "Info"],
      };
    },
  });
  return glob === undefined ? null : glob.trim();
}

/** @param read how many of them file search reads */
function matchWords(matching: number, read: number): string {
  if (matching === 0) return "No file matches it now.";
  const match = `${files(matching)} match${matching === 1 ? "es" : ""} it`;
  if (read === matching) return `${match}.`;
  return read === 0 ? `${match}, and file search reads none of them.` : `${match}; file search reads ${read} of them.`;
}

function nameFault(name: string, taken: ReadonlyMap<string, unknown>): string | null {
  if (!/^[\w][\w .-]*$/.test(name)) return "Letters, digits, -, _ and dots make a good name: the file has it too.";
  if (name.startsWith("vs_")) return "A name that begins with vs_ would be taken for an id.";
  if (name.length > 200) return "A name has at most 200 characters.";
  return taken.has(name) ? `There is a store called ${name} already.` : null;
}

function globFault(glob: string): string | null {
  if (glob === "") return "Which files?";
  return /^(?:[/\\]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(glob) ? "A glob stays inside the workspace." : null;
}

function files(count: number): string {
  return `${count} file${count === 1 ? "" : "s"}`;
}

import * as vscode from "vscode";

import { globProposals, newStoreText } from "../../core/vectorStoreDefinition/newStore.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import { isThere } from "../sync/folderFiles.ts";
import { folderForNewFile, openNewFile } from "./newFile.ts";

const title = "New Vector Store";
/** Files that are looked at for proposals; enough to tell what a folder holds. */
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
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "Looking for documents" },
    () =>
      vscode.workspace.findFiles(new vscode.RelativePattern(folder, "**/*"), "**/{node_modules,.git}/**", mostFiles),
  );
  const prefix = folder.path.replace(/\/$/, "").length + 1;
  const proposals = globProposals(found.map(({ path }) => path.slice(prefix)));
  const items: readonly GlobItem[] = [
    ...proposals.slice(0, 40).map(({ glob, count }) => ({ label: glob, description: files(count), glob })),
    { label: "$(edit) Another glob…", description: "", alwaysShow: true, glob: null },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: proposals.length === 0 ? "No documents were found here" : "Which files are in it?",
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (picked === undefined) return null;
  const chosen = picked.flatMap(({ glob }) => glob ?? []);
  if (chosen.length === picked.length && chosen.length > 0) return chosen;
  const typed = await askForGlob(folder);
  return typed === null ? null : [...chosen, typed];
}

async function askForGlob(folder: vscode.Uri): Promise<string | null> {
  const glob = await vscode.window.showInputBox({
    title,
    prompt: "A glob, from this folder.",
    value: "docs/**/*.md",
    ignoreFocusOut: true,
    validateInput: async (text) => {
      const fault = globFault(text.trim());
      if (fault !== null) return fault;
      const { length } = await vscode.workspace.findFiles(
        new vscode.RelativePattern(folder, text.trim()),
        "**/{node_modules,.git}/**",
        mostFiles,
      );
      const severity = vscode.InputBoxValidationSeverity[length === 0 ? "Warning" : "Info"];
      return {
        message: length === 0 ? "No file matches it now." : `${files(length)} match${length === 1 ? "es" : ""} it.`,
        severity,
      };
    },
  });
  return glob === undefined ? null : glob.trim();
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
  return `${count}${count >= mostFiles ? " or more" : ""} file${count === 1 ? "" : "s"}`;
}

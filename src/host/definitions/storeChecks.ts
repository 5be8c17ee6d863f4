import * as vscode from "vscode";

import type { Problem } from "../../core/definition/definition.ts";
import type { DefinitionFacts } from "../../core/definition/rules/rule.ts";
import { readSource } from "../../core/definition/source.ts";
import { parseStore } from "../../core/vectorStoreDefinition/parseStore.ts";
import { includedGlobs } from "../../core/vectorStoreDefinition/rules.ts";
import { pathIn, rootOf } from "../sync/syncFolder.ts";
import type { StoreDefinitions } from "./storeDefinitions.ts";

/** Everything that is wrong with a store definition's text, by every rule that is not turned off. */
export async function storeProblemsOf(
  uri: vscode.Uri,
  text: string,
  stores: StoreDefinitions,
  disabled: ReadonlySet<string>,
): Promise<readonly Problem[]> {
  const { value } = readSource(text);
  const facts: DefinitionFacts = {
    sameStore: await sameNamed(uri, value, stores),
    ...(vscode.workspace.getWorkspaceFolder(uri) === undefined ? {} : await matchesOf(uri, value)),
  };
  return parseStore(text, { facts, disabled }).problems;
}

/** The path of another store definition of the same name. */
async function sameNamed(uri: vscode.Uri, value: unknown, stores: StoreDefinitions): Promise<string | null> {
  const root = rootOf(uri);
  const name = typeof value === "object" && value !== null && "name" in value ? value.name : undefined;
  const other = (await stores.files(root)).find((file) => file.name === name && file.uri.toString() !== uri.toString());
  return name === undefined || other === undefined ? null : pathIn(root, other.uri);
}

/** Which globs match a file, as VS Code finds files: those that its settings exclude are not there. */
async function matchesOf(uri: vscode.Uri, value: unknown): Promise<DefinitionFacts> {
  const folder = vscode.Uri.joinPath(uri, "..");
  const empty = new Set<string>();
  await Promise.all(
    includedGlobs(value).map(async (glob) => {
      const pattern = new vscode.RelativePattern(folder, glob.replaceAll("\\", "/").replace(/^\.\//, ""));
      const found = await vscode.workspace.findFiles(pattern, "**/node_modules/**", 1);
      if (found.length === 0) empty.add(glob);
    }),
  );
  return { globMatches: (glob) => !empty.has(glob) };
}

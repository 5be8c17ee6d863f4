import type * as vscode from "vscode";

import type { ParsedDefinition } from "../../core/definition/definition.ts";
import { readBy } from "../../core/definition/checkDefinition.ts";
import type { DefinitionFacts } from "../../core/definition/rules/rule.ts";
import { referencePath } from "../../core/sync/referencePath.ts";
import { isThere } from "../sync/folderFiles.ts";
import { pathIn, uriIn } from "../sync/syncFolder.ts";

/** What the rules want to know of a definition's surroundings, except the instructions' text. */
export async function surroundingsOf(
  root: vscode.Uri,
  uri: vscode.Uri,
  text: string,
  storeNames: ReadonlySet<string>,
): Promise<DefinitionFacts> {
  const path = pathIn(root, uri);
  const missing = new Set<string>();
  // Without rules: only what keeps the text from being read at all keeps its references from being looked at.
  for (const reference of referencesOf(readBy(text, [], {}))) {
    const target = referencePath(path, reference);
    if (target === null || !(await isThere(uriIn(root, target)))) missing.add(reference);
  }
  return { fileExists: (reference) => !missing.has(reference), storeNames };
}

function referencesOf(parsed: ParsedDefinition): readonly string[] {
  if (!parsed.valid) return [];
  const { instructions, files, tools } = parsed.definition;
  const handlers = tools.flatMap(({ handler }) => [
    ...(handler?.command ?? []).filter((word) => /^\.\.?[/\\]/.test(word)),
    ...(handler?.module === undefined ? [] : [handler.module.file]),
  ]);
  return [...(instructions?.kind === "file" ? [instructions.path] : []), ...files, ...handlers];
}

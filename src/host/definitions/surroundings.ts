import type * as vscode from "vscode";

import { allReferences } from "../../core/definition/references.ts";
import type { References } from "../../core/definition/references.ts";
import type { DefinitionFacts } from "../../core/definition/rules/rule.ts";
import { NotUtf8 } from "../../core/definition/utf8Text.ts";
import type { LocalFile } from "../../core/sync/localDefinition.ts";
import { referencePath } from "../../core/sync/referencePath.ts";
import { isThere, readBytes } from "../sync/folderFiles.ts";
import { pathIn, uriIn } from "../sync/syncFolder.ts";
import { fileText } from "./definitionText.ts";

/** What a definition's references lead to, as it was when it was looked at. */
export interface Surroundings {
  /** References that lead to nothing, or out of the folder. */
  readonly missing: readonly string[];
  /** The instructions file with its text; null where there is none. */
  readonly instructions: { readonly path: string; readonly text: string } | null;
  /** Files to upload, with their content's hash; only when `uploads` was asked for. */
  readonly files: readonly LocalFile[];
  /** Why what is needed for a push cannot be read; null when all could. */
  readonly unreadable: string | null;
}

/** @param uploads whether the files that would be uploaded are read as well, for their hashes */
export async function surroundingsOf(
  root: vscode.Uri,
  definition: vscode.Uri,
  references: References,
  uploads: boolean,
): Promise<Surroundings> {
  const path = pathIn(root, definition);
  const missing: string[] = [];
  const targets = new Map<string, string>();
  for (const reference of allReferences(references)) {
    const target = referencePath(path, reference);
    if (target === null || !(await isThere(uriIn(root, target)))) missing.push(reference);
    else targets.set(reference, target);
  }
  let instructions: Surroundings["instructions"] = null;
  const files: LocalFile[] = [];
  try {
    if (references.instructions !== null) {
      const target = targets.get(references.instructions) ?? outside(path, references.instructions);
      instructions = { path: target, text: await instructionsText(uriIn(root, target), references.instructions) };
    }
    for (const reference of uploads ? references.files : []) {
      const target = targets.get(reference) ?? outside(path, reference);
      files.push({ reference, path: target, sha256: (await readBytes(uriIn(root, target))).sha256 });
    }
  } catch (error) {
    return { missing, instructions, files, unreadable: error instanceof Error ? error.message : String(error) };
  }
  return { missing, instructions, files, unreadable: null };
}

async function instructionsText(uri: vscode.Uri, reference: string): Promise<string> {
  try {
    return await fileText(uri, "kept");
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    throw new Error(`${reference} cannot be read: ${error.message}`, { cause: error });
  }
}

/** What the rules want to know of them. */
export function factsOf({ missing, instructions }: Surroundings, storeNames: ReadonlySet<string>): DefinitionFacts {
  return {
    fileExists: (reference) => !missing.includes(reference),
    storeNames,
    ...(instructions === null ? {} : { instructionsText: instructions.text }),
  };
}

function outside(definition: string, reference: string): string {
  const target = referencePath(definition, reference);
  throw new Error(target === null ? `${reference} is outside the folder.` : `There is no file ${reference}.`);
}

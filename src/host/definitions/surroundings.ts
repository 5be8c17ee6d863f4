import type * as vscode from "vscode";

import { allReferences } from "../../core/definition/references.ts";
import type { References } from "../../core/definition/references.ts";
import type { DefinitionFacts } from "../../core/definition/rules/rule.ts";
import { outOfFolder } from "../../core/definition/rules/surroundings.ts";
import { secretInFile } from "../../core/definition/secretInFile.ts";
import { NotUtf8 } from "../../core/definition/utf8Text.ts";
import type { LocalFile } from "../../core/sync/localDefinition.ts";
import { referencePath } from "../../core/sync/referencePath.ts";
import { isThere, linkedFrom, readBytes } from "../sync/folderFiles.ts";
import { pathIn, uriIn } from "../sync/syncFolder.ts";
import { fileText } from "./definitionText.ts";
import { secretInUpload } from "./uploadSecrets.ts";

/** What a definition's references lead to, as it was when it was looked at. */
export interface Surroundings {
  /** References that lead to nothing; of those that lead out of the folder, the ones whose path does. */
  readonly missing: readonly string[];
  /** References that lead out of the folder, by their path or by a link. */
  readonly outside: readonly string[];
  /** What files to upload hold that looks like a secret, by reference. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The instructions file with its text; null where there is none. */
  readonly instructions: { readonly path: string; readonly text: string } | null;
  /** Files to upload, with their content's hash; only when `uploads` was asked for. */
  readonly files: readonly LocalFile[];
  /** Why what is needed for a push cannot be read; null when all could. */
  readonly unreadable: string | null;
}

/** @param uploads whether the files that would be uploaded are read as a whole, for their hashes */
export async function surroundingsOf(
  root: vscode.Uri,
  definition: vscode.Uri,
  references: References,
  uploads: boolean,
): Promise<Surroundings> {
  const path = pathIn(root, definition);
  const [missing, outside, secrets] = [[] as string[], [] as string[], new Map<string, string>()];
  const targets = new Map<string, string>();
  for (const reference of allReferences(references)) {
    const target = referencePath(path, reference);
    const lead = target === null ? "out" : await leadOf(root, target);
    if (target === null || lead === "nowhere") missing.push(reference);
    else targets.set(reference, target);
    if (lead === "out") outside.push(reference);
  }
  /** Where a file is that is sent. */
  const placeOf = (reference: string): string => {
    if (outside.includes(reference)) throw new Error(outOfFolder(reference));
    const target = targets.get(reference);
    if (target === undefined) throw new Error(`There is no file ${reference}.`);
    return target;
  };
  let instructions: Surroundings["instructions"] = null;
  const files: LocalFile[] = [];
  let unreadable: string | null = null;
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      unreadable ??= error instanceof Error ? error.message : String(error);
    }
  };
  const { instructions: named } = references;
  if (named !== null)
    await attempt(async () => {
      const target = placeOf(named);
      instructions = { path: target, text: await instructionsText(uriIn(root, target), named) };
    });
  for (const reference of references.files)
    await attempt(async () => {
      const target = placeOf(reference);
      let what: string | null;
      if (uploads) {
        const { bytes, sha256 } = await readBytes(uriIn(root, target));
        files.push({ reference, path: target, sha256 });
        what = secretInFile(bytes);
      } else what = await secretInUpload(uriIn(root, target));
      if (what !== null) secrets.set(reference, what);
    });
  return { missing, outside, secrets, instructions, files, unreadable };
}

async function leadOf(root: vscode.Uri, path: string): Promise<"in" | "out" | "nowhere"> {
  if (!(await isThere(uriIn(root, path)))) return "nowhere";
  try {
    return (await linkedFrom(root, path)) === null ? "out" : "in";
  } catch (error) {
    // It went in the meantime.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "nowhere";
    throw error;
  }
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
export function factsOf(
  { missing, outside, secrets, instructions }: Surroundings,
  storeNames: ReadonlySet<string>,
): DefinitionFacts {
  return {
    fileExists: (reference) => !missing.includes(reference),
    leadsOut: (reference) => outside.includes(reference),
    secretInFile: (reference) => secrets.get(reference) ?? null,
    storeNames,
    ...(instructions === null ? {} : { instructionsText: instructions.text }),
  };
}

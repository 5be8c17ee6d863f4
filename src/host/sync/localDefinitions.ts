import * as vscode from "vscode";

import { checkDefinition } from "../../core/definition/checkDefinition.ts";
import type { ParsedDefinition } from "../../core/definition/definition.ts";
import type { LocalDefinition, LocalFile } from "../../core/sync/localDefinition.ts";
import { referencePath } from "../../core/sync/referencePath.ts";
import { fileText } from "../definitions/definitionText.ts";
import { surroundingsOf } from "../definitions/surroundings.ts";
import { readBytes } from "./folderFiles.ts";
import { pathIn, uriIn } from "./syncFolder.ts";

/** Definitions with what they refer to. One that refers to nothing is checked again only when its text is another. */
export class LocalDefinitions {
  readonly #known = new Map<string, LocalDefinition>();

  async read(
    root: vscode.Uri,
    uris: readonly vscode.Uri[],
    storeNames: ReadonlySet<string>,
    disabled: ReadonlySet<string>,
  ): Promise<readonly LocalDefinition[]> {
    const read = await Promise.all(uris.map((uri) => this.#readOne(root, uri, storeNames, disabled)));
    return read.filter((one) => one !== null);
  }

  /** Null for a file that went in the meantime. */
  async #readOne(
    root: vscode.Uri,
    uri: vscode.Uri,
    storeNames: ReadonlySet<string>,
    disabled: ReadonlySet<string>,
  ): Promise<LocalDefinition | null> {
    const path = pathIn(root, uri);
    const key = `${uri.toString()} ${[...disabled].join()}`;
    let text: string;
    try {
      text = await fileText(uri, "kept");
    } catch (error) {
      if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return null;
      return unreadable(path, error);
    }
    const known = this.#known.get(key);
    if (known?.text === text) return known;
    const local = await readDefinition(root, path, text, storeNames, disabled);
    if (refersToNothing(local)) this.#known.set(key, local);
    else this.#known.delete(key);
    return local;
  }
}

async function readDefinition(
  root: vscode.Uri,
  path: string,
  text: string,
  storeNames: ReadonlySet<string>,
  disabled: ReadonlySet<string>,
): Promise<LocalDefinition> {
  const facts = await surroundingsOf(root, uriIn(root, path), text, storeNames);
  const parsed = checkDefinition(text, { facts, disabled });
  const nothing = { path, text, parsed, instructions: null, files: [], unreadable: null };
  if (!parsed.valid) return nothing;
  const { definition } = parsed;
  let instructions: LocalDefinition["instructions"] = null;
  const files: LocalFile[] = [];
  try {
    if (definition.instructions?.kind === "file") {
      const target = inside(path, definition.instructions.path);
      instructions = { path: target, text: await fileText(uriIn(root, target), "kept") };
    }
    for (const reference of definition.files) {
      const target = inside(path, reference);
      files.push({ reference, path: target, sha256: (await readBytes(uriIn(root, target))).sha256 });
    }
  } catch (error) {
    return { ...nothing, unreadable: error instanceof Error ? error.message : String(error) };
  }
  const whole =
    instructions === null
      ? parsed
      : checkDefinition(text, { facts: { ...facts, instructionsText: instructions.text }, disabled });
  return { path, text, parsed: whole, instructions, files, unreadable: null };
}

function inside(definition: string, reference: string): string {
  const target = referencePath(definition, reference);
  if (target === null) throw new Error(`${reference} is outside the folder.`);
  return target;
}

function refersToNothing({ parsed, instructions, files }: LocalDefinition): boolean {
  if (!parsed.valid || parsed.definition.vectorStore !== null) return false;
  return (
    instructions === null && files.length === 0 && parsed.definition.tools.every(({ handler }) => handler === undefined)
  );
}

function unreadable(path: string, error: unknown): LocalDefinition {
  const message = `It cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  const problem = { severity: "error", code: "yaml-syntax", message, start: 0, end: 1 } as const;
  const parsed: ParsedDefinition = { valid: false, name: null, problems: [problem] };
  return { path, text: "", parsed, instructions: null, files: [], unreadable: null };
}

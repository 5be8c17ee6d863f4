import * as vscode from "vscode";

import { checkSource } from "../../core/definition/checkDefinition.ts";
import type { ParsedDefinition } from "../../core/definition/definition.ts";
import { referencesOf } from "../../core/definition/references.ts";
import type { References } from "../../core/definition/references.ts";
import { rules } from "../../core/definition/rules/table.ts";
import { readSource } from "../../core/definition/source.ts";
import type { LocalDefinition } from "../../core/sync/localDefinition.ts";
import { fileText } from "../definitions/definitionText.ts";
import { factsOf, surroundingsOf } from "../definitions/surroundings.ts";
import type { Surroundings } from "../definitions/surroundings.ts";
import { isThere } from "./folderFiles.ts";
import { pathIn } from "./syncFolder.ts";

/** What a definition is checked by, besides itself. */
export interface CheckContext {
  readonly storeNames: ReadonlySet<string>;
  /** Codes of rules that are turned off. */
  readonly disabled: ReadonlySet<string>;
}

interface Known {
  readonly text: string;
  readonly references: References;
  readonly context: string;
  readonly around: Surroundings;
  readonly local: LocalDefinition;
}

/** Definitions with what they refer to. What did not change is not read again, and what reads the same is not checked again. */
export class LocalDefinitions {
  readonly #known = new Map<string, Known>();
  /** Those of which something was heard since they were read. */
  readonly #stale = new Set<string>();
  readonly #readText: typeof fileText;

  /** @param readText how a definition's text is read */
  constructor(readText: typeof fileText = fileText) {
    this.#readText = readText;
  }

  /** A definition, or a file that it names, changed. */
  forget(uri: vscode.Uri): void {
    this.#stale.add(uri.toString());
  }

  /** @param fresh read every file anew, whether or not it was heard to change: before anything is done with what they say */
  async read(
    root: vscode.Uri,
    uris: readonly vscode.Uri[],
    context: CheckContext,
    fresh: boolean,
  ): Promise<readonly LocalDefinition[]> {
    const mark = JSON.stringify([[...context.storeNames].toSorted(), [...context.disabled].toSorted()]);
    const read = await Promise.all(uris.map((uri) => this.#readOne(root, uri, context, mark, fresh)));
    return read.filter((one) => one !== null);
  }

  /** Null for a file that went in the meantime. */
  async #readOne(
    root: vscode.Uri,
    uri: vscode.Uri,
    context: CheckContext,
    mark: string,
    fresh: boolean,
  ): Promise<LocalDefinition | null> {
    const key = uri.toString();
    const known = this.#known.get(key);
    if (!fresh && known?.context === mark && !this.#stale.has(key)) return known.local;
    // Before the first look: what is heard during it makes it stale again.
    this.#stale.delete(key);
    const path = pathIn(root, uri);
    let text: string;
    try {
      text = await this.#readText(uri, "kept");
    } catch (error) {
      this.#known.delete(key);
      // A link that leads to nothing is there, though there is nothing to read.
      const gone = error instanceof vscode.FileSystemError && error.code === "FileNotFound" && !(await isThere(uri));
      if (gone) return null;
      return unreadable(path, error);
    }
    const same = known?.text === text ? known : null;
    const references = same?.references ?? referencesOf(readSource(text));
    const around = await surroundingsOf(root, uri, references, true);
    if (same?.context === mark && sameSurroundings(same.around, around)) return same.local;
    const facts = factsOf(around, context.storeNames);
    const parsed = checkSource(readSource(text), rules, { facts, disabled: context.disabled });
    const { instructions, files, unreadable: reason } = around;
    const local: LocalDefinition = parsed.valid
      ? { path, text, parsed, instructions, files, unreadable: reason }
      : { path, text, parsed, instructions: null, files: [], unreadable: null };
    this.#known.set(key, { text, references, context: mark, around, local });
    return local;
  }
}

function sameSurroundings(a: Surroundings, b: Surroundings): boolean {
  return (
    a.unreadable === b.unreadable &&
    a.instructions?.text === b.instructions?.text &&
    a.missing.join("\0") === b.missing.join("\0") &&
    a.outside.join("\0") === b.outside.join("\0") &&
    [...a.secrets].join("\0") === [...b.secrets].join("\0") &&
    a.files.map(({ sha256 }) => sha256).join() === b.files.map(({ sha256 }) => sha256).join()
  );
}

function unreadable(path: string, error: unknown): LocalDefinition {
  const message = `It cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  const problem = { severity: "error", code: "yaml-syntax", message, start: 0, end: 1 } as const;
  const parsed: ParsedDefinition = { valid: false, name: null, problems: [problem] };
  return { path, text: "", parsed, instructions: null, files: [], unreadable: null };
}

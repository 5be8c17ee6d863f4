import type * as vscode from "vscode";

import type { ParsedDefinition } from "../../core/definition/definition.ts";

/** A definition file and what its text says. */
export interface DefinitionFile {
  readonly uri: vscode.Uri;
  /** Relative to its workspace folder. */
  readonly path: string;
  readonly parsed: ParsedDefinition;
}

/** The assistant's name, or the file's where the definition does not tell. */
export function displayName(file: DefinitionFile): string {
  const name = file.parsed.valid ? file.parsed.definition.name : file.parsed.name;
  return name ?? file.path.split("/").at(-1) ?? file.path;
}

/** Why a definition cannot be used, in one line; null when it can. */
export function refusal(file: DefinitionFile): string | null {
  if (file.parsed.valid) return null;
  const first = file.parsed.problems.find((problem) => problem.severity === "error");
  return `${file.path} has a problem: ${first?.message ?? "it is not valid"}`;
}

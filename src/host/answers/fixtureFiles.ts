import * as vscode from "vscode";

import type { Fixture, ParsedFixtures } from "../../core/answers/fixture.ts";
import { fixturesPath } from "../../core/answers/fixture.ts";
import type { FixtureSource, PendingCall } from "../../core/answers/ports.ts";
import { parseFixtures } from "../../core/answers/parseFixtures.ts";
import { newFixturesText, recordFixture } from "../../core/answers/recordFixture.ts";
import { fileText } from "../definitions/definitionText.ts";
import { positionsIn } from "../definitions/positions.ts";

/** Fixtures files of the workspace: what is open in an editor counts before what is on disk. */
export class FixtureFiles implements FixtureSource {
  /** The last reading of each file: a run asks for it once a call. */
  readonly #read = new Map<string, { readonly text: string; readonly parsed: ParsedFixtures }>();

  /** @param place the definition's URI */
  async fixturesOf(place: string): Promise<readonly Fixture[]> {
    const uri = fixturesUri(vscode.Uri.parse(place, true));
    const text = await textOrNull(uri);
    if (text === null) return [];
    const known = this.#read.get(place);
    const parsed = known?.text === text ? known.parsed : parseFixtures(text, null);
    this.#read.set(place, { text, parsed });
    if (parsed.valid) return parsed.fixtures;
    const first = parsed.problems.find(({ severity }) => severity === "error");
    throw new Error(`${nameOf(uri)} has a problem: ${first?.message ?? "it is not valid"}`);
  }

  /**
   * Keeps an answer beside the definition, for exactly these arguments, by the smallest edit.
   * @returns the file's name
   * @throws EditRefused when the file has a problem
   */
  async record(definition: vscode.Uri, call: Pick<PendingCall, "name" | "arguments">, output: string): Promise<string> {
    const uri = fixturesUri(definition);
    const text = await textOrNull(uri);
    const edit = new vscode.WorkspaceEdit();
    if (text === null) {
      const fresh = newFixturesText(nameOf(definition));
      const whole = recordFixture(fresh, call, output).reduceRight(
        (made, { start, end, text: inserted }) => made.slice(0, start) + inserted + made.slice(end),
        fresh,
      );
      edit.createFile(uri, { contents: new TextEncoder().encode(whole) });
    } else {
      const at = positionsIn(text);
      for (const { start, end, text: inserted } of recordFixture(text, call, output))
        edit.replace(uri, new vscode.Range(at(start), at(end)), inserted);
    }
    if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`${nameOf(uri)} could not be changed.`);
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.isDirty && !(await document.save())) throw new Error(`${nameOf(uri)} could not be saved.`);
    return nameOf(uri);
  }
}

/** The fixtures file beside a definition. */
export function fixturesUri(definition: vscode.Uri): vscode.Uri {
  return definition.with({ path: fixturesPath(definition.path) });
}

/** Null where there is no such file. */
async function textOrNull(uri: vscode.Uri): Promise<string | null> {
  try {
    return await fileText(uri, "dropped");
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return null;
    throw error;
  }
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.split("/").at(-1) ?? uri.path;
}

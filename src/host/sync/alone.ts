import * as vscode from "vscode";

import { HeldElsewhere, exclusively } from "../../disk/exclusive.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";

/**
 * Does something in a folder while nobody else does it: another window, or a terminal. Somebody who is at it is waited for, and the
 * person is told. A folder that is not on this machine's disk has nobody else, as far as can be known.
 * @param what see `disk/folderWork.ts` @param task told whether somebody was waited for
 * @throws DefinitionProblem when somebody else is at work, and does not end
 */
export async function aloneIn<T>(
  root: vscode.Uri,
  what: string,
  task: (waited: boolean) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (root.scheme !== "file") return task(false);
  const waiting = Promise.withResolvers<void>();
  const onWait = (words: string): void =>
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: `Waiting: ${words}` },
      () => waiting.promise,
    );
  let begun = false;
  try {
    return await exclusively(root.fsPath, what, { who: vscode.env.appName, signal, onWait }, (waited) => {
      begun = true;
      waiting.resolve();
      return task(waited);
    });
  } catch (error) {
    if (error instanceof HeldElsewhere) throw new DefinitionProblem(error.message, { cause: error });
    if (!begun && signal?.aborted === true) throw new DefinitionProblem("Stopped: nothing was done.", { cause: error });
    throw error;
  } finally {
    waiting.resolve();
  }
}

import * as vscode from "vscode";

import type { CommandId } from "../../manifest.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";

/** Registers a command whose failure is told to the person, in words, whoever called it. */
export function registerCommand(
  id: CommandId,
  log: Log,
  run: (...args: readonly unknown[]) => unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      return await run(...args);
    } catch (error) {
      const choice = await vscode.window.showErrorMessage(errorWords(error, log), "Show Log");
      if (choice === "Show Log") log.show();
      return undefined;
    }
  });
}

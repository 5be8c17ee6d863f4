import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import type { Connection } from "../connections/connection.ts";
import type { Log } from "../log.ts";

/** Says that a runtime ended unexpectedly, and what became of it. */
export function tellOfCrash(connection: Connection, restarting: boolean, log: Log): void {
  const text = restarting
    ? `The local runtime (${connection.name}) stopped unexpectedly and was restarted. Threads are kept; a run that was under way has failed.`
    : `The local runtime (${connection.name}) stopped twice within a minute and is not restarted by itself. Threads are kept.`;
  const actions = restarting ? ["Show Log"] : ["Restart Runtime", "Show Log"];
  void vscode.window.showWarningMessage(text, ...actions).then((choice) => {
    if (choice === "Show Log") log.show();
    else if (choice === "Restart Runtime") void vscode.commands.executeCommand(Command.restartRuntime);
  });
}

import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import type { HandlerLog } from "../answers/handlerLog.ts";
import type { HandlerSecrets } from "../answers/handlerSecrets.ts";
import type { Log } from "../log.ts";
import { registerCommand } from "./register.ts";

/** Secrets and the log of handlers. */
export function registerAnswerCommands(secrets: HandlerSecrets, handlerLog: HandlerLog, log: Log): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand(Command.setHandlerSecret, log, () => secrets.change()),
    registerCommand(Command.showHandlerLog, log, () => handlerLog.show()),
  );
}

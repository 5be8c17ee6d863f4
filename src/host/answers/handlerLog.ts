import * as vscode from "vscode";

import type { PendingCall } from "../../core/answers/ports.ts";

/** What handlers say beside their output; the channel is made when one first does. */
export class HandlerLog implements vscode.Disposable {
  #channel: vscode.OutputChannel | null = null;
  #last = "";

  write(text: string, call: PendingCall): void {
    const channel = this.#open();
    if (this.#last !== call.id) channel.appendLine(`— ${call.name} (${call.id}), ${new Date().toLocaleTimeString()}`);
    this.#last = call.id;
    channel.append(text);
  }

  show(): void {
    this.#open().show(true);
  }

  dispose(): void {
    this.#channel?.dispose();
  }

  #open(): vscode.OutputChannel {
    return (this.#channel ??= vscode.window.createOutputChannel("Assistants: Handlers"));
  }
}

import * as vscode from "vscode";

import type { SecretSource } from "../../handlers/secretValues.ts";

/** Secrets of handlers, in VS Code's secret storage: asked for when a handler first needs one. */
export class HandlerSecrets implements SecretSource {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async secret(name: string): Promise<string | null> {
    return (await this.#storage.get(keyOf(name))) ?? (await this.#ask(name));
  }

  env(name: string): string | null {
    return process.env[name] ?? null;
  }

  /** Sets or forgets a secret; the command asks for its name. */
  async change(): Promise<void> {
    const name = await vscode.window.showInputBox({
      title: "Set Secret of a Handler",
      prompt: "The name, as a handler writes it: ${secret:NAME}",
      placeHolder: "orders-api",
      validateInput: (text) => (/^[A-Za-z0-9_.-]{1,100}$/.test(text) ? null : "Letters, digits, dots, _ and -."),
    });
    if (name === undefined) return;
    if ((await this.#storage.get(keyOf(name))) !== undefined) {
      const forget = "Forget It";
      const choice = await vscode.window.showQuickPick(["Set Another Value", forget], {
        title: `The secret ${name} is set`,
      });
      if (choice === undefined) return;
      if (choice === forget) return this.#storage.delete(keyOf(name));
    }
    await this.#ask(name);
  }

  async #ask(name: string): Promise<string | null> {
    const value = await vscode.window.showInputBox({
      title: `Secret ${name} of a handler`,
      prompt: "Kept in VS Code's secret storage, on this machine. Any handler of this window that names it gets it.",
      password: true,
      ignoreFocusOut: true,
    });
    if (value === undefined || value === "") return null;
    await this.#storage.store(keyOf(name), value);
    return value;
  }
}

function keyOf(name: string): string {
  return `assistants.handlerSecret.${name}`;
}

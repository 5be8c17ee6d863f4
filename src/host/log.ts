import * as vscode from "vscode";

/** The extension's output channel, created when something is first said. Known secrets are blotted out of every line. */
export class Log implements vscode.Disposable {
  readonly #secrets = new Set<string>();
  #channel: vscode.LogOutputChannel | null = null;

  /** From now on this value never reaches the channel. */
  conceal(secret: string): void {
    if (secret.length >= 4) this.#secrets.add(secret);
  }

  info(text: string): void {
    this.#open().info(this.#blot(text));
  }

  warn(text: string): void {
    this.#open().warn(this.#blot(text));
  }

  error(text: string, error?: unknown): void {
    const detail = error instanceof Error ? `: ${error.message}` : "";
    this.#open().error(this.#blot(text + detail));
  }

  show(): void {
    this.#open().show();
  }

  dispose(): void {
    this.#channel?.dispose();
  }

  #open(): vscode.LogOutputChannel {
    this.#channel ??= vscode.window.createOutputChannel("Assistants", { log: true });
    return this.#channel;
  }

  #blot(text: string): string {
    let blotted = text;
    for (const secret of this.#secrets) blotted = blotted.replaceAll(secret, "•••");
    return blotted;
  }
}

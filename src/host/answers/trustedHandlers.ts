import pLimit from "p-limit";
import * as vscode from "vscode";

import { handlerExplained } from "../../core/answers/handler.ts";
import type { Handler } from "../../core/answers/handler.ts";
import type { HandlerResult, HandlerRunner, HandlerRunOptions, PendingCall } from "../../core/answers/ports.ts";
import { agreementHash } from "../../handlers/agreedFiles.ts";
import { folderOf } from "../../handlers/commandLine.ts";

const stateKey = "assistants.agreedHandlers";
/** Agreements that were not used for long make way for newer ones. */
const mostAgreed = 500;
/** Of calls that come together; the others wait their turn. */
const mostAtOnce = 4;

/**
 * Lets handlers run only in a trusted workspace, and only after a person has agreed to this very handler: to its definition and to
 * what is in the files that it names. What changed since is asked for again.
 */
export class TrustedHandlers implements HandlerRunner {
  readonly #inner: HandlerRunner;
  readonly #state: vscode.Memento;
  readonly #limit = pLimit(mostAtOnce);
  /** One question at a time, and one for calls that come together. */
  #asking: Promise<unknown> = Promise.resolve();

  constructor(inner: HandlerRunner, state: vscode.Memento) {
    this.#inner = inner;
    this.#state = state;
  }

  /** @param place the definition's URI */
  async run(
    handler: Handler,
    call: PendingCall,
    place: string,
    signal: AbortSignal,
    options?: HandlerRunOptions,
  ): Promise<HandlerResult> {
    const start = performance.now();
    const refused = (message: string): HandlerResult => ({
      ok: false,
      failure: { source: "handler", code: "refused", message, durationMs: Math.round(performance.now() - start) },
    });
    if (!vscode.workspace.isTrusted) return refused("No handler runs in a workspace that is not trusted.");
    const definition = vscode.Uri.parse(place, true);
    if (definition.scheme !== "file")
      return refused("Handlers run only where the definition is a file on this machine.");
    if (!(await this.#agreed(handler, call, definition.fsPath))) return refused("You did not let this handler run.");
    return this.#limit(() => this.#inner.run(handler, call, definition.fsPath, signal, options));
  }

  #agreed(handler: Handler, call: PendingCall, place: string): Promise<boolean> {
    const answer = this.#asking.then(() => this.#ask(handler, call, place));
    this.#asking = answer.catch(() => undefined);
    return answer;
  }

  async #ask(handler: Handler, call: PendingCall, place: string): Promise<boolean> {
    const hash = await agreementHash(handler, place);
    const agreed = this.#state.get<readonly string[]>(stateKey, []);
    if (agreed.includes(hash)) return true;
    const yes = "Run Handler";
    const choice = await vscode.window.showWarningMessage(
      `Let the handler of ${call.name} run?`,
      { modal: true, detail: handlerExplained(handler, place, folderOf(handler, place)) },
      yes,
    );
    if (choice !== yes) return false;
    await this.#state.update(stateKey, [...agreed.slice(-mostAgreed + 1), hash]);
    return true;
  }
}

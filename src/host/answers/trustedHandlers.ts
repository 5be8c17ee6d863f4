import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import pLimit from "p-limit";
import * as vscode from "vscode";

import { handlerFiles, handlerWords, secretNames } from "../../core/answers/handler.ts";
import type { Handler } from "../../core/answers/handler.ts";
import type { HandlerResult, HandlerRunner, HandlerRunOptions, PendingCall } from "../../core/answers/ports.ts";

const stateKey = "assistants.agreedHandlers";
/** Agreements that were not used for long make way for newer ones. */
const mostAgreed = 500;
/** Of calls that come together; the others wait their turn. */
const mostAtOnce = 4;
/** Larger files count by their size and time. */
const maxHashedBytes = 16 * 1024 * 1024;

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
    const hash = await hashOf(handler, place);
    const agreed = this.#state.get<readonly string[]>(stateKey, []);
    if (agreed.includes(hash)) return true;
    const yes = "Run Handler";
    const choice = await vscode.window.showWarningMessage(
      `Let the handler of ${call.name} run?`,
      { modal: true, detail: explained(handler, place) },
      yes,
    );
    if (choice !== yes) return false;
    await this.#state.update(stateKey, [...agreed.slice(-mostAgreed + 1), hash]);
    return true;
  }
}

/** What a person agrees to, in full. */
function explained(handler: Handler, place: string): string {
  const variables = Object.entries(handler.env).map(([name, value]) => `${name}=${value}`);
  const secrets = secretNames(handler);
  return [
    handlerWords(handler),
    "",
    handler.kind === "http"
      ? ""
      : `In: ${handler.cwd === null ? dirname(place) : resolve(dirname(place), handler.cwd)}`,
    `From: ${place}`,
    variables.length === 0 ? "" : `Variables: ${variables.join(", ")}`,
    secrets.length === 0 ? "" : `Secrets: ${secrets.join(", ")}`,
    "",
    "It gets the arguments that the model wrote. You are asked again when the handler or the files that it names change.",
  ]
    .filter((line, index, all) => line !== "" || all[index - 1] !== "")
    .join("\n");
}

/** Of the handler's definition, where it stands, and what is in the files that it names. */
async function hashOf(handler: Handler, place: string): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([handler, place]));
  for (const name of handlerFiles(handler)) {
    const path = resolve(dirname(place), name);
    const content = await contentOf(path);
    hash.update(`\n${name}\n`).update(content);
  }
  return hash.digest("hex");
}

async function contentOf(path: string): Promise<string | Buffer> {
  try {
    const { size, mtimeMs } = await stat(path);
    return size > maxHashedBytes ? `${size} ${mtimeMs}` : await readFile(path);
  } catch {
    // A word that is no file, or a file that is gone: the handler's failure will say so.
    return "-";
  }
}

import * as vscode from "vscode";

type Window = Record<string, unknown>;

/** The label of what is to be chosen from a list; null to leave off. */
type Choice = string | null;

/**
 * Somebody who reads what VS Code asks, in messages, dialogs and lists, and answers as a test says. What is not answered is left off.
 * Call `leave` when the test is over.
 */
export class Person {
  /** Everything that was asked or told, with the detail of dialogs. */
  readonly heard: string[] = [];
  /** Buttons that are pressed wherever they are offered, each as often as it is in the list. */
  presses: string[] = [];
  /** What is chosen from the next lists, in order: the first item whose label has the text. */
  picks: Choice[] = [];
  /** The labels of the lists that were shown. */
  readonly lists: (readonly string[])[] = [];
  /** The file that the next file dialog gives. */
  file: vscode.Uri | null = null;
  /** Buttons that the last message offered. */
  offered: readonly string[] = [];
  readonly #window = vscode.window as unknown as Window;
  readonly #real: Window;

  constructor() {
    const names = [
      "showInformationMessage",
      "showWarningMessage",
      "showErrorMessage",
      "showQuickPick",
      "showOpenDialog",
    ];
    this.#real = Object.fromEntries(names.map((name) => [name, this.#window[name]]));
    for (const name of names.slice(0, 3))
      this.#window[name] = (message: string, ...rest: readonly unknown[]) =>
        Promise.resolve(this.#message(message, rest));
    this.#window["showQuickPick"] = async (items: PromiseLike<readonly vscode.QuickPickItem[]>) => {
      const wanted = this.picks.shift() ?? null;
      const offered = await items;
      this.lists.push(offered.map(({ label }) => label));
      const found = wanted === null ? undefined : offered.find(({ label }) => label.includes(wanted));
      if (wanted !== null && found === undefined)
        throw new Error(`${wanted} is not offered, but ${offered.map(({ label }) => label).join(", ")}`);
      return found;
    };
    this.#window["showOpenDialog"] = () => Promise.resolve(this.file === null ? undefined : [this.file]);
  }

  leave(): void {
    Object.assign(this.#window, this.#real);
  }

  #message(message: string, rest: readonly unknown[]): unknown {
    const [first] = rest;
    const options = isRecord(first) && !("title" in first) ? first : {};
    const { modal, detail } = options as vscode.MessageOptions;
    this.heard.push(`${message}${modal === true ? " (modal)" : ""}${detail === undefined ? "" : ` ${detail}`}`);
    const buttons = rest.filter((one) => typeof one === "string" || (isRecord(one) && "title" in one));
    this.offered = buttons.map(titleOf);
    const pressed = buttons.find((one) => this.presses.includes(titleOf(one)));
    if (pressed !== undefined) this.presses.splice(this.presses.indexOf(titleOf(pressed)), 1);
    return pressed;
  }
}

function titleOf(button: unknown): string {
  return isRecord(button) ? String(button["title"]) : String(button);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

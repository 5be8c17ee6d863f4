import type * as vscode from "vscode";

import { optionsOf, optionWords, questionWords } from "../../core/sync/runQuestion.ts";
import type { RunAnswer, RunOption, RunQuestion } from "../../core/sync/runQuestion.ts";
import type { PanelNotice } from "../../protocol/panelState.ts";
import { carryOut } from "../sync/askBeforeRun.ts";

interface Waiting {
  readonly definition: vscode.Uri;
  readonly resolve: (answer: RunAnswer | null) => void;
}

/** The question before a run, as the panel's notice: one at a time, answered by its buttons or left off. */
export class OpenQuestion {
  readonly #say: (notice: PanelNotice | null) => void;
  #waiting: Waiting | null = null;

  constructor(say: (notice: PanelNotice | null) => void) {
    this.#say = say;
  }

  get isOpen(): boolean {
    return this.#waiting !== null;
  }

  /** Resolves when the person has decided; with null when they left off. */
  ask(question: RunQuestion, definition: vscode.Uri): Promise<RunAnswer | null> {
    this.leaveOff();
    return new Promise((resolve) => {
      this.#waiting = { definition, resolve };
      this.#say({
        severity: "warning",
        text: questionWords(question),
        actions: optionsOf(question).map((option) => ({ label: optionWords[option], command: `run:${option}` })),
      });
    });
  }

  /** Does what the person chose. Late clicks of a notice that is gone do nothing. */
  async choose(option: RunOption): Promise<void> {
    const waiting = this.#waiting;
    if (waiting === null) return;
    const answer = await carryOut(option, waiting.definition);
    if (answer !== null && this.#waiting === waiting) this.#settle(answer);
  }

  /** @returns whether a question was open */
  leaveOff(): boolean {
    const open = this.isOpen;
    this.#settle(null);
    return open;
  }

  #settle(answer: RunAnswer | null): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    this.#say(null);
    waiting.resolve(answer);
  }
}

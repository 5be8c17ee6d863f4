import * as vscode from "vscode";

import type { AnswerMode } from "../../core/answers/policy.ts";
import { answerModes } from "../../core/answers/policy.ts";

const stateKey = "assistants.answerModes";

const words: Readonly<Record<AnswerMode, { readonly label: string; readonly detail: string }>> = {
  definition: {
    label: "As defined",
    detail: "`answers` in the definition says where answers come from. Without it, every call is asked.",
  },
  ask: { label: "Ask always", detail: "Every call waits for you. Handlers run and fixtures answer when you say so." },
  auto: { label: "Auto-answer", detail: "Fixtures answer, then handlers. What neither can answer waits for you." },
  fixtures: {
    label: "Fixtures only",
    detail: "Saved answers only. No handler runs; what has no fixture waits for you.",
  },
};

/** How tool calls are answered, for each assistant of this workspace. */
export class AnswerModes {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  /** @param definition URI of the definition; null for an assistant without one */
  of(definition: string | null): AnswerMode {
    const mode = definition === null ? "ask" : this.#all()[definition];
    return mode !== undefined && answerModes.includes(mode) ? mode : "definition";
  }

  label(mode: AnswerMode): string {
    return words[mode].label;
  }

  /** Lets a person choose. @returns the mode, or null when nothing was chosen */
  async choose(definition: string): Promise<AnswerMode | null> {
    const now = this.of(definition);
    const items = answerModes.map((mode) => ({
      mode,
      label: words[mode].label,
      detail: words[mode].detail,
      description: mode === now ? "current" : "",
    }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: "Answers to Tool Calls",
      placeHolder: "How are the calls of this assistant answered, in this workspace?",
    });
    if (chosen === undefined) return null;
    await this.#state.update(stateKey, { ...this.#all(), [definition]: chosen.mode });
    return chosen.mode;
  }

  #all(): Readonly<Record<string, AnswerMode>> {
    return this.#state.get<Record<string, AnswerMode>>(stateKey, {});
  }
}

import type * as vscode from "vscode";

import type { Draft, PanelIdentity } from "../../protocol/panelState.ts";

const stateKey = "assistants.drafts";
const emptyDraft: Draft = { text: "", outputs: {} };
/** Drafts of threads that were never opened again make way for newer ones. */
const maxDrafts = 100;

/** What was typed and not sent, for panels that were closed. */
export class DraftStore {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  get(identity: PanelIdentity): Draft {
    return this.#all()[draftKey(identity)] ?? emptyDraft;
  }

  async set(identity: PanelIdentity, draft: Draft): Promise<void> {
    const { [draftKey(identity)]: _, ...others } = this.#all();
    const isEmpty = draft.text === "" && Object.values(draft.outputs).every((output) => output === "");
    const entries = Object.entries(others).slice(-maxDrafts + 1);
    await this.#state.update(
      stateKey,
      Object.fromEntries(isEmpty ? entries : [...entries, [draftKey(identity), draft]]),
    );
  }

  #all(): Readonly<Record<string, Draft>> {
    return this.#state.get<Record<string, Draft>>(stateKey, {});
  }
}

function draftKey(identity: PanelIdentity): string {
  return `${identity.connectionId} ${identity.threadId ?? `new ${identity.definitionUri ?? identity.assistantId ?? ""}`}`;
}

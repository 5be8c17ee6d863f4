import type * as vscode from "vscode";

import { PolicyAnswerer } from "../../core/answers/answerer.ts";
import type { AnswerContext, HandlerRunner } from "../../core/answers/ports.ts";
import { setTimeout as sleep } from "node:timers/promises";
import type { Conversation } from "../conversation/conversation.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import type { Log } from "../log.ts";
import type { AnswerModes } from "./answerModes.ts";
import type { FixtureFiles } from "./fixtureFiles.ts";
import { RunAnswers } from "./runAnswers.ts";

export interface AnswerServices {
  readonly definitions: DefinitionStore;
  readonly handlers: HandlerRunner;
  readonly fixtures: FixtureFiles;
  readonly modes: AnswerModes;
  readonly log: Log;
}

/** What a chat knows of the person's side of a conversation. */
export interface AnswerPerson {
  readonly typed: (callId: string) => string | null;
  readonly onError: (error: unknown) => void;
}

/** Who answers the calls of each conversation of this window. It goes on when the panel is closed. */
export class ConversationAnswers implements vscode.Disposable {
  readonly answerer: PolicyAnswerer;
  readonly #services: AnswerServices;
  readonly #known = new WeakMap<Conversation, { readonly answers: RunAnswers; person: AnswerPerson | null }>();

  readonly #all = new Set<RunAnswers>();

  constructor(services: AnswerServices) {
    this.#services = services;
    this.answerer = new PolicyAnswerer({
      handlers: services.handlers,
      fixtures: services.fixtures,
      now: () => performance.now(),
      wait: async (ms, signal) => {
        await sleep(ms, undefined, { signal });
      },
    });
  }

  /** @param person who is at the panel of the conversation now; the last one given counts */
  of(conversation: Conversation, definition: vscode.Uri | null, person: AnswerPerson | null = null): RunAnswers {
    const known = this.#known.get(conversation);
    if (known !== undefined) {
      if (person !== null) known.person = person;
      return known.answers;
    }
    const entry: { answers: RunAnswers; person: AnswerPerson | null } = {
      person,
      answers: new RunAnswers({
        conversation,
        answerer: this.answerer,
        context: () => this.context(definition),
        typed: (callId) => entry.person?.typed(callId) ?? null,
        onError: (error) => {
          if (entry.person === null) this.#services.log.error("Tool outputs could not be submitted", error);
          else entry.person.onError(error);
        },
      }),
    };
    this.#known.set(conversation, entry);
    this.#all.add(entry.answers);
    return entry.answers;
  }

  /** Stops every handler that runs. */
  dispose(): void {
    for (const answers of this.#all) answers.dispose();
  }

  /** How calls of an assistant are answered now. */
  async context(definition: vscode.Uri | null): Promise<AnswerContext> {
    const { definitions, modes } = this.#services;
    const file = definition === null ? null : await definitions.find(definition);
    const place = definition?.toString() ?? null;
    return {
      definition: file?.parsed.valid === true ? file.parsed.definition : null,
      place: file?.parsed.valid === true ? place : null,
      mode: modes.of(place),
    };
  }
}

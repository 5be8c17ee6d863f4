import type * as vscode from "vscode";

import { functionTool } from "../../core/answers/answerer.ts";
import { checkOutput } from "../../core/answers/outputCheck.ts";
import type { OutputProblem } from "../../core/answers/outputCheck.ts";
import { wholeText } from "../../core/growingText.ts";
import type { AnswerModes } from "../answers/answerModes.ts";
import type { AnswerPerson, ConversationAnswers } from "../answers/conversationAnswers.ts";
import { debuggedHandler } from "../answers/debuggedHandlers.ts";
import type { FixtureFiles } from "../answers/fixtureFiles.ts";
import type { RunAnswers } from "../answers/runAnswers.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { DefinitionFile } from "../definitions/definitionFile.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";

export interface ChatAnswerServices {
  readonly answers: ConversationAnswers;
  readonly modes: AnswerModes;
  readonly fixtures: FixtureFiles;
}

export interface ChatAnswersOptions extends ChatAnswerServices {
  readonly conversation: Conversation;
  readonly definitionUri: vscode.Uri | null;
  readonly definition: () => Promise<DefinitionFile | null>;
}

interface SentOutput {
  readonly callId: string;
  readonly output: string;
}

/** Answers to tool calls, as the panel of one chat asks for them. */
export class ChatAnswers {
  readonly #options: ChatAnswersOptions;
  readonly #run: RunAnswers;

  constructor(options: ChatAnswersOptions) {
    this.#options = options;
    this.#run = options.answers.of(options.conversation, options.definitionUri);
  }

  /** Such as "Ask always". */
  get modeLabel(): string {
    const { modes, definitionUri } = this.#options;
    return modes.label(modes.of(definitionUri?.toString() ?? null));
  }

  /** Who is at the panel of this chat. */
  attend(person: AnswerPerson): void {
    this.#options.answers.of(this.#options.conversation, this.#options.definitionUri, person);
  }

  /** Lets the person choose how calls are answered; a choice counts for those that wait, too. */
  async chooseMode(onChosen: () => Promise<void>): Promise<void> {
    const { definitionUri, conversation, modes } = this.#options;
    if (definitionUri === null) return;
    if ((await modes.choose(definitionUri.toString())) === null) return;
    await onChosen();
    const active = conversation.activeRun;
    if (active !== null) await this.#run.answerWaiting(active.run.id);
  }

  /**
   * Submits what stands in the editors of a card.
   * @throws Error in words: an output that cannot be sent is refused before the provider does it without a reason
   */
  async submit(runId: string, outputs: readonly SentOutput[]): Promise<void> {
    const { conversation } = this.#options;
    const names = new Map(conversation.pendingCalls(runId).map(({ id, name }) => [id, name]));
    for (const { callId, output } of outputs) {
      const name = names.get(callId) ?? "";
      const problem = (await this.check(name, output)).find(({ severity }) => severity === "error");
      if (problem !== undefined) throw new DefinitionProblem(`${name}: ${problem.message}`);
    }
    await conversation.submit(runId, conversation.answersFor(runId, outputs));
  }

  /**
   * Runs the handler of a call that waits; what came of it is in the record.
   * @param onDebugFailure told in words when its debugger could not be attached
   */
  async runHandler(
    runId: string,
    callId: string,
    debug: boolean,
    onDebugFailure: (text: string) => void,
  ): Promise<void> {
    const { definitionUri, conversation } = this.#options;
    const call = conversation.pendingCalls(runId).find(({ id }) => id === callId);
    if (!debug || definitionUri === null || call === undefined) {
      await this.#run.run(runId, callId, "handler");
      return;
    }
    const debugged = debuggedHandler(call.name, definitionUri, (text) => {
      this.stop(callId);
      onDebugFailure(text);
    });
    await this.#run.run(runId, callId, "handler", debugged);
  }

  stop(callId: string): void {
    this.#run.stop(callId);
  }

  /** Keeps an output as a fixture for the arguments of its call. @returns the name of the file */
  async saveFixture(runId: string, callId: string, output: string): Promise<string> {
    const { definitionUri, conversation, fixtures } = this.#options;
    if (definitionUri === null) throw new DefinitionProblem("This assistant has no definition file to keep it beside.");
    const calls = conversation.run(runId)?.steps.flatMap((step) => step.calls) ?? [];
    const call = calls.find(({ id }) => id === callId);
    if (call === undefined) throw new DefinitionProblem("This call is not known any more.");
    return fixtures.record(definitionUri, { name: call.name, arguments: wholeText(call.input) }, output);
  }

  /** What should be known of an output of a function before it is sent. */
  async check(name: string, output: string): Promise<readonly OutputProblem[]> {
    const file = await this.#options.definition();
    const tool = functionTool(file?.parsed.valid === true ? file.parsed.definition : null, name);
    return checkOutput(output, tool?.output_schema ?? null);
  }
}

import * as vscode from "vscode";

import { optionsOf, optionWords, questionDetail, questionWords } from "../../core/sync/runQuestion.ts";
import type { RunAnswer, RunOption, RunQuestion } from "../../core/sync/runQuestion.ts";
import { Command, Setting } from "../../manifest.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import { readSetting } from "../settings.ts";

/** Asks a person what to do before a run; null when they leave off. */
export type AskBeforeRun = (question: RunQuestion, definition: vscode.Uri) => Promise<RunAnswer | null>;

/** A person was asked before a run, and left off. Nothing was started. */
export class RunLeftOff extends DefinitionProblem {
  constructor(question: RunQuestion) {
    super(`${questionWords(question)} Nothing was started.`);
  }
}

/** What the setting of its folder decides beforehand, of a definition that was changed here. */
export function answerOfSetting(definition: vscode.Uri): RunAnswer | null {
  const setting = readSetting(Setting.onChangedDefinition, definition);
  return setting === "push" ? "push" : setting === "runAsPushed" ? "as pushed" : null;
}

/**
 * Does what an option says, apart from the run itself.
 * @returns the answer that it comes to; null where the question is still open
 */
export async function carryOut(option: RunOption, definition: vscode.Uri): Promise<RunAnswer | null> {
  switch (option) {
    case "diff":
      await vscode.commands.executeCommand(Command.diffRemote, definition, true);
      return null;
    case "pull and look":
      await vscode.commands.executeCommand(Command.pull, definition);
      return "look again";
    case "merge":
      // What was not pulled is asked about again: "push" decides nothing of what is changed there.
      await vscode.commands.executeCommand(Command.pull, definition);
      return "push";
    case "settle":
      await vscode.commands.executeCommand(Command.push, definition);
      return "look again";
    default:
      return option;
  }
}

/** In a dialog of VS Code, where no panel is there to ask in: a run waits for the answer. */
export async function askInWindow(question: RunQuestion, definition: vscode.Uri): Promise<RunAnswer | null> {
  let modal = true;
  for (;;) {
    const items = optionsOf(question).map((option) => ({ title: optionWords[option], option }));
    const options = modal ? { modal, detail: questionDetail(question) } : {};
    const picked = await vscode.window.showWarningMessage(questionWords(question), options, ...items);
    if (picked === undefined) return null;
    const answer = await carryOut(picked.option, definition);
    if (answer !== null) return answer;
    // Behind a dialog, the diff that was asked for could not be read.
    modal = false;
  }
}

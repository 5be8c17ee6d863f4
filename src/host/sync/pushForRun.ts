import * as vscode from "vscode";

import { ProviderError, everyItem } from "../../core/provider.ts";
import type { Provider } from "../../core/provider.ts";
import { applyPlan } from "../../core/sync/apply.ts";
import { connectionIn, entryOf } from "../../core/sync/lock.ts";
import { makePlan } from "../../core/sync/makePlan.ts";
import type { Plan, PlanChoices } from "../../core/sync/plan.ts";
import { settles } from "../../core/sync/runQuestion.ts";
import type { RunAnswer, RunQuestion } from "../../core/sync/runQuestion.ts";
import { syncStates } from "../../core/sync/syncState.ts";
import type { SyncState } from "../../core/sync/syncState.ts";
import type { Assistant } from "../../core/wire.ts";
import { lockWork } from "../../disk/folderWork.ts";
import type { Connection } from "../connections/connection.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import { aloneIn } from "./alone.ts";
import { hostPorts } from "./hostPorts.ts";
import { askForLinks } from "./linkQuestion.ts";
import { inputOf, notElsewhere } from "./readSyncFolder.ts";
import type { SyncFolder } from "./readSyncFolder.ts";
import { connectionKey } from "./syncFolder.ts";

/** More assistants than a person can have on one connection. */
const mostAssistants = 100_000;

export async function listAssistants(provider: Provider): Promise<readonly Assistant[]> {
  const all: Assistant[] = [];
  for await (const one of everyItem((params) => provider.listAssistants(params), "asc", mostAssistants)) all.push(one);
  return all;
}

/** How the assistant of a run stands: ready, or a person has to decide first. */
export type RunReadiness =
  | { readonly kind: "ready"; readonly assistantId: string; readonly changed: boolean }
  | { readonly kind: "question"; readonly question: RunQuestion };

/**
 * Makes one definition's assistant equal to it, for a run, as far as that was decided. One that was never pushed is pushed;
 * nothing that changed there is overwritten.
 * @param answer what was decided; null before anybody was asked
 * @param elsewhere assistants that belong to other folders of the workspace
 * @throws DefinitionProblem, ProviderError
 */
export async function pushForRun(
  provider: Provider,
  connection: Connection,
  folder: SyncFolder,
  path: string,
  answer: RunAnswer | null,
  elsewhere: ReadonlySet<string>,
): Promise<RunReadiness> {
  const local = folder.definitions.find((one) => one.path === path);
  if (local === undefined) throw new DefinitionProblem(`${path} is gone.`);
  const lock = connectionIn(folder.lock, connectionKey(connection));
  const known = entryOf(lock, path)?.remote ?? null;
  // One request where the lock says which assistant it is; the whole list where it has to be found.
  const remotes =
    known === null
      ? notElsewhere(folder, connection, await listAssistants(provider), elsewhere)
      : await retrieved(provider, known);
  const input = inputOf(folder, connection, remotes);
  const row = syncStates(input).find((one) => one.path === path);
  const state = row?.state ?? "invalid";
  if (isQuestion(state) && !settles(answer, state))
    return { kind: "question", question: { state, path, where: connection.name } };
  if (isQuestion(state) && (answer === "as pushed" || answer === "as there") && row?.remoteId != null)
    return { kind: "ready", assistantId: row.remoteId, changed: false };
  const choices: PlanChoices = {
    only: new Set([path]),
    ...(state === "gone there" ? { prefer: "here" } : {}),
  };
  let plan = makePlan("push", input, choices);
  if (plan.actions.some(({ kind }) => kind === "choose")) {
    const links = await askForLinks(plan, connection.name);
    if (links === null)
      throw new DefinitionProblem(`${path}: nothing was pushed, because it was not said which assistant it is.`);
    plan = makePlan("push", input, { ...choices, links });
  }
  const [action] = plan.actions;
  if (action === undefined) {
    if (known === null) throw new DefinitionProblem(`${path}: it has no assistant.`);
    return { kind: "ready", assistantId: known, changed: false };
  }
  const { outcomes, lock: after } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `Pushing ${path}` },
    () => aloneIn(folder.root, lockWork, () => applyPlan(plan, input, hostPorts(provider, folder))),
  );
  const failure = outcomes.find((outcome) => outcome.result !== "done");
  if (failure !== undefined)
    throw new DefinitionProblem(`${path}: ${"message" in failure ? failure.message : "it was not pushed."}`);
  const assistantId = entryOf(connectionIn(after, connectionKey(connection)), path)?.remote ?? null;
  if (assistantId === null) throw new DefinitionProblem(`${path}: it has no assistant after the push.`);
  return { kind: "ready", assistantId, changed: changes(plan) };
}

function isQuestion(state: SyncState): state is RunQuestion["state"] {
  return ["changed here", "changed there", "changed both", "conflict", "gone there"].includes(state);
}

function changes(plan: Plan): boolean {
  return plan.actions.some(({ kind }) => kind === "create" || kind === "update" || kind === "record");
}

async function retrieved(provider: Provider, id: string): Promise<readonly Assistant[]> {
  try {
    return [await provider.retrieveAssistant(id)];
  } catch (error) {
    if (error instanceof ProviderError && error.kind === "not_found") return [];
    throw error;
  }
}

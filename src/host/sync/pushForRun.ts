import * as vscode from "vscode";

import { ProviderError, everyItem } from "../../core/provider.ts";
import type { Provider } from "../../core/provider.ts";
import { applyPlan } from "../../core/sync/apply.ts";
import { connectionIn, entryOf } from "../../core/sync/lock.ts";
import { makePlan } from "../../core/sync/makePlan.ts";
import type { Plan, PlanChoices } from "../../core/sync/plan.ts";
import { syncStates } from "../../core/sync/syncState.ts";
import type { SyncState } from "../../core/sync/syncState.ts";
import type { Assistant } from "../../core/wire.ts";
import type { Connection } from "../connections/connection.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import { hostPorts } from "./hostPorts.ts";
import { askForLinks } from "./linkQuestion.ts";
import { inputOf } from "./readSyncFolder.ts";
import type { SyncFolder } from "./readSyncFolder.ts";
import { connectionKey } from "./syncFolder.ts";

/** More assistants than a person can have on one connection. */
const mostAssistants = 100_000;

export async function listAssistants(provider: Provider): Promise<readonly Assistant[]> {
  const all: Assistant[] = [];
  for await (const one of everyItem((params) => provider.listAssistants(params), "asc", mostAssistants)) all.push(one);
  return all;
}

/**
 * Makes one definition's assistant equal to it, for a run. Nothing that changed there is overwritten, and no run is started
 * on an assistant that is another than the file says.
 * @returns the assistant's id, and whether anything was pushed
 * @throws DefinitionProblem, ProviderError
 */
export async function pushForRun(
  provider: Provider,
  connection: Connection,
  folder: SyncFolder,
  path: string,
): Promise<{ readonly assistantId: string; readonly changed: boolean }> {
  const local = folder.definitions.find((one) => one.path === path);
  if (local === undefined) throw new DefinitionProblem(`${path} is gone.`);
  const lock = connectionIn(folder.lock, connectionKey(connection));
  const known = entryOf(lock, path)?.remote ?? null;
  // One request where the lock says which assistant it is; the whole list where it has to be found.
  const remotes = known === null ? await listAssistants(provider) : await retrieved(provider, known);
  const input = inputOf(folder, connection, remotes);
  const state = syncStates(input).find((row) => row.path === path)?.state ?? "invalid";
  const refused = refusals[state];
  if (refused !== undefined) throw new DefinitionProblem(`${path}: ${refused}`);
  const choices: PlanChoices = {
    only: new Set([path]),
    // Nothing is there to be overwritten: it is made anew. A lock that came with a clone names another machine's assistants.
    ...(state === "gone there" ? { prefer: "here" } : {}),
  };
  let plan = makePlan("push", input, choices);
  if (plan.actions.some(({ kind }) => kind === "choose")) {
    const links = await askForLinks(plan);
    if (links === null)
      throw new DefinitionProblem(`${path}: nothing was pushed, because it was not said which assistant it is.`);
    plan = makePlan("push", input, { ...choices, links });
  }
  const [action] = plan.actions;
  if (action === undefined) {
    if (known === null) throw new DefinitionProblem(`${path}: it has no assistant.`);
    return { assistantId: known, changed: false };
  }
  const { outcomes, lock: after } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `Pushing ${path}` },
    () => applyPlan(plan, input, hostPorts(provider, folder)),
  );
  const failure = outcomes.find((outcome) => outcome.result !== "done");
  if (failure !== undefined)
    throw new DefinitionProblem(`${path}: ${"message" in failure ? failure.message : "it was not pushed."}`);
  const assistantId = entryOf(connectionIn(after, connectionKey(connection)), path)?.remote ?? null;
  if (assistantId === null) throw new DefinitionProblem(`${path}: it has no assistant after the push.`);
  return { assistantId, changed: changes(plan) };
}

const pullFirst =
  "Run “Assistants: Diff with Remote” to see it, and “Assistants: Pull” to take it over, then send again.";

const refusals: Partial<Readonly<Record<SyncState, string>>> = {
  "changed there": `The assistant was changed on the connection since the last push. ${pullFirst}`,
  "changed both": `The assistant was changed on the connection, and the definition here. ${pullFirst}`,
  conflict:
    "The same fields were changed here and on the connection. Run “Assistants: Push” to settle it, then send again.",
};

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

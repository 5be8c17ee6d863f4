import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";

import { messageLine, oneLine } from "../core/oneLine.ts";
import { everyItem } from "../core/provider.ts";
import type { Provider } from "../core/provider.ts";
import { applyPlan } from "../core/sync/apply.ts";
import type { Applied, Outcome } from "../core/sync/apply.ts";
import { makePlan } from "../core/sync/makePlan.ts";
import { isBlocked, isChange } from "../core/sync/plan.ts";
import type { Action, Plan, PlanChoices } from "../core/sync/plan.ts";
import { proposalsOf } from "../core/sync/proposals.ts";
import { matchAll } from "../core/sync/syncInput.ts";
import type { SyncInput } from "../core/sync/syncInput.ts";
import { syncStates } from "../core/sync/syncState.ts";
import type { Assistant } from "../core/wire.ts";
import { lockWork } from "../disk/folderWork.ts";
import { createAssistantsProvider } from "../provider/assistants/assistantsProvider.ts";
import { alone } from "./alone.ts";
import { buildOf } from "./build.ts";
import { DefinitionMemory } from "./definitionMemory.ts";
import { writeWhole } from "../disk/writeWhole.ts";
import { diskFiles } from "./diskFolder.ts";
import type { CliOptions } from "./options.ts";
import { outcomesText, planText, statusText } from "./planText.ts";
import { lockName, readFolder, readLock } from "./readFolder.ts";
import type { Folder } from "./readFolder.ts";
import { CliProblem, exits, unlessStopped } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { validateFolder } from "./validate.ts";

/** More assistants than a person can have on one connection. */
const mostAssistants = 100_000;

/** Runs a command to its exit code. Rejects with errors whose message is for a person. */
export async function runCommand(options: CliOptions, terminal: Terminal): Promise<number> {
  const root = resolve(options.root);
  const { command, yes } = options;
  // With nobody to ask, the plan is made when nobody else is at work: it is not out of date when it is carried out.
  return yes && (command === "push" || command === "pull")
    ? alone(root, lockWork, `assistants ${command}`, terminal, () => carryOut(options, root, terminal))
    : carryOut(options, root, terminal);
}

async function carryOut(options: CliOptions, root: string, terminal: Terminal): Promise<number> {
  const provider =
    options.connection === null
      ? null
      : createAssistantsProvider({
          baseUrl: options.connection.baseUrl,
          apiKey: options.apiKey === "" ? "none" : options.apiKey,
          label: options.connection.baseUrl,
        });
  const wantsModels = options.command === "validate" && provider !== null;
  const models = wantsModels ? await unlessStopped(terminal, provider.listModels()) : [];
  const build = buildOf();
  const memory = build === null ? null : DefinitionMemory.open(options.cacheDir, root, build);
  const read = readFolder(root, { disabled: options.disabled, models, now: Date.now(), memory });
  const listed = provider === null || options.command === "validate" ? [] : listAssistants(provider);
  const [folder, remotes] = await unlessStopped(terminal, Promise.all([read, listed]));
  await remember(memory, terminal);
  const only = chosenPaths(options, folder);
  if (options.command === "validate") return validateFolder(folder, only, options.json, terminal);
  if (provider === null || options.connection === null) throw new CliProblem("--connection is required.");
  const input: SyncInput = {
    connection: options.connection.key,
    lock: folder.lock,
    definitions: folder.definitions,
    remotes,
    model: options.model,
  };
  if (options.command === "status") return status(input, only, options.json, terminal);
  const direction = options.command === "pull" || options.pulls ? "pull" : "push";
  const plan = makePlan(direction, input, choicesOf(options, only, input));
  if (options.command === "plan") {
    terminal.out(options.json ? jsonLine(plan) : planText(plan));
    return exitOf(plan.actions, exits.changes);
  }
  return apply(plan, input, provider, folder, root, options, terminal);
}

async function listAssistants(provider: Provider): Promise<readonly Assistant[]> {
  const all: Assistant[] = [];
  for await (const one of everyItem((params) => provider.listAssistants(params), "asc", mostAssistants)) all.push(one);
  return all;
}

/** Without it the next run takes longer, and says the same. */
async function remember(memory: DefinitionMemory | null, terminal: Terminal): Promise<void> {
  try {
    await memory?.save();
  } catch (error) {
    terminal.note(
      `assistants: what was read is not remembered: ${messageLine(error instanceof Error ? error.message : String(error))}\n`,
    );
  }
}

function status(input: SyncInput, only: ReadonlySet<string> | null, json: boolean, terminal: Terminal): number {
  const rows = syncStates(input).filter(({ path }) => only === null || (path !== null && only.has(path)));
  terminal.out(json ? jsonLine({ connection: input.connection, states: rows }) : statusText(rows));
  const has = (...states: readonly string[]): boolean => rows.some(({ state }) => states.includes(state));
  if (has("invalid")) return exits.invalid;
  // A push would ask which assistant it is.
  const waiting = proposalsOf(matchAll(input));
  const waits = rows.some(({ path }) => path !== null && waiting.has(path));
  if (waits || has("conflict", "gone there")) return exits.conflict;
  return rows.every(({ state }) => state === "in sync" || state === "only there") ? exits.ok : exits.changes;
}

async function apply(
  plan: Plan,
  input: SyncInput,
  provider: Provider,
  folder: Folder,
  root: string,
  options: CliOptions,
  terminal: Terminal,
): Promise<number> {
  const changes = plan.actions.filter(isChange);
  if (!options.json) terminal.out(planText(plan));
  if (changes.length > 0 && !options.yes) {
    const deletes = plan.actions.flatMap((action) =>
      action.kind === "delete" ? [`"${action.name}"`] : action.kind === "delete-file" ? [action.path] : [],
    );
    const asked =
      deletes.length === 0
        ? `${plan.direction} ${changes.length} change(s)?`
        : `${plan.direction} ${changes.length} change(s), deleting ${deletes.join(", ")}?`;
    const answer = await terminal.confirm(oneLine(asked));
    if (answer === null) throw new CliProblem("Nothing was done: without a terminal, say --yes.");
    if (!answer) throw new CliProblem("Nothing was done.");
  }
  const carriedOut = (): Promise<Applied> =>
    applyPlan(
      plan,
      input,
      {
        provider,
        files: diskFiles(root),
        stores: folder.stores,
        readLock: () => readLock(root),
        writeLock: (text) => writeWhole(join(root, lockName), text),
        randomMark: () => randomBytes(5).toString("hex"),
        now: Date.now,
      },
      { signal: terminal.signal },
    );
  const { outcomes } =
    options.yes || plan.actions.length === 0
      ? await carriedOut()
      : await alone(root, lockWork, `assistants ${options.command}`, terminal, carriedOut);
  terminal.out(options.json ? jsonLine({ plan, outcomes: outcomes.map(outcomeJson) }) : outcomesText(outcomes));
  if (outcomes.some(({ result }) => result === "failed" || result === "not reached")) return exits.error;
  const blocked = outcomes.filter(({ result }) => result === "conflict").map(({ action }) => action);
  return blocked.length === 0
    ? exits.ok
    : blocked.every(({ kind }) => kind === "invalid")
      ? exits.invalid
      : exits.conflict;
}

function outcomeJson(outcome: Outcome): object {
  const message = "message" in outcome ? { message: outcome.message } : {};
  return { kind: outcome.action.kind, path: outcome.action.path, result: outcome.result, ...message };
}

function exitOf(actions: readonly Action[], withChanges: number): number {
  if (actions.some(({ kind }) => kind === "invalid")) return exits.invalid;
  if (actions.some(isBlocked)) return exits.conflict;
  return actions.some(isChange) ? withChanges : exits.ok;
}

/** Definitions at the paths or below them. @throws CliProblem for a path that is neither */
function chosenPaths(
  { command, paths, connection }: CliOptions,
  { definitions, lock, storePaths }: Folder,
): ReadonlySet<string> | null {
  if (paths.length === 0 || paths.includes(".") || paths.includes("")) return null;
  const known = new Set([...definitions.map(({ path }) => path), ...(command === "validate" ? storePaths : [])]);
  for (const path of Object.keys(connection === null ? {} : (lock.connections[connection.key]?.definitions ?? {})))
    known.add(path);
  const chosen = new Set<string>();
  for (const path of paths) {
    const found = [...known].filter((one) => one === path || one.startsWith(`${path}/`));
    if (found.length === 0) throw new CliProblem(`There is no definition at ${path}.`);
    for (const one of found) chosen.add(one);
  }
  return chosen;
}

/** @throws CliProblem for a definition or an assistant that is not there: what was meant would be left out without a word */
function choicesOf(options: CliOptions, only: ReadonlySet<string> | null, input: SyncInput): PlanChoices {
  const links = new Map(options.links);
  const matched = matchAll(input);
  const proposed = proposalsOf(matched);
  const ids = new Set(input.remotes.map(({ id }) => id));
  const asked = options.newFiles === null || options.newFiles === "all" ? [] : options.newFiles;
  for (const id of [...asked, ...links.values()])
    if (id !== null && !ids.has(id)) throw new CliProblem(`There is no assistant ${id} on the connection.`);
  for (const [path, id] of links) {
    const match = matched.matches.find((one) => one.path === path);
    if (match?.local == null) throw new CliProblem(`There is no definition at ${path}.`);
    if (id === null || match.remote?.id === id || proposed.get(path)?.some(({ remoteId }) => remoteId === id) === true)
      continue;
    throw new CliProblem(
      match.remote === null
        ? `${id} was not pushed from ${path} and has another name: ${path} is linked to no assistant like that.`
        : `${path} is ${match.remote.id} already: take that out of assistants.lock.json before you link another.`,
    );
  }
  if (options.adopt) {
    for (const [path, proposals] of proposed) {
      const marked = proposals.filter(({ reason }) => reason === "marker");
      const [one] = marked;
      if (one !== undefined && marked.length === 1 && !links.has(path)) links.set(path, one.remoteId);
    }
  }
  return {
    ...(only === null ? {} : { only }),
    deletes: options.deletes,
    ...(options.prefer === null ? {} : { prefer: options.prefer }),
    links,
    ...(options.newFiles === null ? {} : { newFiles: options.newFiles }),
  };
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

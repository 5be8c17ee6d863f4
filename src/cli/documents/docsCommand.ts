import { readFile } from "node:fs/promises";
import { posix, join, resolve } from "node:path";

import { NotUtf8, utf8Text } from "../../core/definition/utf8Text.ts";
import { applyDocuments } from "../../core/documents/applyDocuments.ts";
import type { DocumentsApplied } from "../../core/documents/applyDocuments.ts";
import type { DocumentPlan } from "../../core/documents/documentPlan.ts";
import { planChanges } from "../../core/documents/documentPlan.ts";
import { appliedText, documentPlanText } from "../../core/documents/documentWords.ts";
import { StoreAmbiguous } from "../../core/documents/findStore.ts";
import { makeDocumentPlan } from "../../core/documents/makeDocumentPlan.ts";
import type { DocumentPlanInput } from "../../core/documents/makeDocumentPlan.ts";
import type { DocumentPorts } from "../../core/documents/ports.ts";
import { KnownUploads, prepareDocuments } from "../../core/documents/prepareDocuments.ts";
import { Requests } from "../../core/documents/requests.ts";
import { storageTerms } from "../../core/documents/storageTerms.ts";
import { messageLine, oneLine } from "../../core/oneLine.ts";
import type { Provider } from "../../core/provider.ts";
import { parseStore } from "../../core/vectorStoreDefinition/parseStore.ts";
import type { StoreDefinition } from "../../core/vectorStoreDefinition/storeDefinition.ts";
import { documentPorts } from "../../disk/documentPorts.ts";
import { FileIndex } from "../../disk/fileIndex.ts";
import { documentsWork } from "../../disk/folderWork.ts";
import { storeGlobs } from "../../disk/globs.ts";
import { JournalFile } from "../../disk/journalFile.ts";
import { scanDocuments } from "../../disk/scanDocuments.ts";
import { createAssistantsProvider } from "../../provider/assistants/assistantsProvider.ts";
import { findDefinitions } from "../diskFolder.ts";
import { alone } from "../alone.ts";
import { CliProblem, exits } from "../terminal.ts";
import type { Terminal } from "../terminal.ts";
import { cleanUploads } from "./cleanUploads.ts";
import { diskLock } from "./diskLock.ts";
import type { DocsOptions } from "./docsOptions.ts";
import { progressNotes } from "./progressNotes.ts";

interface FoundStore {
  /** Of the definition, from the root. */
  readonly path: string;
  readonly definition: StoreDefinition;
}

interface Planned extends FoundStore {
  readonly plan: DocumentPlan;
  readonly input: DocumentPlanInput;
  readonly ports: DocumentPorts;
}

/** Runs `docs plan`, `docs sync` or `docs clean` to its exit code. Rejects with errors whose message is for a person. */
export async function runDocs(options: DocsOptions, terminal: Terminal): Promise<number> {
  const root = resolve(options.root);
  const { connection } = options;
  const provider = createAssistantsProvider({
    baseUrl: connection.baseUrl,
    apiKey: options.apiKey === "" ? "none" : options.apiKey,
    label: connection.baseUrl,
  });
  if (options.command === "clean") {
    const { journal, requests } = await bookOf(options, root, provider, terminal);
    return cleanUploads(options, provider, journal, requests, terminal);
  }
  const stores = await chosenStores(root, options);
  const names = stores.map(({ definition }) => definition.name);
  const work = (): Promise<number> => planAndSync(stores, root, provider, options, terminal);
  // With nobody to ask, the plan is made when nobody else is at work: it is not out of date when it is carried out.
  return options.command === "sync" && options.yes ? aloneWith(names, root, connection.key, terminal, work) : work();
}

/** What was uploaded before, as it is now, and what makes requests. */
async function bookOf(
  { cacheDir, connection }: DocsOptions,
  root: string,
  provider: Provider,
  { signal }: Terminal,
): Promise<{ readonly journal: JournalFile; readonly requests: Requests }> {
  const journal = await JournalFile.open(cacheDir, connection.key);
  const { writesPerMinute } = storageTerms(connection.baseUrl);
  const ports = documentPorts(root, provider, journal, diskLock(root, connection.key, ""));
  return { journal, requests: new Requests(ports, { signal, writesPerMinute }) };
}

/** Does something while nobody else syncs these stores. */
function aloneWith<T>(
  stores: readonly string[],
  root: string,
  connection: string,
  terminal: Terminal,
  task: (waited: boolean) => Promise<T>,
): Promise<T> {
  // Always in the same order: two that hold what the other waits for would wait for ever.
  const [first, ...others] = stores.toSorted();
  if (first === undefined) return task(false);
  return alone(root, documentsWork(connection, first), "assistants docs sync", terminal, (waited) =>
    aloneWith(others, root, connection, terminal, (more) => task(waited || more)),
  );
}

async function planAndSync(
  stores: readonly FoundStore[],
  root: string,
  provider: Provider,
  options: DocsOptions,
  terminal: Terminal,
): Promise<number> {
  const { connection } = options;
  const { paid, writesPerMinute } = storageTerms(connection.baseUrl);
  const { journal, requests } = await bookOf(options, root, provider, terminal);
  const uploads = new KnownUploads(journal);
  const planned: Planned[] = [];
  for (const store of stores) {
    const { definition, path } = store;
    const folder = join(root, posix.dirname(path));
    const ports = documentPorts(folder, provider, journal, diskLock(root, connection.key, definition.name));
    const index = FileIndex.open(options.cacheDir, folder);
    const scan = await scanDocuments(folder, definition, { root, index, signal: terminal.signal });
    const globs = storeGlobs(definition);
    const chosen = options.links.get(definition.name) ?? null;
    let input: DocumentPlanInput;
    try {
      input = await prepareDocuments(
        definition,
        scan,
        (file, glob) => globs.matches(file, glob),
        ports,
        uploads,
        requests,
        chosen,
      );
    } catch (error) {
      if (!(error instanceof StoreAmbiguous)) throw error;
      terminal.note(`assistants: ${messageLine(`${error.message} Say which: --link ${definition.name}=ID`)}\n`);
      return exits.conflict;
    }
    const plan = makeDocumentPlan(input, { retryFailed: options.retryFailed, keepRemoved: options.keep });
    planned.push({ ...store, plan, input, ports });
  }
  if (options.command === "plan") return showPlans(planned, options, paid, terminal);
  return sync(planned, root, options, paid, writesPerMinute, terminal);
}

function showPlans(planned: readonly Planned[], options: DocsOptions, paid: boolean, terminal: Terminal): number {
  if (options.json) terminal.out(`${JSON.stringify({ stores: planned.map(planJson) })}\n`);
  else for (const one of planned) terminal.out(`${titleOf(one)}\n${documentPlanText(one.plan, paid)}\n`);
  if (planned.some(({ plan }) => planChanges(plan))) return exits.changes;
  return planned.some(({ plan }) => plan.totals.counts.failed > 0) ? exits.conflict : exits.ok;
}

async function sync(
  planned: readonly Planned[],
  root: string,
  options: DocsOptions,
  paid: boolean,
  writesPerMinute: number | null,
  terminal: Terminal,
): Promise<number> {
  if (!options.json) for (const one of planned) terminal.out(`${titleOf(one)}\n${documentPlanText(one.plan, paid)}\n`);
  const changing = planned.filter(({ plan }) => planChanges(plan));
  if (changing.length > 0 && !options.yes) {
    const removed = changing.reduce((sum, { plan }) => sum + plan.totals.counts.removed, 0);
    const answer = await terminal.confirm(
      `Sync ${changing.length} vector store(s)${removed > 0 ? `, taking out ${removed} file(s)` : ""}?`,
    );
    if (answer === null) throw new CliProblem("Nothing was done: without a terminal, say --yes.");
    if (!answer) throw new CliProblem("Nothing was done.");
  }
  const carryOut = (): Promise<readonly Result[]> => applyAll(changing, options, writesPerMinute, terminal);
  const names = changing.map(({ plan }) => plan.store);
  const results = options.yes
    ? await carryOut()
    : await aloneWith(names, root, options.connection.key, terminal, (waited) => {
        if (waited) throw new CliProblem("The stores were synced elsewhere since the plan was made: sync again.");
        return carryOut();
      });
  if (options.json) terminal.out(`${JSON.stringify({ stores: resultsJson(planned, results) })}\n`);
  const wrong = results.some(
    ({ applied }) => applied.stopped !== null || applied.failures.length > 0 || (applied.difference ?? []).length > 0,
  );
  if (wrong || results.length < changing.length) return exits.error;
  return planned.some(({ plan }) => plan.totals.counts.failed > 0) ? exits.conflict : exits.ok;
}

interface Result {
  readonly planned: Planned;
  readonly applied: DocumentsApplied;
}

async function applyAll(
  changing: readonly Planned[],
  options: DocsOptions,
  writesPerMinute: number | null,
  terminal: Terminal,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const one of changing) {
    const applied = await applyDocuments(one.plan, one.input, one.ports, {
      signal: terminal.signal,
      writesPerMinute,
      onProgress: progressNotes(one.plan.store, terminal),
    });
    terminal.progress("");
    results.push({ planned: one, applied });
    if (!options.json) terminal.out(appliedText(one.plan, applied));
    if (applied.stopped !== null) break;
  }
  return results;
}

function titleOf({ plan, path }: Planned): string {
  return oneLine(`${plan.store}  ${path} → ${plan.storeId ?? "a new vector store"}`);
}

function planJson({ plan, path }: Planned): object {
  const { items, ...rest } = plan;
  return { definition: path, ...rest, items: items.filter(({ kind }) => kind !== "unchanged") };
}

function resultsJson(planned: readonly Planned[], results: readonly Result[]): readonly object[] {
  return planned.map((one) => {
    const applied = results.find((result) => result.planned === one)?.applied;
    if (applied === undefined) return planJson(one);
    const { remote: _all, done, ...result } = applied;
    return { ...planJson(one), result: { ...result, done: done.length } };
  });
}

/** Store definitions by their names, paths or folders. @throws CliProblem */
async function chosenStores(root: string, { stores }: DocsOptions): Promise<readonly FoundStore[]> {
  const found: FoundStore[] = [];
  const wrong: string[] = [];
  const names = new Map<string, string>();
  for (const path of (await findDefinitions(root)).stores) {
    let parsed: ReturnType<typeof parseStore>;
    try {
      parsed = parseStore(utf8Text(await readFile(join(root, path)), "kept"));
    } catch (error) {
      if (!(error instanceof NotUtf8)) throw error;
      if (stores.length === 0 || stores.some((one) => one === "." || one === path || path.startsWith(`${one}/`)))
        wrong.push(`${path} cannot be read: ${error.message}`);
      continue;
    }
    const name = parsed.valid ? parsed.store.name : parsed.name;
    const asked =
      stores.length === 0 ||
      stores.some((one) => one === "." || one === name || one === path || path.startsWith(`${one}/`));
    if (!asked) continue;
    if (!parsed.valid) {
      wrong.push(`${path}: ${parsed.problems.find(({ severity }) => severity === "error")?.message ?? "not valid"}`);
      continue;
    }
    const other = names.get(parsed.store.name);
    if (other !== undefined) wrong.push(`${path} and ${other} have the same name, ${parsed.store.name}`);
    names.set(parsed.store.name, path);
    found.push({ path, definition: parsed.store });
  }
  if (wrong.length > 0) throw new InvalidStores(wrong.join("; "));
  if (found.length === 0)
    throw new CliProblem(
      stores.length === 0
        ? "There is no store definition (*.vectorstore.yaml) here."
        : `There is no store definition for ${stores.join(", ")}.`,
    );
  return found;
}

/** A store definition is not valid. */
export class InvalidStores extends CliProblem {}

/** Sync and authoring at scale: a full status of 1,000 definitions, a keystroke in a long definition, memory over many edits. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parseDocument } from "yaml";

import { diskFiles } from "../../src/cli/diskFolder.ts";
import { lockName, readFolder } from "../../src/cli/readFolder.ts";
import { checkDefinition } from "../../src/core/definition/checkDefinition.ts";
import { parseDefinition } from "../../src/core/definition/parseDefinition.ts";
import { allReferences, referencesOf } from "../../src/core/definition/references.ts";
import type { DefinitionFacts } from "../../src/core/definition/rules/rule.ts";
import { readSource } from "../../src/core/definition/source.ts";
import { everyItem } from "../../src/core/provider.ts";
import type { Provider } from "../../src/core/provider.ts";
import { applyPlan } from "../../src/core/sync/apply.ts";
import { localFields } from "../../src/core/sync/localDefinition.ts";
import { connectionIn, emptyLock } from "../../src/core/sync/lock.ts";
import { lockText } from "../../src/core/sync/lockText.ts";
import { makePlan } from "../../src/core/sync/makePlan.ts";
import { syncStates } from "../../src/core/sync/syncState.ts";
import type { SyncInput } from "../../src/core/sync/syncInput.ts";
import type { Assistant } from "../../src/core/wire.ts";
import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { startRuntime } from "../wire/runtimeProcess.ts";

const program = fileURLToPath(new URL("../../dist/assistants.mjs", import.meta.url));

interface Row {
  readonly case: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  readonly unit: string;
  readonly aim: string;
  readonly met: boolean;
}

function print(row: Row): void {
  const round = (value: number): number => Math.round(value * 100) / 100;
  const ratio = row.peer === 0 ? null : round(row.ours / row.peer);
  console.log(JSON.stringify({ bench: "sync", ...row, ours: round(row.ours), peer: round(row.peer), ratio }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** A provider that counts what it is asked. One method is one request. */
function counted(provider: Provider): { readonly provider: Provider; readonly calls: string[] } {
  const calls: string[] = [];
  const methods = Object.entries(provider).map(([name, method]) => [
    name,
    (...args: readonly unknown[]) => {
      calls.push(name);
      return (method as (...given: readonly unknown[]) => unknown)(...args);
    },
  ]);
  return { provider: Object.fromEntries(methods) as Provider, calls };
}

function definitionText(index: number): string {
  const lines = Array.from({ length: 20 }, (_, line) => `  Rule ${line} of assistant ${index}: be precise.`);
  return `name: Assistant ${index}\nmodel: offline\ninstructions: |\n${lines.join("\n")}\ntools:\n  - type: function\n    function: { name: look_up, description: Looks it up, parameters: { type: object, properties: { id: { type: string } } } }\nmetadata: { team: team-${index % 10} }\nrun: { max_completion_tokens: 2000 }\n`;
}

async function benchStatus(count: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "sync-bench-"));
  const runtime = await startRuntime();
  try {
    for (let index = 0; index < count; index += 1) {
      const folder = join(root, `team-${index % 10}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `a${index}.assistant.yaml`), definitionText(index));
    }
    const { provider, calls } = counted(
      createAssistantsProvider({ baseUrl: runtime.url, apiKey: runtime.key, label: "runtime" }),
    );
    const read = async (): Promise<SyncInput> => {
      const remotes: Assistant[] = [];
      const [folder] = await Promise.all([
        readFolder(root, { disabled: new Set(), models: [], now: Date.now() }),
        (async () => {
          for await (const one of everyItem((params) => provider.listAssistants(params), "asc", 100_000))
            remotes.push(one);
        })(),
      ]);
      return { connection: "bench", lock: folder.lock, definitions: folder.definitions, remotes, model: null };
    };
    const input = await read();
    let marks = 0;
    let lock = input.lock;
    const ports = {
      provider,
      files: diskFiles(root),
      stores: new Map(),
      readLock: () => Promise.resolve(input.lock),
      writeLock: () => Promise.resolve(),
      randomMark: () => String((marks += 1)),
      now: Date.now,
    };
    const push = await timed(async () => {
      ({ lock } = await applyPlan(makePlan("push", input), input, ports));
    });
    console.error(`pushed ${count} in ${Math.round(push)} ms`);
    writeFileSync(join(root, lockName), lockText(lock));
    const git = (...args: readonly string[]): Buffer =>
      execFileSync("git", ["-c", "user.name=b", "-c", "user.email=b@b", ...args], { cwd: root });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "all");
    const requests = await requestsOf(read, calls, count);
    const most = Math.ceil(count / 100);
    print({
      case: `requests of a status of ${count}`,
      ours: requests,
      peer: most,
      peerName: "list pages of 100",
      unit: "requests",
      aim: `<= ${most}`,
      met: requests <= most,
    });
    const cache = join(root, ".git", "cache");
    const cli = (): unknown => cliStatus(root, cache, runtime, count);
    const measured = { first: [] as number[], again: [] as number[], git: [] as number[], node: [] as number[] };
    for (let round = 0; round < 7; round += 1) {
      rmSync(cache, { recursive: true, force: true });
      measured.first.push(await timed(cli));
      measured.again.push(await timed(cli));
      measured.git.push(await timed(() => git("status", "--porcelain")));
      measured.node.push(await timed(() => execFileSync(process.execPath, ["-e", "0"])));
    }
    const [first, again, node] = [median(measured.first), median(measured.again), median(measured.node)];
    const peer = { peer: median(measured.git), peerName: "git status", unit: "ms" };
    const shown = `assistants status, ${count} definitions and assistants`;
    print({
      case: `${shown}, never read before`,
      ours: first,
      ...peer,
      aim: "beside git status (no bound)",
      met: true,
    });
    print({ case: `${shown}, read before`, ours: again, ...peer, aim: "beside git status (no bound)", met: true });
    const start = { peer: node, peerName: "start of Node", unit: "ms" };
    print({ case: `${shown}, read before`, ours: again, ...start, aim: "< 250 more", met: again - node < 250 });
    const only = await read();
    const pure = [];
    for (let round = 0; round < 7; round += 1) pure.push(await timed(() => syncStates(only)));
    const met = median(pure) < peer.peer;
    print({
      case: `states alone, ${count}, in the editor after an edit`,
      ours: median(pure),
      ...peer,
      aim: "< 1x",
      met,
    });
  } finally {
    await runtime.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

/** How many requests a status takes; each is a page of a list. */
async function requestsOf(read: () => Promise<SyncInput>, calls: string[], count: number): Promise<number> {
  calls.length = 0;
  const states = syncStates(await read());
  if (states.length !== count || states.some(({ state }) => state !== "in sync"))
    throw new Error("the status is wrong");
  if (calls.some((call) => call !== "listAssistants")) throw new Error(`more than lists: ${calls.join(" ")}`);
  return calls.length;
}

/** The command line as people run it, in a process of its own. */
function cliStatus(
  root: string,
  cache: string,
  runtime: { readonly url: string; readonly key: string },
  count: number,
): void {
  const args = ["status", "--root", root, "--connection", "bench", "--base-url", runtime.url, "--json"];
  const env = { ...process.env, ASSISTANTS_API_KEY: runtime.key, ASSISTANTS_CACHE_DIR: cache };
  const out = execFileSync(process.execPath, [program, ...args], {
    env,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const { states } = JSON.parse(out) as { readonly states: readonly { readonly state: string }[] };
  if (states.length !== count || states.some(({ state }) => state !== "in sync"))
    throw new Error("the status is wrong");
}

/** A definition of some 2,000 lines: many functions with parameters, and long instructions. */
function longDefinition(): string {
  const fn = (index: number): string =>
    `  - type: function\n    function:\n      name: function_${index}\n      description: Does thing ${index}\n      parameters:\n        type: object\n        properties:\n          order_id:\n            type: string\n            description: The id of the order\n          count:\n            type: integer\n            minimum: 0\n        required: [order_id]\n`;
  const instructions = Array.from({ length: 300 }, (_, index) => `  Line ${index} of the instructions.`).join("\n");
  return `name: Long\nmodel: offline\ninstructions: |\n${instructions}\ntools:\n${Array.from({ length: 121 }, (_, index) => fn(index)).join("")}run: { max_completion_tokens: 2000 }\n`;
}

/** The text after a keystroke: a letter more somewhere in the instructions. */
function typed(text: string, index: number): string {
  const at = text.indexOf(`Line ${index % 300} `) + 4;
  return `${text.slice(0, at)}x${text.slice(at)}`;
}

/** Milliseconds of processor time: what the wall says when nothing else runs. */
function processorTime(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

async function benchKeystroke(): Promise<void> {
  const text = longDefinition();
  const lines = text.split("\n").length;
  const facts = { fileExists: () => true, storeNames: new Set<string>(), models: [], now: 0 };
  const measured = { ours: [] as number[], peer: [] as number[], ourTime: [] as number[], peerTime: [] as number[] };
  for (let index = 0; index < 120; index += 1) {
    const next = typed(text, index);
    const check = (): unknown => checkDefinition(next, { facts });
    const parse = (): unknown => parseDocument(next).toJS();
    measured.ours.push(await timed(() => measured.ourTime.push(processorTime(check))));
    measured.peer.push(await timed(() => measured.peerTime.push(processorTime(parse))));
  }
  const settled = (values: readonly number[]): number => median(values.slice(20));
  const shared = { peerName: "yaml parse alone", unit: "ms", aim: "< 50" };
  const what = `diagnostics after a keystroke, ${lines} lines`;
  const [ours, ourTime] = [settled(measured.ours), settled(measured.ourTime)];
  print({
    case: `${what} (processor time)`,
    ours: ourTime,
    peer: settled(measured.peerTime),
    ...shared,
    met: ourTime < 50,
  });
  print({ case: `${what} (wall)`, ours, peer: settled(measured.peer), ...shared, met: ours < 50 });
  benchAllOfKeystroke(text, facts, lines);
}

/** What one pause in the typing sets off in VS Code: the tree, the problems and the state read the same text. */
function benchAllOfKeystroke(text: string, facts: DefinitionFacts, lines: number): void {
  const lock = connectionIn(emptyLock, "bench");
  const all = (next: string): unknown => {
    parseDefinition(next);
    allReferences(referencesOf(readSource(next)));
    checkDefinition(next, { facts });
    const parsed = checkDefinition(next, { facts });
    return localFields({ path: "a", text: next, parsed, instructions: null, files: [], unreadable: null }, lock, null);
  };
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let index = 0; index < 100; index += 1) {
    const next = typed(text, index);
    ours.push(processorTime(() => all(next)));
    peer.push(processorTime(() => parseDocument(next).toJS()));
  }
  const time = median(ours.slice(20));
  print({
    case: `tree, problems and state after a keystroke, ${lines} lines (processor time)`,
    ours: time,
    peer: median(peer.slice(20)),
    peerName: "yaml parse alone",
    unit: "ms",
    aim: "< 50",
    met: time < 50,
  });
}

async function benchMemory(edits: number): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 1024 / 1024;
  };
  const text = longDefinition();
  const growth = (work: (text: string) => unknown): number => {
    for (let index = 0; index < 50; index += 1) work(typed(text, index));
    const start = heap();
    for (let index = 0; index < edits; index += 1) work(typed(text, index));
    return heap() - start;
  };
  const peer = growth((next) => parseDocument(next).toJS());
  const ours = growth((next) => checkDefinition(next));
  print({
    case: `heap growth over ${edits} edits`,
    ours,
    peer,
    peerName: "yaml parse alone",
    unit: "MB",
    aim: "< 2",
    met: ours < 2,
  });
  await Promise.resolve();
}

const only = process.env["SYNC_BENCH"];
if (only !== "status") {
  await benchKeystroke();
  await benchMemory(1000);
}
await benchStatus(Number(process.env["SYNC_BENCH_COUNT"] ?? 1000));

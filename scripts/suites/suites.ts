import { globSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { LimitFunction } from "p-limit";

import { buildAll } from "../build.ts";
import { runChecks } from "../check.ts";
import { root, testOut } from "../shared/paths.ts";
import { run } from "../shared/run.ts";
import { findChromium } from "../vscode/chromium.ts";
import { findDesktop } from "../vscode/desktop.ts";
import { installServer } from "../vscode/serverInstall.ts";
import { addCounts, type Counts, judge, noCounts, parseCounts, parseTapSummary } from "./counts.ts";

/** One part of `npm test`. */
export interface Suite {
  readonly name: string;
  /** Where its test files are; a suite without files of its own has none. */
  readonly files?: string;
  /** Runs at the same time as the other suites of which this is said, two at a time of what they consist of. */
  readonly seated?: true;
  /** Runs it; `only` names files to keep to. A suite that is `seated` takes a seat for each of its processes. */
  run(only: readonly string[], seats: LimitFunction): Promise<Counts>;
}

export const suites: readonly Suite[] = [
  { name: "check", run: runChecks },
  { name: "build", run: runBuild },
  nodeSuite("unit", "test/unit/**/*.test.ts", ["--test-timeout=60000", "--test-concurrency=2"]),
  // Three at once, because much of it is waiting: for intervals of polling, pauses before another try, limits.
  nodeSuite("wire", "test/wire/**/*.test.ts", ["--test-timeout=240000", "--test-concurrency=3"]),
  { name: "extension", files: "test/extension/**/*.test.ts", seated: true, run: runExtensionTests },
  browserSuite("page", "test/ui/page/**/*.test.ts", withChromium),
  browserSuite("ui", "test/ui/*.test.ts", withServer),
];

/** The files of a suite; `only` keeps those whose path contains one of its words. */
export function filesOf(suite: Suite, only: readonly string[]): readonly string[] {
  const all = suite.files ? globSync(suite.files, { cwd: root }).toSorted() : [];
  return only.length === 0 ? all : all.filter((file) => only.some((word) => file.replaceAll("\\", "/").includes(word)));
}

/** A suite whose files Node's runner runs side by side. */
function nodeSuite(name: string, files: string, flags: readonly string[]): Suite {
  const suite: Suite = {
    name,
    files,
    run: (only) =>
      withReport(async (report) => {
        // Some sixty processes and more that they start load the same modules.
        const env = { ...testEnvironment(), NODE_COMPILE_CACHE: `${report}.modules` };
        return runFiles(filesOf(suite, only), flags, report, env);
      }),
  };
  return suite;
}

/**
 * A suite whose files are stories in a real browser, each in a process and with a seat of its own. A story that fails is
 * told once more: a browser on a busy machine loses a click now and then, and a defect fails twice. The sum names it.
 */
function browserSuite(name: string, files: string, prepare: () => Promise<unknown>): Suite {
  const suite: Suite = {
    name,
    files,
    seated: true,
    run: (only, seats) =>
      withReport(async (report) => {
        await prepare();
        const env = { ...(await withChromium()), NODE_COMPILE_CACHE: `${report}.modules` };
        const flags = ["--test-timeout=300000"];
        const tell = (file: string, attempt: number): Promise<Counts> =>
          seats(() => runFiles([file], flags, `${report}.${basename(file)}.${attempt}`, env, true));
        const told = await Promise.all(
          filesOf(suite, only).map(async (file) => ({ file, counts: await tell(file, 1) })),
        );
        let sum = noCounts;
        for (const { file, counts } of told) {
          const second = counts.failed > 0 ? { ...(await tell(file, 2)), again: [basename(file)] } : counts;
          sum = addCounts(sum, second);
        }
        return sum;
      }),
  };
  return suite;
}

async function runFiles(
  files: readonly string[],
  flags: readonly string[],
  report: string,
  env: NodeJS.ProcessEnv,
  printAtEnd = false,
): Promise<Counts> {
  const reporters = [
    ["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ["--test-reporter=tap", `--test-reporter-destination=${report}`],
  ].flat();
  const args = ["--disable-warning=ExperimentalWarning", "--test", ...flags, ...reporters, ...files];
  const code = await run(process.execPath, args, { env, printAtEnd });
  return judge(parseTapSummary(await readReport(report)), code);
}

let programsAreBuilt = false;

async function runBuild(): Promise<Counts> {
  await buildAll("development");
  programsAreBuilt = true;
  return { passed: 1, failed: 0, skipped: 0 };
}

/** The longest of all that take seats: it takes its own before anything is waited for, so that it is not the last to end. */
function runExtensionTests(_only: readonly string[], seats: LimitFunction): Promise<Counts> {
  return seats(() =>
    withReport(async (report) => {
      const script = join(root, "scripts", "extensionTests.ts");
      if (findDesktop() === undefined) await withServer();
      const env = { ...testEnvironment(), TEST_REPORT: report };
      const args = ["--disable-warning=ExperimentalWarning", script];
      const code = await run(process.execPath, args, { env, printAtEnd: true });
      return judge(parseCounts(await readReport(report)), code);
    }),
  );
}

/** A developer's keys and addresses must not steer what is tested. `test/wire/programs.ts` asks for what was built. */
function testEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(OPENAI_|PROGRAMS_ARE_BUILT$)/.test(name));
  return { ...Object.fromEntries(own), ...(programsAreBuilt ? { PROGRAMS_ARE_BUILT: "1" } : {}) };
}

/** What suites beside each other need is fetched once, before any of them starts. */
const fetched: { chromium?: ReturnType<typeof findChromium>; server?: Promise<unknown> } = {};

/** `CHROMIUM` names a browser that is there, whoever starts it. */
async function withChromium(): Promise<NodeJS.ProcessEnv> {
  const { executablePath, env } = await (fetched.chromium ??= findChromium());
  return { ...testEnvironment(), ...env, CHROMIUM: executablePath };
}

function withServer(): Promise<unknown> {
  return (fetched.server ??= withChromium().then(installServer));
}

async function withReport<T>(work: (report: string) => Promise<T>): Promise<T> {
  await mkdir(testOut, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), "test-report-"));
  try {
    return await work(join(folder, "report"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readReport(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

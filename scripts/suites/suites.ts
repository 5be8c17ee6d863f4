import { globSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildAll } from "../build.ts";
import { runChecks } from "../check.ts";
import { root, testOut } from "../shared/paths.ts";
import { run } from "../shared/run.ts";
import { findChromium } from "../vscode/chromium.ts";
import { type Counts, judge, parseCounts, parseTapSummary } from "./counts.ts";

/** One part of `npm test`. */
export interface Suite {
  readonly name: string;
  /** Where its test files are; a suite without files of its own has none. */
  readonly files?: string;
  /** Runs at the same time as the suite before it: both leave a part of two processors unused. */
  readonly besidePrevious?: boolean;
  /** Runs it; `only` names files to keep to. `printAtEnd`: another suite has the terminal meanwhile. */
  run(only: readonly string[], printAtEnd: boolean): Promise<Counts>;
}

export const suites: readonly Suite[] = [
  { name: "check", run: runChecks },
  { name: "build", run: runBuild },
  nodeSuite("unit", "test/unit/**/*.test.ts", ["--test-timeout=60000", "--test-concurrency=2"]),
  // Three at once, because much of it is waiting: for intervals of polling, pauses before another try, limits.
  nodeSuite("wire", "test/wire/**/*.test.ts", ["--test-timeout=240000", "--test-concurrency=3"]),
  nodeSuite("page", "test/ui/page/**/*.test.ts", ["--test-timeout=180000", "--test-concurrency=2"], withChromium),
  { name: "extension", files: "test/extension/**/*.test.ts", besidePrevious: true, run: runExtensionTests },
  nodeSuite("ui", "test/ui/*.test.ts", ["--test-timeout=300000", "--test-concurrency=2"], withChromium),
];

/** The files of a suite; `only` keeps those whose path contains one of its words. */
export function filesOf(suite: Suite, only: readonly string[]): readonly string[] {
  const all = suite.files ? globSync(suite.files, { cwd: root }).toSorted() : [];
  return only.length === 0 ? all : all.filter((file) => only.some((word) => file.replaceAll("\\", "/").includes(word)));
}

type Environment = () => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv>;

function nodeSuite(
  name: string,
  files: string,
  flags: readonly string[],
  environment: Environment = testEnvironment,
): Suite {
  const suite: Suite = {
    name,
    files,
    run: (only, printAtEnd) =>
      withReport(async (report) => {
        const reporters = [
          ["--test-reporter=spec", "--test-reporter-destination=stdout"],
          ["--test-reporter=tap", `--test-reporter-destination=${report}`],
        ].flat();
        const args = [
          "--disable-warning=ExperimentalWarning",
          "--test",
          ...flags,
          ...reporters,
          ...filesOf(suite, only),
        ];
        // Some sixty processes and more that they start load the same modules.
        const env = { ...(await environment()), NODE_COMPILE_CACHE: `${report}.modules` };
        const code = await run(process.execPath, args, { env, printAtEnd });
        return judge(parseTapSummary(await readReport(report)), code);
      }),
  };
  return suite;
}

let programsAreBuilt = false;

async function runBuild(): Promise<Counts> {
  await buildAll("development");
  programsAreBuilt = true;
  return { passed: 1, failed: 0, skipped: 0 };
}

function runExtensionTests(_only: readonly string[], printAtEnd: boolean): Promise<Counts> {
  return withReport(async (report) => {
    const script = join(root, "scripts", "extensionTests.ts");
    const env = { ...testEnvironment(), TEST_REPORT: report };
    const code = await run(process.execPath, ["--disable-warning=ExperimentalWarning", script], { env, printAtEnd });
    return judge(parseCounts(await readReport(report)), code);
  });
}

/** A developer's keys and addresses must not steer what is tested. `test/wire/programs.ts` asks for what was built. */
function testEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(OPENAI_|PROGRAMS_ARE_BUILT$)/.test(name));
  return { ...Object.fromEntries(own), ...(programsAreBuilt ? { PROGRAMS_ARE_BUILT: "1" } : {}) };
}

/** `CHROMIUM` names a browser that is there, whoever starts it. */
async function withChromium(): Promise<NodeJS.ProcessEnv> {
  const { executablePath, env } = await findChromium();
  return { ...testEnvironment(), ...env, CHROMIUM: executablePath };
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

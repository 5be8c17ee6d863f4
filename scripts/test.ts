/** `npm test [-- SUITES or FILES]`: everything that is tested, whatever fails on the way; the last line is the sum. */
import pLimit, { type LimitFunction } from "p-limit";

import { explain, Failure, runMain, seconds } from "./shared/terminal.ts";
import { parseChoice } from "./suites/choice.ts";
import { addCounts, type Counts, lastLine, noCounts } from "./suites/counts.ts";
import { filesOf, type Suite, suites } from "./suites/suites.ts";

interface Result {
  readonly name: string;
  readonly counts: Counts;
  readonly milliseconds: number;
  readonly absent?: boolean;
}

await runMain(async () => {
  const choice = parseChoice(
    process.argv.slice(2),
    suites.map(({ name }) => name),
  );
  const results: Result[] = [];
  for (const group of groups(chosen(choice.suites, choice.files))) {
    process.stdout.write(`\n━━ ${group.map(({ name }) => name).join(", and beside it ")}\n`);
    const seats = pLimit(2);
    const running = group.map((suite) => runSuite(suite, choice.files, seats));
    results.push(...(await Promise.all(running)));
  }
  process.stdout.write(`\n${results.map(row).join("\n")}\n`);
  const sum = results.map(({ counts }) => counts).reduce(addCounts, noCounts);
  process.stdout.write(`${lastLine(sum)}\n`);
  return sum.failed > 0 ? 1 : 0;
});

/** The build goes before every suite that runs what it builds. */
function chosen(names: readonly string[], files: readonly string[]): readonly Suite[] {
  const named = suites.filter(({ name }) => names.includes(name));
  const withFiles = (named.length > 0 ? named : suites).filter((suite) => filesOf(suite, files).length > 0);
  const wanted = files.length > 0 ? withFiles : named.length > 0 ? named : suites;
  if (wanted.length === 0) throw new Failure(`no suite and no test file is called ${files.join(" or ")}`);
  const needsBuild = wanted.some(({ name }) => !["check", "build", "unit"].includes(name));
  return suites.filter((suite) => wanted.includes(suite) || (needsBuild && suite.name === "build"));
}

/** Suites that run at the same time. */
function groups(wanted: readonly Suite[]): readonly (readonly Suite[])[] {
  const found: Suite[][] = [];
  for (const suite of wanted) {
    const previous = found.at(-1);
    if (suite.seated && previous?.at(-1)?.seated) previous.push(suite);
    else found.push([suite]);
  }
  return found;
}

async function runSuite(suite: Suite, only: readonly string[], seats: LimitFunction): Promise<Result> {
  const started = performance.now();
  const { name } = suite;
  if (suite.files && filesOf(suite, only).length === 0)
    return { name, counts: noCounts, milliseconds: 0, absent: true };
  try {
    const counts = await suite.run(only, seats);
    return { name, counts, milliseconds: performance.now() - started };
  } catch (error) {
    process.stderr.write(`✗ ${name}: ${explain(error)}\n`);
    return { name, counts: { ...noCounts, failed: 1 }, milliseconds: performance.now() - started };
  }
}

function row({ name, counts, milliseconds, absent }: Result): string {
  const mark = absent ? "–" : counts.failed > 0 ? "✗" : "✓";
  const said = absent ? "no test files yet" : `${lastLine(counts).padEnd(32)} ${seconds(milliseconds).padStart(8)}`;
  return `${mark} ${name.padEnd(12)} ${said}`;
}

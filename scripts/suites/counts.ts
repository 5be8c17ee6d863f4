/** How many tests of a suite did what. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Files that failed and were run a second time; what that came to is what counts. */
  readonly again?: readonly string[];
}

export const noCounts: Counts = { passed: 0, failed: 0, skipped: 0 };

export function addCounts(left: Counts, right: Counts): Counts {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
    ...(left.again === undefined && right.again === undefined
      ? {}
      : { again: [...(left.again ?? []), ...(right.again ?? [])] }),
  };
}

/** The sum at the end of Node's TAP report; undefined when the report breaks off before it. */
export function parseTapSummary(tap: string): Counts | undefined {
  const value = (name: string): number | undefined => {
    const found = tap.match(new RegExp(`^# ${name} (\\d+)$`, "gm"))?.at(-1);
    return found === undefined ? undefined : Number(found.split(" ").at(-1));
  };
  const [pass, fail] = [value("pass"), value("fail")];
  if (pass === undefined || fail === undefined) return undefined;
  const skipped = (value("skipped") ?? 0) + (value("todo") ?? 0);
  return { passed: pass, failed: fail + (value("cancelled") ?? 0), skipped };
}

/** What test/extension/runInHost.ts wrote; undefined when it is not that. */
export function parseCounts(json: string): Counts | undefined {
  try {
    const { passed, failed, skipped } = JSON.parse(json) as Record<string, unknown>;
    const numbers = [passed, failed, skipped].every((one) => Number.isSafeInteger(one));
    return numbers ? ({ passed, failed, skipped } as Counts) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What counts for a suite whose process has ended: a report that is missing, an exit code that the report does not
 * explain, or files without a single test are one failure each.
 */
export function judge(reported: Counts | undefined, exitCode: number): Counts {
  const counts = reported ?? noCounts;
  const ran = counts.passed + counts.failed + counts.skipped > 0;
  const unexplained = !ran || (exitCode !== 0 && counts.failed === 0);
  return unexplained ? { ...counts, failed: counts.failed + 1 } : counts;
}

/** The last line of `npm test`. */
export function lastLine(counts: Counts): string {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  const again = counts.again === undefined ? "" : ` (run again after a failure: ${counts.again.join(", ")})`;
  return `${counts.passed} passed, ${counts.failed} failed${skipped}${again}`;
}

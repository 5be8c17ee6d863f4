/** `npm run check`: types, lint, format. Says which failed; every one runs. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { bin, root } from "./shared/paths.ts";
import { run } from "./shared/run.ts";
import { runMain, say, seconds } from "./shared/terminal.ts";
import type { Counts } from "./suites/counts.ts";

interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

function checks(): readonly Check[] {
  const projects = [".", "webview", "test/ui/page"].filter((folder) => existsSync(join(root, folder, "tsconfig.json")));
  return [
    ...projects.map((folder) => ({ name: `types (${folder})`, command: bin("tsc"), args: ["-p", folder] })),
    { name: "lint", command: bin("oxlint"), args: ["--deny-warnings"] },
    { name: "format", command: bin("oxfmt"), args: ["--check", "."] },
  ];
}

/** Runs every check and counts them as tests are counted. */
export async function runChecks(): Promise<Counts> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, command, args } of checks()) {
    const started = performance.now();
    const ok = (await run(command, args)) === 0;
    counts[ok ? "passed" : "failed"]++;
    say(
      `${ok ? "✓" : "✗"} ${name} (${seconds(performance.now() - started)})${ok || name !== "format" ? "" : ": npm run format"}`,
    );
  }
  return counts;
}

if (import.meta.main) await runMain(async () => ((await runChecks()).failed > 0 ? 1 : 0));

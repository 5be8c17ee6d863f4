import { globSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import Mocha from "mocha";

/** VS Code calls this in its extension host; it rejects when a test failed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", color: false, timeout: 120_000, forbidOnly: Boolean(process.env["CI"]) });
  if (process.env["TEST_GREP"]) mocha.grep(process.env["TEST_GREP"]);
  for (const file of globSync("**/*.test.cjs", { cwd: __dirname }).toSorted()) mocha.addFile(join(__dirname, file));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on("pass", () => counts.passed++)
      .on("fail", () => counts.failed++)
      .on("pending", () => counts.skipped++);
  });
  if (process.env["TEST_REPORT"]) await writeFile(process.env["TEST_REPORT"], JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} of the extension tests failed`);
  if (counts.passed === 0) throw new Error("no extension test ran");
}

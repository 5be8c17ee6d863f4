/** Runs test/extension inside a real VS Code, through @vscode/test-electron. The exit code is 0 when every test passed. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTests, TestRunFailedError } from "@vscode/test-electron";

import { bundleExtensionTests } from "./build/extensionTestBundle.ts";
import { root } from "./shared/paths.ts";
import { Failure, runMain, say } from "./shared/terminal.ts";
import { findDesktop } from "./vscode/desktop.ts";

const inBrowser = fileURLToPath(
  new URL(process.platform === "win32" ? "vscode/codeInBrowser.cmd" : "vscode/codeInBrowser.mjs", import.meta.url),
);

await runMain(async () => {
  const index = await bundleExtensionTests();
  if (!index) throw new Failure("test/extension holds no *.test.ts");
  const desktop = process.argv.includes("--browser") ? undefined : findDesktop();
  say(`Extension tests in ${desktop ?? "VS Code's server and a headless browser"}`);
  const temporary = await mkdtemp(join(tmpdir(), "extension-tests-"));
  const workspace = join(temporary, "workspace"); // a copy: tests write into it
  await cp(join(root, "examples"), workspace, { recursive: true });
  try {
    return await runTests({
      vscodeExecutablePath: desktop ?? inBrowser,
      extensionDevelopmentPath: process.env["EXTENSION_UNDER_TEST"] ?? root,
      extensionTestsPath: index,
      launchArgs: [workspace, `--user-data-dir=${join(temporary, "user")}`],
      extensionTestsEnv: { TEST_REPORT: process.env["TEST_REPORT"], TEST_GREP: process.env["TEST_GREP"] },
    });
  } catch (error) {
    if (error instanceof TestRunFailedError) return error.code ?? 1;
    throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
});

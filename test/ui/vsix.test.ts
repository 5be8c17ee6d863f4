import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { openWorkbench } from "../../scripts/vscode/workbench.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("the VSIX, installed in a clean VS Code, does the main job", async () => {
  execFileSync(process.execPath, [join(root, "scripts", "package.ts")], { cwd: root, stdio: "pipe" });
  const [name] = globSync("*.vsix", { cwd: root });
  assert.notEqual(name, undefined);
  const workspace = mkdtempSync(join(tmpdir(), "vsix-"));
  cpSync(join(root, "examples"), workspace, { recursive: true });
  const workbench = await openWorkbench({ vsix: join(root, name!), workspace });
  try {
    const { page } = workbench;
    await workbench.openContainer("Assistants");
    const row = page.locator(".pane-body .monaco-list-row", { hasText: "Order Support Agent" }).first();
    await row.hover();
    await row.locator('[aria-label^="Chat"]').click();
    const panel = workbench.webview();
    await panel.locator(".composer textarea").fill("Where is my order ORD-12345?");
    await panel.locator(".composer textarea").press("Enter");
    await panel.locator(".tool-card textarea").fill('{"status":"shipped"}');
    await panel.locator(".tool-card textarea").press("Control+Enter");
    await panel.locator(".run-facts", { hasText: "completed" }).waitFor();
  } catch (error) {
    await workbench.screenshot("vsix-failed");
    throw error;
  } finally {
    await workbench.close();
    rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
  }
});

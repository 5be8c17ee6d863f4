import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after } from "node:test";

import { startGuardedModelServer } from "./guardedModelServer.ts";
import { tellStory } from "./story.ts";

/** A model is connected, and everything that can go wrong around it does, in a real VS Code. */

const key = "sk-right-key-7d1f";
const server = await startGuardedModelServer(key);
const deadUrl = "http://127.0.0.1:9/v1";
const { workbench, workspace, userData, step, panel, treeRow, composer, outputs, openSidebar, chatWith, say } =
  tellStory("trouble", {
    OPENAI_API_KEY: key,
    OPENAI_BASE_URL: server.url,
  });

after(() => server.close());

/** Fills the questions of *Connect a Model* one after the other. */
async function connect(url: string, apiKey: string, model: string): Promise<void> {
  const { page } = workbench();
  const input = page.locator(".quick-input-widget:visible input");
  const answer = async (title: RegExp, text: string): Promise<void> => {
    await page.locator(".quick-input-widget:visible", { hasText: title }).waitFor();
    await input.fill(text);
    await page.keyboard.press("Enter");
  };
  await workbench().runCommand("Assistants: Connect a Model");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "Another server" }).click();
  await answer(/Base URL/, url);
  await answer(/API key/, apiKey);
  await answer(/Model for assistants/, model);
  await treeRow("Order Support Agent").filter({ hasText: model }).waitFor();
}

step(
  "a definition that is not valid: its node says so, its problem is listed, a chat refuses with that reason",
  async () => {
    await openSidebar();
    await writeFile(join(workspace(), "broken.assistant.yaml"), "name: Broken One\ntemperature: 5\n");
    await treeRow("Broken One").waitFor();
    assert.match(await treeRow("Broken One").innerText(), /temperature/);
    await workbench()
      .page.locator(".statusbar-item", { hasText: /^\s*1\b/ })
      .first()
      .waitFor();
    await treeRow("Broken One").click();
    // An editor that opens takes the focus from the palette.
    await workbench().page.locator(".monaco-editor .view-lines", { hasText: "Broken One" }).waitFor();
    await workbench().runCommand("Assistants: Chat");
    await panel()
      .getByText(/broken\.assistant\.yaml has a problem/)
      .waitFor();
    await say("Hello?");
    await panel()
      .locator(".composer-error")
      .getByText(/temperature/)
      .waitFor();
    assert.equal(await composer().inputValue(), "Hello?", "the text is still there");
    await workbench().picture("trouble-1-invalid-definition");
    await workbench().runCommand("View: Close All Editors");
  },
);

step("an address where nobody answers: the run fails with what to do", async () => {
  await connect(deadUrl, "", "some-model");
  await chatWith("Order Support Agent");
  await panel().getByText("Local runtime · 127.0.0.1:9").waitFor();
  await say("Where is my order ORD-12345?");
  await panel().locator(".run-facts", { hasText: "failed" }).waitFor();
  assert.match(await panel().locator(".run-facts").innerText(), /127\.0\.0\.1:9/);
  await workbench().picture("trouble-2-unreachable");
  await workbench().runCommand("View: Close All Editors");
});

step("a wrong key: the run fails and says that the key was refused; the key is in no message", async () => {
  await connect(server.url, "sk-wrong-key-55aa", "mock-model");
  await chatWith("Order Support Agent");
  await say("Where is my order ORD-12345?");
  await panel().locator(".run-facts", { hasText: "failed" }).waitFor();
  const text = await panel().locator("body").innerText();
  assert.match(text, /key/i);
  assert.equal(text.includes("sk-wrong-key-55aa"), false);
  await workbench().picture("trouble-3-wrong-key");
});

step("the right key, then Retry: the same thread goes on", async () => {
  server.mock.on(
    { userMessage: "ORD-12345", hasToolResult: false },
    { toolCalls: [{ name: "get_order_status", arguments: '{"order_id":"ORD-12345"}' }] },
  );
  server.mock.on({ hasToolResult: true }, { content: "It was **shipped**, tracking `1Z999AA10123`." });
  await workbench().runCommand("Assistants: Set Key of a Connection");
  await workbench().page.locator(".quick-input-list .monaco-list-row").first().click();
  const input = workbench().page.locator(".quick-input-widget:visible input[type=password]");
  await input.fill(key);
  await input.press("Enter");
  await input.waitFor({ state: "hidden" });
  await panel().getByText("Retry").last().click();
  await panel().getByText("Waiting for 1 tool output").waitFor();
  await outputs().fill('{"status":"shipped","tracking":"1Z999AA10123"}');
  await outputs().press("Control+Enter");
  await panel().locator(".run-facts", { hasText: "completed" }).waitFor();
  await panel().locator("strong", { hasText: "shipped" }).waitFor();
  await panel().locator(".offline-line").waitFor({ state: "detached" });
  await workbench().picture("trouble-4-real-model");
});

step(
  "the runtime is killed while a run waits: it is restarted, a notice says so, the answer still goes through",
  async () => {
    await say("And again: where is ORD-12345?");
    await panel().getByText("Waiting for 1 tool output").waitFor();
    const files = globSync("**/runtime/127-0-0-1*/runtime.json", { cwd: userData() });
    const pids = files.map(
      (file) => JSON.parse(readFileSync(join(userData(), file), "utf8")) as { readonly pid: number },
    );
    assert.equal(pids.length > 0, true);
    for (const { pid } of pids) process.kill(pid, "SIGKILL");
    // A toast may have gone by the time that anybody looks; the list keeps it.
    const { page } = workbench();
    await workbench().runCommand("Notifications: Show Notifications");
    await page.locator(".notifications-center", { hasText: "was restarted" }).waitFor();
    // Escape would stop the run where the chat has the focus already.
    await workbench().runCommand("Notifications: Clear All Notifications");
    await outputs().fill("found it");
    await outputs().press("Control+Enter");
    await panel().locator(".run-facts", { hasText: "completed" }).nth(1).waitFor();
    await workbench().picture("trouble-5-runtime-restarted");
  },
);

step("OPENAI_API_KEY in the environment is a connection without a question for the key", async () => {
  const { page } = workbench();
  const pick = async (text: string | RegExp): Promise<void> =>
    page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first().click();
  await workbench().runCommand("View: Close All Editors");
  await workbench().runCommand("Assistants: Select Connection");
  await pick("OPENAI_API_KEY at");
  await page.locator(".quick-input-widget:visible", { hasText: "Model of OPENAI_API_KEY" }).waitFor();
  await page.locator(".quick-input-list .monaco-list-row").first().click();
  await page.locator(".pane-header", { hasText: "OPENAI_API_KEY at" }).waitFor();
  await chatWith("Order Support Agent");
  await say("Where is my order ORD-12345?");
  await panel().getByText("Waiting for 1 tool output").waitFor();
});

step("no key is in the settings, in any file of VS Code or the extension, nor in what the page printed", () => {
  const files = globSync("**/*", { cwd: userData(), withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
  assert.equal(
    texts.some((text) => text.includes(server.url)),
    true,
    "the connection itself is in the settings",
  );
  assert.equal(
    texts.some((text) => /sk-right|sk-wrong/.test(text)),
    false,
  );
  assert.equal(
    workbench().log.some((line) => /sk-right|sk-wrong/.test(line)),
    false,
  );
  return Promise.resolve();
});

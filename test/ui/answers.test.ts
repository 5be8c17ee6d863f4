import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { tellStory } from "./story.ts";

/** Answers that a handler or a fixture makes, in a real VS Code and a real browser. Pictures: test/out/. */

const { workbench, workspace, step, panel, outputs, openSidebar, chatWith, say, pictures } = tellStory("answers");

const card = () => panel().locator(".tool-card");
const verb = (name: string) => card().getByRole("button", { name, exact: true });
const completed = (count: number) =>
  panel()
    .locator(".run-facts", { hasText: "completed" })
    .nth(count - 1)
    .waitFor();
const fixtures = () => readFile(join(workspace(), "order-support.fixtures.yaml"), "utf8");
const dialog = () => workbench().page.locator(".monaco-dialog-box");

async function chooseAnswers(label: string): Promise<void> {
  await panel().locator(".chip-answers").click();
  await workbench().page.locator(".quick-input-list .monaco-list-row", { hasText: label }).click();
  await panel().locator(".chip-answers", { hasText: label }).waitFor();
}

step("a call waits for a person first, whatever its handler could say", async () => {
  await openSidebar();
  await chatWith("Order Support Agent");
  await say("Where is my order ORD-12345?");
  await panel().getByText("Waiting for 1 tool output").waitFor();
  await verb("Run handler").waitFor();
  assert.equal(await outputs().inputValue(), "");
});

step("the first run of a handler is agreed to, with what it is in full; without that, nothing runs", async () => {
  await verb("Run handler").click();
  await dialog().getByText("Let the handler of get_order_status run?").waitFor();
  await dialog().getByText("The default export of ./tools/get-order-status.mjs").waitFor();
  await workbench().picture("answers-1-agree");
  await dialog().getByRole("button", { name: "Cancel" }).click();
  await card().getByText("You did not let this handler run.").waitFor();
  assert.equal(await outputs().inputValue(), "");
});

step("agreed: its output stands in the editor, with who made it, and is sent when the person says so", async () => {
  await verb("Run handler").click();
  await dialog().getByRole("button", { name: "Run Handler" }).click();
  await card()
    .getByText(/handler · \d/)
    .waitFor();
  assert.match(await outputs().inputValue(), /"tracking":"1Z999AA10123"/);
  await workbench().picture("answers-2-handler-dark");
});

step("Debug handler stops in it, in VS Code's own debugger, and its output comes when it goes on", async () => {
  await verb("Debug handler").click();
  await workbench().page.locator(".debug-toolbar").waitFor();
  await workbench().page.locator(".debug-top-stack-frame-column, .debug-top-stack-frame-line").first().waitFor();
  await workbench().picture("answers-9-debugged");
  await workbench().page.locator(".debug-toolbar .codicon-debug-continue").click();
  await workbench().page.locator(".debug-toolbar").waitFor({ state: "hidden" });
  await workbench()
    .page.getByRole("tab", { name: /Where is my order/ })
    .click();
  await card()
    .getByText(/handler · \d/)
    .waitFor();
});

step("Save as fixture writes it beside the definition, and leaves the file's comments alone", async () => {
  await verb("Save as fixture").click();
  await card().getByText("saved in order-support.fixtures.yaml").waitFor();
  const text = await fixtures();
  assert.match(text, /^# Saved answers for order-support/);
  assert.match(text, /ORD-12345[\s\S]*1Z999AA10123/);
  await panel().getByRole("button", { name: "Submit" }).click();
  await completed(1);
  await panel().locator(".call-record-line", { hasText: "by its handler" }).waitFor();
});

step("a changed handler is asked for again; one that fails says why, and the person answers", async () => {
  const file = join(workspace(), "tools", "get-order-status.mjs");
  await writeFile(file, `${await readFile(file, "utf8")}\n// changed\n`);
  await say("Where is my order ORD-999?");
  await panel().getByText("Waiting for 1 tool output").waitFor();
  await verb("Run handler").click();
  await dialog().getByRole("button", { name: "Run Handler" }).click();
  await card().getByText("Handler: There is no order ORD-999.").waitFor();
  await outputs().fill('{"status":"unknown"}');
  await workbench().picture("answers-3-failed-dark");
  await panel().getByRole("button", { name: "Submit" }).click();
  await completed(2);
});

step("Auto-answer: fixtures and handlers answer, and the run goes on by itself", async () => {
  await chooseAnswers("Auto-answer");
  await say("Where are my orders ORD-777 and ORD-888?");
  await completed(3);
  await panel().locator(".call-record-line", { hasText: "from a fixture" }).waitFor();
  assert.equal(await panel().locator(".call-record-line", { hasText: "by its handler" }).count(), 2);
  const rows = panel().locator('.timeline [role="row"], .timeline [role="treeitem"]', { hasText: "get_order_status" });
  await rows.last().click();
  await panel().locator(".details").getByText("a fixture, order-support.fixtures.yaml, line 3").waitFor();
  await workbench().picture("answers-4-auto-dark");
});

step("what no source can answer waits, with what the others came to", async () => {
  await chooseAnswers("Fixtures only");
  await say("Where are my orders ORD-888 and ORD-555?");
  await panel().getByText("Waiting for 2 tool outputs").waitFor();
  await card()
    .getByText(/fixture · order-support.fixtures.yaml, line 3/)
    .waitFor();
  assert.match(await outputs().nth(0).inputValue(), /processing/);
  assert.equal(await outputs().nth(1).inputValue(), "");
  await pictures({
    light: "answers-5-mixed-light",
    contrast: "answers-6-mixed-contrast",
    narrow: "answers-7-narrow",
    width: 760,
  });
});

step("a handler that takes its time is stopped from the card", async () => {
  const file = join(workspace(), "tools", "get-order-status.mjs");
  await writeFile(file, "export default () => new Promise(() => setInterval(() => {}, 1000));\n");
  await verb("Run handler").nth(1).click();
  await dialog().getByRole("button", { name: "Run Handler" }).click();
  await card().getByText("The handler runs").waitFor();
  await workbench().picture("answers-8-running");
  await verb("Stop").click();
  await card().getByText("Handler: Stopped.").waitFor();
  await outputs().nth(1).fill("not found");
  await outputs().nth(1).press("Control+Enter");
  await completed(4);
});

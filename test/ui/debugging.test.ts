import assert from "node:assert/strict";
import type { Locator } from "playwright-core";

import { tellStory } from "./story.ts";

/** F5 on a definition, a breakpoint in its gutter, an answer typed in Variables; in a real VS Code, on the offline model. */

const { workbench, step, panel, openSidebar, treeRow, pictures } = tellStory("debugging");

const page = (): ReturnType<typeof workbench>["page"] => workbench().page;
const line = (text: string): Locator => page().locator(".editor-instance .view-line", { hasText: text }).first();
const callStack = (): Locator => page().locator(".debug-call-stack");
const variables = (): Locator => page().locator(".debug-variables");
const toolbar = (action: string): Locator => page().locator(`.debug-toolbar a[aria-label^="${action}"]`);
const variable = (text: RegExp): Locator => variables().locator(".monaco-list-row", { hasText: text }).first();

/** Clicks in the margin beside a line, where breakpoints are. */
async function toggleBreakpoint(lineNumber: number): Promise<void> {
  // The lens above the first line moves the others when it comes.
  await page().locator(".codelens-decoration", { hasText: "Debug" }).first().waitFor();
  const number = page().locator(".editor-instance .line-numbers", { hasText: new RegExp(`^${lineNumber}$`) });
  await number.hover({ position: { x: 2, y: 8 }, force: true });
  const box = await number.boundingBox();
  assert.ok(box !== null);
  await page().mouse.click(box.x - 8, box.y + box.height / 2);
}

/** Opens a scope that VS Code has not opened by itself. */
async function openScope(name: string): Promise<void> {
  const scope = variables().locator('.monaco-list-row[aria-level="1"]', { hasText: name }).first();
  await scope.waitFor();
  if ((await scope.getAttribute("aria-expanded")) !== "true") await scope.click();
}

/** Makes room for Variables and Call Stack: rows that are not in sight are not there. */
async function closeSections(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const header = page().locator(".part.sidebar .pane-header", { hasText: name }).first();
    if ((await header.getAttribute("aria-expanded")) === "true") await header.click();
  }
}

async function say(text: string): Promise<void> {
  const input = page().locator(".quick-input-widget:visible input");
  await input.fill(text);
  await input.press("Enter");
}

step("a breakpoint in the gutter of a tool, and F5 asks what to say", async () => {
  await openSidebar();
  // A row that is drawn anew meanwhile does not open.
  for (let tries = 1; ; tries++) {
    await treeRow("Order Support Agent").dblclick();
    try {
      await line("get_order_status").waitFor({ timeout: 10_000 });
      break;
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
  await toggleBreakpoint(9);
  await page().locator(".codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified").first().waitFor();
  await line("get_order_status").click();
  await page().keyboard.press("F5");
  await page().locator(".quick-input-widget:visible", { hasText: "Debug Assistant" }).waitFor();
  await workbench().picture("debug-1-ask");
  await say("Where are my orders ORD-777 and ORD-888?");
});

step(
  "it stops at the call: the stack, the arguments, the tool's line; the chat beside shows the same run",
  async () => {
    await callStack().getByText('get_order_status(order_id: "ORD-777")').waitFor();
    await closeSections("Watch", "Breakpoints");
    await openScope("Arguments");
    await variable(/order_id.*"ORD-777"/).waitFor();
    await page().locator(".debug-top-stack-frame-line, .debug-focused-stack-frame-line").first().waitFor();
    await panel().getByText("Waiting for 2 tool outputs").waitFor();
    await page().locator(".statusbar-item", { hasText: "run is held" }).waitFor();
    await workbench().picture("debug-2-stopped-dark");
  },
);

step("the output is edited in Variables; the chat has it at once", async () => {
  await openScope("Output");
  await variable(/^output/).dblclick();
  const input = variables().locator(".monaco-inputbox input, .inputBoxContainer input").first();
  await input.fill('{"status":"shipped","tracking":"1Z999"}');
  await input.press("Enter");
  await variable(/output.*shipped.*1Z999/).waitFor();
  await workbench().picture("debug-3-edited");
});

step("step over goes to the second call; the console assigns and evaluates", async () => {
  await toolbar("Step Over").click();
  await callStack().getByText('get_order_status(order_id: "ORD-888")').waitFor();
  await callStack().getByText("2 tool calls, 1 answered").waitFor();
  await workbench().runCommand("Debug Console: Focus on Debug Console View");
  const repl = page().locator(".repl-input-wrapper .monaco-editor").first();
  await repl.click();
  await page().keyboard.type('output = { status: "lost", order: order_id }', { delay: 5 });
  await page().keyboard.press("Escape");
  await page().keyboard.press("Enter");
  await page().locator(".repl .monaco-list-row", { hasText: '{"status": "lost"' }).first().waitFor();
  await workbench().picture("debug-4-console");
});

step("step back shows an earlier state, marked read-only; continue brings back the present", async () => {
  await toolbar("Step Back").click();
  await callStack()
    .getByText(/read-only/)
    .first()
    .waitFor();
  await workbench().picture("debug-5-back");
  await toolbar("Continue").click();
  await callStack()
    .getByText(/2 answered/)
    .first()
    .waitFor();
});

step("continue submits both outputs, and the run ends in both views", async () => {
  await toolbar("Continue").click();
  await panel().locator(".run-facts", { hasText: "completed" }).waitFor();
  await page().locator(".debug-toolbar").waitFor({ state: "hidden" });
  const text = await panel().locator("body").innerText();
  assert.match(text, /1Z999/);
  assert.match(text, /lost/);
});

step("Debug in the chat attaches to its thread; an answer given in the chat counts in the debugger", async () => {
  await panel().getByRole("button", { name: "Debug" }).click();
  await page().locator(".debug-toolbar").waitFor();
  await panel().locator(".composer textarea").fill("And where is my order ORD-999?");
  await panel().locator(".composer textarea").press("Enter");
  await callStack().getByText('get_order_status(order_id: "ORD-999")').waitFor();
  await panel().locator(".tool-card textarea").first().fill('{"status":"found"}');
  await panel().getByRole("button", { name: "Submit" }).click();
  await panel().locator(".run-facts", { hasText: "completed" }).nth(1).waitFor();
  await callStack().getByText("ORD-999").waitFor({ state: "detached" });
});

step("step into runs the handler under the JavaScript debugger, and comes back with its output", async () => {
  await panel().locator(".composer textarea").fill("Where is my order ORD-12345?");
  await panel().locator(".composer textarea").press("Enter");
  await callStack().getByText('get_order_status(order_id: "ORD-12345")').waitFor();
  await toolbar("Step Into").click();
  await page().locator(".monaco-dialog-box").getByText("Run Handler", { exact: true }).click();
  await callStack()
    .getByText(/Paused on debugger statement/i)
    .waitFor();
  await workbench().picture("debug-9-handler");
  // It is held before the function is called; then the handler runs to its end, and this run stops behind its answer.
  await page().keyboard.press("F5");
  await callStack()
    .getByText(/ORD-12345.*answered/)
    .waitFor();
  await openScope("Output");
  await variable(/^origin.*handler/).waitFor();
  await toolbar("Continue").click();
  // The handler's source may have come up in front of the chat.
  await page().locator(".tab", { hasText: "Where are my orders" }).click();
  await panel().locator(".run-facts", { hasText: "completed" }).nth(2).waitFor();
});

step("Stop in the debugger ends the session at a call that waits", async () => {
  await panel().locator(".composer textarea").fill("Where is my order ORD-1000?");
  await panel().locator(".composer textarea").press("Enter");
  await callStack().getByText('get_order_status(order_id: "ORD-1000")').waitFor();
  await pictures({ light: "debug-6-light", contrast: "debug-7-high-contrast", narrow: "debug-8-narrow", width: 1000 });
  await toolbar("Stop").or(toolbar("Disconnect")).first().click();
  await page().locator(".debug-toolbar").waitFor({ state: "hidden" });
});

import assert from "node:assert/strict";

import { tellStory } from "./story.ts";

/** The main job as a newcomer does it, in a real VS Code and a real browser, on the offline model. Pictures: test/out/. */

const { workbench, step, panel, treeRow, composer, outputs, openSidebar, chatWith, say, pictures } =
  tellStory("main-job");

step("the sidebar shows the examples, and an empty view says what to do", async () => {
  await openSidebar();
  await treeRow("Engineering Mentor").waitFor();
  const sidebar = workbench().page.locator(".part.sidebar");
  await sidebar.getByText("Start a Chat").waitFor();
  await treeRow("product-docs").getByText("not synced yet").waitFor();
  await workbench().picture("1-sidebar");
});

step("Chat on the node opens the panel, which says that no model is behind it", async () => {
  await chatWith("Order Support Agent");
  await panel().getByText("Local runtime · offline model").waitFor();
  await panel().getByText("No model is behind this connection").waitFor();
  await panel().getByText("Connect a model").waitFor();
  await workbench().picture("2-chat");
});

step("a question about an order waits for the output of get_order_status", async () => {
  await say("Where is my order ORD-12345?");
  await panel().getByText("Waiting for 1 tool output").waitFor();
  const card = panel().locator(".tool-card");
  await card.getByText("get_order_status").waitFor();
  await card.getByText('"ORD-12345"').waitFor();
  assert.match(await card.innerText(), /\b(10:00|9:[0-5]\d)\b/, "a countdown to the expiry");
  await outputs().fill("{ not json");
  await card.getByText(/not JSON/i).waitFor();
  await outputs().fill('{"status":"shipped","tracking":"1Z999AA10123"}');
  await card.getByText("valid JSON").waitFor();
  await workbench().picture("3-waiting-dark");
});

step("what was typed survives Reload Window, and so does the waiting run", async () => {
  await workbench().reload();
  await panel().getByText("Waiting for 1 tool output").waitFor();
  assert.equal(await outputs().inputValue(), '{"status":"shipped","tracking":"1Z999AA10123"}');
});

step("Submit: the answer streams and the run completes", async () => {
  await panel().getByRole("button", { name: "Submit" }).click();
  await panel().locator(".run-facts", { hasText: "completed" }).waitFor();
  const text = await panel().locator("body").innerText();
  assert.match(text, /1Z999AA10123/);
  assert.match(text, /offline/i);
});

step("the timeline: rows of run, step and call; tokens; details and raw JSON of the row chosen", async () => {
  const tree = panel().locator('.timeline [role="row"], .timeline [role="treeitem"]');
  await tree.filter({ hasText: "get_order_status" }).first().click();
  await panel().getByRole("tab", { name: "Arguments" }).click();
  await panel().locator(".details").getByText("ORD-12345").waitFor();
  await tree.filter({ hasText: "message" }).first().click();
  await panel().getByRole("tab", { name: "Raw" }).click();
  await panel().locator(".details").getByText("thread.run.step").waitFor();
  await tree.first().click();
  assert.match(await panel().locator(".timeline").innerText(), /\d+ → \d+/, "tokens in and out");
  await workbench().picture("4-completed");
});

step("two orders at once: one card, two outputs, one submit", async () => {
  await say("Where are my orders ORD-777 and ORD-888?");
  await panel().getByText("Waiting for 2 tool outputs").waitFor();
  assert.equal(await outputs().count(), 2);
  await outputs().nth(0).fill('{"status":"shipped"}');
  await outputs().nth(1).fill("out of stock");
  await panel().locator(".timeline").getByText("get_order_status").first().waitFor();
  await workbench().picture("5-two-calls-dark");
  await outputs().nth(1).press("Control+Enter");
  await panel().locator(".run-facts", { hasText: "completed" }).nth(1).waitFor();
  assert.match(await panel().locator("body").innerText(), /out of stock/);
});

step("Stop cancels a run; the thread goes on", async () => {
  await say("And where is my order ORD-999?");
  await panel().getByText("Waiting for 1 tool output").waitFor();
  await panel().getByRole("button", { name: /Stop/ }).click();
  await panel().locator(".run-facts", { hasText: "cancelled" }).waitFor();
  await composer().fill("not sent yet");
  await workbench().picture("6-cancelled-dark");
});

step(
  "Threads lists the thread with its runs; it opens again after a restart of VS Code, with its timeline",
  async () => {
    await workbench().restart();
    await openSidebar();
    const thread = treeRow("Where is my order ORD-12345?");
    await thread.waitFor();
    await workbench().page.keyboard.press("Escape");
    await thread.locator(".monaco-tl-twistie").click();
    await treeRow("run · completed").waitFor();
    await treeRow("run · cancelled").waitFor();
    await thread.click();
    await panel().locator(".run-facts", { hasText: "completed" }).nth(1).waitFor();
    await panel().locator(".timeline").getByText("get_order_status").first().waitFor();
    assert.match(await panel().locator("body").innerText(), /1Z999AA10123/);
    assert.equal(await composer().inputValue(), "not sent yet", "a draft outlives the window");
    await workbench().picture("7-after-restart");
  },
);

step("in a narrow window the timeline is still there", async () => {
  await pictures({ light: "8-light", contrast: "9-high-contrast" });
  await workbench().page.setViewportSize({ width: 900, height: 860 });
  await panel().locator(".timeline").waitFor();
  await workbench().picture("10-narrow");
});

import assert from "node:assert/strict";

import { tellStory } from "./story.ts";

/** A workspace that is not trusted runs no handler: fixtures and the person answer. */

const { workbench, step, panel, outputs, openSidebar, chatWith, say } = tellStory(
  "untrusted",
  {},
  { workspaceTrust: true },
);

step("the folder is not trusted", async () => {
  await workbench().page.locator(".statusbar").getByText("Restricted Mode").waitFor();
  await openSidebar();
  await chatWith("Order Support Agent");
});

step("Run handler says why it does not, and offers the way to trust", async () => {
  await say("Where is my order ORD-12345?");
  const card = panel().locator(".tool-card");
  await card.getByRole("button", { name: "Run handler", exact: true }).click();
  await card.getByText("No handler runs in a workspace that is not trusted.").waitFor();
  await card.getByRole("button", { name: "Manage workspace trust" }).waitFor();
  assert.equal(await outputs().inputValue(), "");
  await workbench().picture("untrusted-1-refused");
});

step("the output is typed", async () => {
  await outputs().fill("shipped");
  await panel().getByRole("button", { name: "Submit" }).click();
  await panel().locator(".run-facts", { hasText: "completed" }).waitFor();
});

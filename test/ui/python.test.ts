import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { until } from "./gestures.ts";
import { tellStory } from "./story.ts";

/** Questions about a table, in a real VS Code, on the offline model: it writes Python, and the runtime's sandbox runs it. */

const { workbench, workspace, step, panel, openSidebar, chatWith, say, pictures } = tellStory("python");

/** Types a path into VS Code's own file dialog, which writes where it stands into the box when it has looked around. */
async function answerDialog(path: string): Promise<void> {
  const { page } = workbench();
  const input = page.locator(".quick-input-widget:visible input");
  await page.locator(".quick-input-list .monaco-list-row").first().waitFor();
  for (let tries = 0; tries < 50 && (await input.inputValue()) !== path; tries++) {
    await input.fill(path);
    await page.waitForTimeout(200);
  }
  await page.keyboard.press("Enter");
}

step("a question about the assistant's table is answered by a program", async () => {
  await openSidebar();
  await chatWith("Engineering Mentor");
  await say("What is the total of requests by service?");
  const block = panel().locator(".code-run");
  await block.first().waitFor();
  await panel().locator(".run-facts", { hasText: "completed" }).waitFor();
  assert.equal(await block.count(), 2, "a look at the table, and the computation");
  await block.last().locator(".hljs-keyword", { hasText: "import" }).first().waitFor();
  assert.match(await block.last().locator(".code-run-output").innerText(), /images\s+25,830\s+search\s+16,605/);
  assert.match(
    await panel().locator(".message-assistant").last().innerText(),
    /sum of requests by service from the 12 rows/,
  );
  await workbench().picture("python-1-sum");
});

step("the timeline has a row for each program, with its time", async () => {
  const rows = panel().locator('.timeline [role="treeitem"]', { hasText: "code interpreter" });
  assert.equal(await rows.count(), 2);
  assert.match(await rows.last().innerText(), /\d+(\.\d+)? (ms|s)/);
});

step("a chart is drawn, shown under its program, and once only", async () => {
  await say("Draw a chart of the requests by region");
  const picture = panel().locator(".code-run img");
  await picture.waitFor();
  await panel().locator(".run-facts", { hasText: "completed" }).nth(1).waitFor();
  assert.equal(await panel().locator("img").count(), 1);
  assert.ok(await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth > 100));
  await workbench().picture("python-2-chart");
  await pictures({ light: "python-3-chart-light" });
});

step("the picture is saved where the person says", async () => {
  const target = join(workspace(), "saved.svg");
  await panel().locator(".picture").hover();
  await panel().getByRole("button", { name: "Save the picture…" }).click();
  await answerDialog(target);
  // The file is there before all of it is.
  const picture = await until(() => {
    const text = existsSync(target) ? readFileSync(target, "utf8") : "";
    return text.trimEnd().endsWith("</svg>") && text;
  });
  assert.match(picture, /^<svg [^]*requests by region/);
});

step("a file is attached in the composer, and asked about", async () => {
  const path = join(workspace(), "prices.csv");
  writeFileSync(path, "item,price\nlamp,10\nchair,20\ndesk,60\n");
  await panel().getByRole("button", { name: "Attach files…" }).click();
  await answerDialog(path);
  await panel().locator(".attached-files", { hasText: "prices.csv" }).waitFor();
  await workbench().picture("python-4-attached");
  await say("What is the mean price in prices.csv?");
  await panel().locator(".message-user .made-file", { hasText: "prices.csv" }).waitFor();
  assert.equal(await panel().locator(".attached-files").count(), 0);
  await panel().locator(".code-run-output", { hasText: "all rows" }).waitFor({ timeout: 120_000 });
  assert.match(await panel().locator(".code-run-output").last().innerText(), /all rows\s+30/);
  await panel().locator(".run-facts", { hasText: "completed" }).nth(2).waitFor();
});

step("a program is copied as a Python file", async () => {
  await panel().locator(".code-run").last().getByRole("button", { name: "Copy as a Python file" }).click();
  const { page } = workbench();
  await page.locator(".part.statusbar", { hasText: "Python" }).waitFor();
  await page.locator(".view-lines", { hasText: "import csv" }).first().waitFor();
  await workbench().picture("python-5-file");
});

step("after a reload the program, its output and the picture are there", async () => {
  await workbench().reload();
  await panel().locator(".code-run img").waitFor();
  await panel().locator(".code-run-output", { hasText: "images" }).first().waitFor();
});

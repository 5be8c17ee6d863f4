/** Takes pictures of the panel in every theme and width, to be looked at. `node test/ui/page/shots.ts [name…]` */
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";
import type { PanelState } from "../../../src/protocol/panelState.ts";
import type { FakeHost } from "./fakeHost.ts";
import * as scenes from "./scenes.ts";
import { buildPage, servePage } from "./server.ts";

const out = new URL("../../out/webview/shots/", import.meta.url).pathname;
const now = Date.now();
const wanted = process.argv.slice(2);
const states: Readonly<Record<string, PanelState>> = {
  empty: { ...scenes.panel(), header: { ...scenes.panel().header, offline: true } },
  waiting: scenes.waiting(now),
  endings: scenes.endings(now),
  streaming: scenes.streaming(now),
  coding: scenes.coding(now),
};

await mkdir(out, { recursive: true });
await buildPage();
await using server = await servePage();
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const [scene, state] of Object.entries(states)) {
  for (const theme of ["dark", "light", "hc"] as const) {
    for (const [width, height] of [
      [1100, 800],
      [520, 900],
    ] as const) {
      const name = `${scene}-${theme}-${width}`;
      if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) {
        continue;
      }
      const page = await browser.newPage({ viewport: { width, height } });
      page.on("console", (line) => console.log(name, line.text()));
      page.on("pageerror", (error) => console.log(name, error));
      await page.goto(`${server.url}/?theme=${theme}`);
      await page.waitForFunction(() =>
        (window as unknown as { host: FakeHost }).host.posted.some((posted) => posted.type === "ready"),
      );
      await page.evaluate((dataUrl) => {
        const { host } = window as unknown as { host: FakeHost };
        host.answers["picture"] = { ok: true, value: { dataUrl } };
        host.answers["fileFacts"] = { ok: true, value: { name: "totals.csv", bytes: 4210 } };
      }, scenes.chartUrl);
      await page.evaluate(
        (init) => (window as unknown as { host: FakeHost }).host.send({ type: "init", state: init }),
        state,
      );
      await page.waitForSelector(".panel");
      if (scene === "waiting") {
        const areas = page.locator(".output-editor textarea");
        await areas.first().fill('{ "status": "shipped",\n  "tracking": "1Z999AA10123" }');
        await page
          .getByRole("treeitem", { name: /Call get_order_status/ })
          .first()
          .click();
      }
      if (scene === "streaming") {
        const text =
          "Two ways to wait:\n\n1. **Sync** blocks until it is paid.\n2. **Async** goes on.\n\n```ts\nconst paid = await pay(order);\nif (!pa";
        await page.evaluate((append) => {
          const { host } = window as unknown as { host: FakeHost };
          host.send({
            type: "patch",
            ops: [
              {
                op: "message",
                message: {
                  id: "la",
                  role: "assistant",
                  status: "in_progress",
                  incompleteReason: null,
                  createdAt: Date.now(),
                  runId: "live",
                  parts: [{ kind: "text", text: "", citations: [] }],
                  files: [],
                },
              },
              { op: "messageText", messageId: "la", part: 0, from: 0, append },
            ],
          });
        }, text);
      }
      await page.waitForTimeout(250);
      await page.screenshot({ path: `${out}${name}.png` });
      const violations = await page.evaluate(() => (window as unknown as { host: FakeHost }).host.violations);
      const faults = await page.evaluate(() =>
        (window as unknown as { host: FakeHost }).host.posted.filter((posted) => posted.type === "fault"),
      );
      if (violations.length + faults.length > 0) {
        console.log(name, violations, faults);
      }
      await page.close();
    }
  }
}
await browser.close();

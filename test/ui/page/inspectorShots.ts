/** Takes pictures of the inspector in every theme and width, to be looked at. `node test/ui/page/inspectorShots.ts [name…]` */
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";
import type {
  InspectorHostMessage,
  InspectorState,
  InspectorWebviewMessage,
} from "../../../src/protocol/inspectorMessages.ts";
import type { FakeHost } from "./fakeHost.ts";
import * as scenes from "./inspectorScenes.ts";
import { buildPage, servePage } from "./server.ts";

type HostWindow = Window & { host: FakeHost<InspectorWebviewMessage, InspectorHostMessage> };

const out = new URL("../../out/webview/shots/", import.meta.url).pathname;
const wanted = process.argv.slice(2);
const states: Readonly<Record<string, InspectorState | null>> = { none: null, one: scenes.one(), two: scenes.two() };

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
      const name = `inspector-${scene}-${theme}-${width}`;
      if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
      const page = await browser.newPage({ viewport: { width, height } });
      page.on("console", (line) => console.log(name, line.text()));
      page.on("pageerror", (error) => console.log(name, error));
      await page.goto(`${server.url}/inspector?theme=${theme}`);
      await page.waitForFunction(() =>
        (window as unknown as HostWindow).host.posted.some((posted) => posted.type === "ready"),
      );
      await page.evaluate(
        ([shown, stores]) =>
          (window as unknown as HostWindow).host.send({
            type: "init",
            connectionId: "offline",
            connectionLabel: "Local runtime · offline model",
            stores,
            error: null,
            state: shown,
          }),
        [state, scenes.stores] as const,
      );
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${out}${name}.png` });
      const { host } = await page.evaluate(() => ({
        host: {
          violations: (window as unknown as HostWindow).host.violations,
          faults: (window as unknown as HostWindow).host.posted.filter((posted) => posted.type === "fault"),
        },
      }));
      if (host.violations.length + host.faults.length > 0) console.log(name, host);
      await page.close();
    }
  }
}
await browser.close();

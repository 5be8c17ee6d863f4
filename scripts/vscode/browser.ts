import { type Browser, chromium } from "playwright-core";

import { findChromium } from "./chromium.ts";

/** What a browser needs in a container, and what keeps it from talking to anybody. */
const flags: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-sync",
];

/**
 * Each window of Chromium prepares two pages for its address bar, which nobody sees here, and which take a second of the
 * processor. Of this switch the last one counts, so the features that Playwright turns off are among these.
 */
const disabledFeatures = [
  "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
  "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
  "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect",
  "TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch",
].join(",");

/** Starts a headless browser; `HEADED=1` shows it. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  const inherited = Object.entries({ ...process.env, ...env });
  return chromium.launch({
    executablePath,
    headless: !process.env["HEADED"],
    args: [...flags, `--disable-features=${disabledFeatures}`],
    env: Object.fromEntries(inherited.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    handleSIGINT: false,
  });
}

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

export type Settings = Readonly<Record<string, unknown>>;

/** A calm first picture: no welcome page, no Chat side bar, nothing that asks the network. */
export const calmSettings: Settings = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "git.openRepositoryInParentFolders": "never",
};

/** For tests: as calm, and without work of VS Code's own that they would wait for. */
export const testSettings: Settings = {
  ...calmSettings,
  "editor.cursorBlinking": "solid",
  "workbench.reduceMotion": "on",
  // What comes up under a pointer that rests would lie over the rows beside it.
  "workbench.hover.delay": 600_000,
  // The first look at JavaScript would start `npm install types-registry`, and a second compiler beside the one for syntax.
  "js/ts.tsserver.automaticTypeAcquisition.enabled": false,
  "js/ts.tsserver.useSyntaxServer": "always",
};

/** Writes settings where the file does not set them: what a person chose stays. */
export async function presetSettings(file: string, settings: Settings): Promise<void> {
  const existing = await readSettings(file);
  if (!existing) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...settings, ...existing }, undefined, 2)}\n`);
}

/** Undefined for a file that a person edited into something that is not plain JSON: such a file is left alone. */
async function readSettings(file: string): Promise<Settings | undefined> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  try {
    return JSON.parse(text) as Settings;
  } catch {
    return undefined;
  }
}

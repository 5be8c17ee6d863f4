import * as vscode from "vscode";

import type { SettingTypes } from "../manifest.ts";

/**
 * The value of a setting, with its default from `package.json`.
 * @param file what it is asked for: its folder may have a value of its own
 */
export function readSetting<K extends keyof SettingTypes>(id: K, file: vscode.Uri | null = null): SettingTypes[K] {
  return vscode.workspace.getConfiguration(undefined, file).get(id) as SettingTypes[K];
}

/** Writes to the user's settings, or to the workspace's for what belongs to it. */
export async function writeSetting<K extends keyof SettingTypes>(
  id: K,
  value: SettingTypes[K],
  target: vscode.ConfigurationTarget = vscode.ConfigurationTarget.Global,
): Promise<void> {
  await vscode.workspace.getConfiguration().update(id, value, target);
}

export function onSettingChange(ids: readonly (keyof SettingTypes)[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (ids.some((id) => event.affectsConfiguration(id))) listener();
  });
}

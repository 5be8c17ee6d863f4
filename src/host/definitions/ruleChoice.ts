import * as vscode from "vscode";

import { rules } from "../../core/definition/rules/table.ts";
import { storeRules } from "../../core/vectorStoreDefinition/rules.ts";
import { Setting } from "../../manifest.ts";
import { readSetting, writeSetting } from "../settings.ts";

const all = new Map([...rules, ...storeRules].map((rule) => [rule.code, rule]));

/** What keeps a text from being read is no rule: it cannot be turned off. */
export function canBeTurnedOff(code: string): boolean {
  return all.has(code);
}

/** Turns a rule off; without one, lets the person choose which are on. In the workspace's settings, where there is a workspace. */
export async function chooseRules(code: string | null): Promise<void> {
  const disabled = new Set(readSetting(Setting.diagnosticsDisabled));
  if (code === null) {
    const picked = await vscode.window.showQuickPick(
      [...all.values()].map((rule) => ({
        label: rule.code,
        description: rule.severity,
        detail: rule.doc,
        picked: !disabled.has(rule.code),
      })),
      {
        title: "Diagnostic Rules",
        placeHolder: "Rules that are on",
        canPickMany: true,
        matchOnDetail: true,
        ignoreFocusOut: true,
      },
    );
    if (picked === undefined) return;
    const on = new Set(picked.map(({ label }) => label));
    for (const known of all.keys()) {
      if (on.has(known)) disabled.delete(known);
      else disabled.add(known);
    }
  } else disabled.add(code);
  const hasWorkspace = (vscode.workspace.workspaceFolders ?? []).length > 0;
  const { Global, Workspace } = vscode.ConfigurationTarget;
  await writeSetting(Setting.diagnosticsDisabled, [...disabled].toSorted(), hasWorkspace ? Workspace : Global);
  if (code === null) return;
  const undo = "Turn It On Again";
  const where = hasWorkspace ? "in this workspace" : "in your settings";
  void vscode.window
    .showInformationMessage(`The rule ${code} is off ${where}.`, undo)
    .then((choice) => (choice === undo ? turnOn(code, hasWorkspace ? Workspace : Global) : undefined));
}

async function turnOn(code: string, target: vscode.ConfigurationTarget): Promise<void> {
  const left = readSetting(Setting.diagnosticsDisabled).filter((one) => one !== code);
  await writeSetting(Setting.diagnosticsDisabled, left, target);
}

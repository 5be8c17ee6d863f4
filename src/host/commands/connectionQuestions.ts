import { randomBytes } from "node:crypto";

import * as vscode from "vscode";

import type { ConnectionSetting } from "../../manifest.ts";
import { parseBaseUrl } from "../connections/connection.ts";
import { presets } from "../connections/presets.ts";

const title = "Connect a Model";

/** Asks what a new connection needs, step by step. @returns null when the person left off */
export async function askForConnection(): Promise<{
  readonly connection: ConnectionSetting;
  readonly key: string | null;
} | null> {
  const picked = await vscode.window.showQuickPick(
    presets.map((preset) => ({ label: preset.label, detail: preset.detail, preset })),
    { title, placeHolder: "What kind of server?", ignoreFocusOut: true, matchOnDetail: true },
  );
  const preset = picked?.preset;
  if (preset === undefined) return null;
  const address = await vscode.window.showInputBox({
    title: `${title}: ${preset.label}`,
    prompt: "Base URL",
    value: preset.baseUrl,
    placeHolder: "http://localhost:11434/v1",
    ignoreFocusOut: true,
    validateInput: (text) => {
      const parsed = parseBaseUrl(text);
      return parsed.valid ? null : parsed.reason;
    },
  });
  const parsed = address === undefined ? null : parseBaseUrl(address);
  if (parsed === null || !parsed.valid) return null;
  const key = preset.key === "no" ? "" : await askForNewKey(preset.label, preset.key === "yes");
  if (key === undefined) return null;
  const model = await vscode.window.showInputBox({
    title: `${title}: ${preset.label}`,
    prompt: "Model for assistants that name none. Leave empty to choose from the server's list.",
    placeHolder: preset.modelExample,
    ignoreFocusOut: true,
  });
  if (model === undefined) return null;
  const host = new URL(parsed.url).host;
  const name = preset.baseUrl === "" ? host : preset.label;
  return {
    connection: {
      id: `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}-${randomBytes(3).toString("hex")}`,
      name,
      kind: preset.kind,
      baseUrl: parsed.url,
      model: model.trim(),
      profile: preset.profile,
      needsKey: key !== "",
    },
    key: key === "" ? null : key,
  };
}

function askForNewKey(label: string, required: boolean): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: `${title}: ${label}`,
    prompt: `API key. It is kept in VS Code's secret storage, never in settings.${required ? "" : " Leave empty if the server needs none."}`,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (required && text.trim() === "" ? "This server asks for a key." : null),
  });
}

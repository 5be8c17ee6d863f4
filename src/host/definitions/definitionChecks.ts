import type * as vscode from "vscode";

import { checkDefinition } from "../../core/definition/checkDefinition.ts";
import type { Problem } from "../../core/definition/definition.ts";
import { Setting } from "../../manifest.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { readSetting } from "../settings.ts";
import { isThere } from "../sync/folderFiles.ts";
import { rootOf } from "../sync/syncFolder.ts";
import { fileText } from "./definitionText.ts";
import type { KnownModels } from "./knownModels.ts";
import type { StoreDefinitions } from "./storeDefinitions.ts";
import { surroundingsOf } from "./surroundings.ts";
import { relativeFile } from "../language/relativeFiles.ts";

export interface CheckServices {
  readonly connections: ConnectionStore;
  readonly stores: StoreDefinitions;
  readonly models: KnownModels;
}

/** Everything that is wrong with a definition's text, by every rule that is not turned off. */
export async function problemsOf(uri: vscode.Uri, text: string, services: CheckServices): Promise<readonly Problem[]> {
  const { connections, stores, models } = services;
  const root = rootOf(uri);
  const facts = {
    ...(await surroundingsOf(root, uri, text, new Set((await stores.in(root)).keys()))),
    models: models.of(connections.current()),
    now: Date.now(),
  };
  const disabled = new Set(readSetting(Setting.diagnosticsDisabled));
  const parsed = checkDefinition(text, { facts, disabled });
  const instructions = parsed.valid ? parsed.definition.instructions : null;
  if (instructions?.kind !== "file") return parsed.problems;
  const file = relativeFile(uri, instructions.path);
  if (file === null || !(await isThere(file))) return parsed.problems;
  const instructionsText = await fileText(file, "dropped");
  return checkDefinition(text, { facts: { ...facts, instructionsText }, disabled }).problems;
}

import type * as vscode from "vscode";

import { checkSource } from "../../core/definition/checkDefinition.ts";
import type { Problem } from "../../core/definition/definition.ts";
import { referencesOf } from "../../core/definition/references.ts";
import { rules } from "../../core/definition/rules/table.ts";
import { readSource } from "../../core/definition/source.ts";
import { Setting } from "../../manifest.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { readSetting } from "../settings.ts";
import { rootOf } from "../sync/syncFolder.ts";
import { isDefinition } from "./definitionStore.ts";
import type { KnownModels } from "./knownModels.ts";
import { storeProblemsOf } from "./storeChecks.ts";
import type { StoreDefinitions } from "./storeDefinitions.ts";
import { factsOf, surroundingsOf } from "./surroundings.ts";

export interface CheckServices {
  readonly connections: ConnectionStore;
  readonly stores: StoreDefinitions;
  readonly models: KnownModels;
}

/** Everything that is wrong with the text of a definition, or of a store definition, by every rule that is not turned off. */
export async function problemsOf(uri: vscode.Uri, text: string, services: CheckServices): Promise<readonly Problem[]> {
  const { connections, stores, models } = services;
  const disabled = new Set(readSetting(Setting.diagnosticsDisabled, uri));
  if (!isDefinition(uri)) return storeProblemsOf(uri, text, stores, disabled);
  const root = rootOf(uri);
  const source = readSource(text);
  const around = await surroundingsOf(root, uri, referencesOf(source), false);
  const facts = {
    ...factsOf(around, new Set((await stores.in(root)).keys())),
    models: models.of(connections.current()),
    now: Date.now(),
  };
  return checkSource(source, rules, { facts, disabled }).problems;
}

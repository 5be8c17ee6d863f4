import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import { offlineConnection } from "../connections/connection.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { askForConnection } from "./connectionQuestions.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import type { RuntimePool } from "../runtime/runtimePool.ts";
import { registerCommand } from "./register.ts";

export interface ConnectionCommandServices {
  readonly connections: ConnectionStore;
  readonly providers: ProviderPool;
  readonly runtimes: RuntimePool;
  readonly log: Log;
}

export function registerConnectionCommands(services: ConnectionCommandServices): vscode.Disposable {
  const { connections, runtimes, log } = services;
  return vscode.Disposable.from(
    registerCommand(Command.selectConnection, log, () => selectConnection(services)),
    registerCommand(Command.addConnection, log, () => addConnection(services)),
    registerCommand(Command.removeConnection, log, async () => {
      const connection = await pickConnection(
        connections
          .all()
          .filter((candidate) => candidate.key.kind !== "environment" && candidate.id !== offlineConnection.id),
        "Remove Connection",
      );
      if (connection !== null) await connections.remove(connection);
    }),
    registerCommand(Command.setKey, log, async (id) => {
      const known = typeof id === "string" ? connections.find(id) : null;
      const withKeys = connections.all().filter((candidate) => candidate.key.kind === "stored");
      const connection = known?.key.kind === "stored" ? known : await pickConnection(withKeys, "Set Key");
      const key = connection === null ? undefined : await askForKey(connection.name);
      if (connection !== null && key !== undefined) await connections.setKey(connection, key);
    }),
    registerCommand(Command.chooseModel, log, async (id) => {
      const connection = (typeof id === "string" ? connections.find(id) : null) ?? connections.current();
      await chooseModel(services, connection);
    }),
    registerCommand(Command.restartRuntime, log, async () => {
      const connection = connections.current();
      runtimes.restart(connection);
      await runtimes.address(connection);
      void vscode.window.showInformationMessage("The local runtime was restarted.");
    }),
    registerCommand(Command.showLog, log, () => log.show()),
  );
}

/** @returns whether another connection is in use now */
async function selectConnection(services: ConnectionCommandServices): Promise<boolean> {
  const { connections } = services;
  const current = connections.current();
  const items: (vscode.QuickPickItem & { readonly connection?: Connection })[] = connections
    .all()
    .map((connection) => ({
      label: `${connection.upstream.kind === "offline" ? "$(circle-slash)" : "$(plug)"} ${connection.name}`,
      description: connection.id === current.id ? "in use" : "",
      detail: detailOf(connection),
      connection,
    }));
  items.push(
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    {
      label: "$(add) Connect a model…",
      detail: "Any server that speaks Chat Completions: OpenAI, Ollama, vLLM, llama.cpp, LM Studio, OpenRouter",
    },
  );
  const picked = await vscode.window.showQuickPick(items, { title: "Connection", placeHolder: "Where assistants run" });
  if (picked === undefined) return false;
  if (picked.connection === undefined) return addConnection(services);
  if (picked.connection.id === current.id) return false;
  if (picked.connection.model === "" && !(await chooseModel(services, picked.connection))) return false;
  await connections.use(picked.connection.id);
  return true;
}

function detailOf(connection: Connection): string {
  if (connection.upstream.kind === "offline") return "No model, no network: deterministic demonstrations";
  return `${connection.upstream.baseUrl} · ${connection.model === "" ? "no model chosen yet" : connection.model}`;
}

/** @returns whether a connection was added and is in use now */
async function addConnection(services: ConnectionCommandServices): Promise<boolean> {
  const { connections } = services;
  const setting = await askForConnection();
  if (setting === null) return false;
  await connections.add(setting.connection, setting.key);
  const connection = connections.find(setting.connection.id);
  if (connection === null) throw new Error("The connection could not be saved in the settings.");
  if (connection.model === "" && !(await chooseModel(services, connection))) return false;
  await connections.use(connection.id);
  return true;
}

/** @returns whether a model was chosen */
async function chooseModel(services: ConnectionCommandServices, connection: Connection): Promise<boolean> {
  const models = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Asking ${connection.name} for its models` },
    () => services.providers.with(connection, (provider) => provider.listModels()),
  );
  const items = models.map((model) => ({
    label: model.id,
    description: model.shutdown_date == null ? model.owned_by : `${model.owned_by} · retires ${model.shutdown_date}`,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `Model of ${connection.name}`,
    placeHolder: "For assistants that name none",
  });
  if (picked === undefined) return false;
  await services.connections.setModel(connection, picked.label);
  return true;
}

async function pickConnection(candidates: readonly Connection[], title: string): Promise<Connection | null> {
  if (candidates.length === 0) {
    void vscode.window.showInformationMessage("There is no such connection yet. “Connect a Model” makes one.");
    return null;
  }
  const items = candidates.map((connection) => ({ label: connection.name, detail: detailOf(connection), connection }));
  return (await vscode.window.showQuickPick(items, { title }))?.connection ?? null;
}

function askForKey(name: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: `Key of ${name}`,
    prompt: "It is kept in VS Code's secret storage, never in settings.",
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "The key is empty." : null),
  });
}

import * as vscode from "vscode";

import { Command, debugType } from "../../manifest.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { definitionFor } from "../commands/targets.ts";
import { isDefinition } from "../definitions/definitionStore.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";

const lastMessagesKey = "assistants.debug.messages";

export interface DebugConfigurationServices {
  readonly connections: ConnectionStore;
  readonly definitions: DefinitionStore;
  readonly state: vscode.Memento;
}

/** A definition as a configuration names it: a path on disk, or a URI. */
export function definitionUri(path: string): vscode.Uri {
  return /^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(path) ? vscode.Uri.parse(path, true) : vscode.Uri.file(path);
}

/** Fills in what F5 leaves open: which definition, what to say; and refuses what cannot work before a session begins. */
export class DebugConfigurations implements vscode.DebugConfigurationProvider {
  readonly #services: DebugConfigurationServices;

  constructor(services: DebugConfigurationServices) {
    this.#services = services;
  }

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [
      {
        type: debugType,
        request: "launch",
        name: "Debug the open assistant",
        definition: "${file}",
      },
    ];
  }

  resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration {
    // F5 without a launch.json.
    if (!configuration.type && !configuration.request)
      return { ...configuration, type: debugType, request: "launch", name: "Debug the open assistant" };
    return configuration;
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const secret = Object.keys(configuration).find((name) => /^(api[-_]?key|key|token|password|secret)$/i.test(name));
    if (secret !== undefined) {
      void vscode.window.showErrorMessage(
        `Take "${secret}" out of launch.json: a key does not belong into a file. A connection keeps it in secret storage.`,
      );
      return undefined;
    }
    if (!(await this.#hasKey(configuration))) return undefined;
    if (configuration.request !== "launch") return configuration;
    return this.#withMessage(await this.#withDefinition(configuration));
  }

  async #withDefinition(configuration: vscode.DebugConfiguration): Promise<vscode.DebugConfiguration | undefined> {
    const given: unknown = configuration["definition"];
    const named = typeof given === "string" && given !== "" ? definitionUri(given) : null;
    // `${file}` is whatever is open.
    if (named !== null && isDefinition(named)) return configuration;
    if (configuration["thread"] !== undefined && named === null) return configuration;
    const uri = await definitionFor(undefined, this.#services.definitions, "Debug");
    if (uri === null) return undefined;
    return { ...configuration, definition: uri.scheme === "file" ? uri.fsPath : uri.toString() };
  }

  async #withMessage(
    configuration: vscode.DebugConfiguration | undefined,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (configuration === undefined) return undefined;
    const { message, messages, thread } = configuration as { message?: unknown; messages?: unknown; thread?: unknown };
    if (message !== undefined || thread !== undefined || (Array.isArray(messages) && messages.length > 0))
      return configuration;
    const { state } = this.#services;
    const last = state.get<Record<string, string>>(lastMessagesKey, {});
    const key = String(configuration["definition"]);
    const text = await vscode.window.showInputBox({
      title: "Debug Assistant",
      prompt:
        "What do you say to it? The run stops where the model calls a function that has a breakpoint, or no answer.",
      value: Object.hasOwn(last, key) ? (last[key] ?? "") : "",
      placeHolder: "Where is my order ORD-12345?",
      ignoreFocusOut: true,
      validateInput: (value) => (value.trim() === "" ? "Say something: a run answers a message." : null),
    });
    if (text === undefined) return undefined;
    await state.update(lastMessagesKey, { ...last, [key]: text });
    return { ...configuration, message: text };
  }

  /** A connection without its key is found out here, with the way to set it, and not when the first request fails. */
  async #hasKey(configuration: vscode.DebugConfiguration): Promise<boolean> {
    const { connections } = this.#services;
    const id: unknown = configuration["connection"];
    const connection = typeof id === "string" ? connections.find(id) : connections.current();
    // The session says which there are.
    if (connection === null || connection.key.kind === "none") return true;
    if (((await connections.keyOf(connection)) ?? "") !== "") return true;
    const choice = await vscode.window.showErrorMessage(
      `The connection ${connection.name} has no key, and needs one.`,
      { modal: true },
      "Set Key",
    );
    if (choice === "Set Key") await vscode.commands.executeCommand(Command.setKey, connection.id);
    return choice === "Set Key" && ((await connections.keyOf(connection)) ?? "") !== "";
  }
}

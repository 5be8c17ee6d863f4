import * as vscode from "vscode";

import { Setting } from "../../manifest.ts";
import type { ConnectionSetting } from "../../manifest.ts";
import type { Log } from "../log.ts";
import { onSettingChange, readSetting, writeSetting } from "../settings.ts";
import { offlineConnection, parseBaseUrl } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { lockKeys } from "./lockKeys.ts";
import type { GivenKeys } from "./lockKeys.ts";

const environmentId = "openai-environment";
const lockKeysState = "assistants.lockKeys";
const modelStateKey = "assistants.environmentModel";

/** The connections there are, the one in use, and their keys. */
export class ConnectionStore implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  /** The connections changed, or another one is in use. */
  readonly onChange = this.#changed.event;

  constructor(context: vscode.ExtensionContext, log: Log) {
    this.#context = context;
    this.#log = log;
    const settings = [Setting.connections, Setting.connection, Setting.offlinePace, Setting.python];
    this.#subscription = onSettingChange(settings, () => this.#changed.fire());
  }

  all(): readonly Connection[] {
    const environment = this.#environment();
    const settings = readSetting(Setting.connections);
    const own = Array.isArray(settings)
      ? settings.flatMap((setting: ConnectionSetting) => this.#fromSetting(setting))
      : [];
    return this.#named([offlineConnection, ...(environment === null ? [] : [environment]), ...own]);
  }

  /** Each with its name in locks. A name that is new is remembered. */
  #named(connections: readonly Connection[]): readonly Connection[] {
    const given = this.#context.globalState.get<GivenKeys>(lockKeysState, {});
    const keys = lockKeys(connections, given);
    if (Object.entries(keys).some(([id, key]) => given[id] !== key))
      void this.#context.globalState.update(lockKeysState, { ...given, ...keys });
    return connections.map((connection) => ({ ...connection, lockKey: keys[connection.id] ?? connection.id }));
  }

  /** The one in use; the offline model when the chosen one is gone. */
  current(): Connection {
    return this.find(readSetting(Setting.connection)) ?? offlineConnection;
  }

  find(id: string): Connection | null {
    return this.all().find((connection) => connection.id === id) ?? null;
  }

  async use(id: string): Promise<void> {
    const inWorkspace = vscode.workspace.getConfiguration().inspect(Setting.connection)?.workspaceValue !== undefined;
    await writeSetting(
      Setting.connection,
      id,
      inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global,
    );
  }

  async add(setting: ConnectionSetting, key: string | null): Promise<void> {
    if (key !== null) await this.#context.secrets.store(secretName(setting.id, setting.baseUrl), key);
    const others = readSetting(Setting.connections).filter((other) => other.id !== setting.id);
    await writeSetting(Setting.connections, [...others, setting]);
  }

  async remove(connection: Connection): Promise<void> {
    if (connection.key.kind === "stored")
      await this.#context.secrets.delete(secretName(connection.id, connection.key.url));
    await writeSetting(
      Setting.connections,
      readSetting(Setting.connections).filter((other) => other.id !== connection.id),
    );
  }

  /** The model that definitions without one use from now on. */
  async setModel(connection: Connection, model: string): Promise<void> {
    if (connection.id === environmentId) {
      await this.#context.globalState.update(modelStateKey, model);
      this.#changed.fire();
      return;
    }
    await writeSetting(
      Setting.connections,
      readSetting(Setting.connections).map((other) => (other.id === connection.id ? { ...other, model } : other)),
    );
  }

  async setKey(connection: Connection, key: string): Promise<void> {
    if (connection.key.kind !== "stored") return;
    await this.#context.secrets.store(secretName(connection.id, connection.key.url), key);
    this.#changed.fire();
  }

  /** The key, or null where none is needed or none was given. */
  async keyOf(connection: Connection): Promise<string | null> {
    const key = await this.#readKey(connection);
    if (key !== null) this.#log.conceal(key);
    return key;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #readKey(connection: Connection): Promise<string | null> {
    switch (connection.key.kind) {
      case "none":
        return null;
      case "environment":
        return process.env[connection.key.variable] ?? null;
      case "stored":
        return (await this.#context.secrets.get(secretName(connection.id, connection.key.url))) ?? null;
    }
  }

  #environment(): Connection | null {
    if ((process.env["OPENAI_API_KEY"] ?? "") === "") return null;
    const url = parseBaseUrl(process.env["OPENAI_BASE_URL"] ?? "https://api.openai.com/v1");
    if (!url.valid) return null;
    return {
      id: environmentId,
      name: `OPENAI_API_KEY at ${new URL(url.url).host}`,
      upstream: {
        // Only OpenAI itself is known to have the Responses API at this address.
        kind: new URL(url.url).host === "api.openai.com" ? "responses" : "chat",
        baseUrl: url.url,
        profile: null,
        modelMap: {},
        switches: {},
        apiVersion: null,
        embeddingModel: null,
        hostedFiles: false,
        hostedPython: false,
      },
      model: this.#context.globalState.get<string>(modelStateKey, ""),
      key: { kind: "environment", variable: "OPENAI_API_KEY" },
    };
  }

  /** Settings are text that anybody may have edited: an entry that is none is left out and named in the log. */
  #fromSetting(setting: ConnectionSetting): readonly Connection[] {
    const url =
      typeof setting?.baseUrl === "string"
        ? parseBaseUrl(setting.baseUrl)
        : { valid: false as const, reason: "it has no baseUrl" };
    if (typeof setting?.id !== "string" || !/^[\w-]{1,64}$/.test(setting.id) || !url.valid) {
      this.#log.warn(
        `An entry of ${Setting.connections} is left out: ${url.valid ? "its id must be letters, digits, - or _" : url.reason}`,
      );
      return [];
    }
    return [
      {
        id: setting.id,
        name: setting.name ?? setting.id,
        upstream: {
          kind: setting.kind === "responses" ? "responses" : "chat",
          baseUrl: url.url,
          profile: setting.profile ?? null,
          modelMap: modelMapOf(setting.modelMap),
          switches: typeof setting.switches === "object" ? setting.switches : {},
          apiVersion: typeof setting.apiVersion === "string" ? setting.apiVersion : null,
          embeddingModel: typeof setting.embeddingModel === "string" ? setting.embeddingModel : null,
          hostedFiles: setting.hostedFiles === true,
          hostedPython: setting.hostedPython === true,
        },
        model: setting.model ?? "",
        key: setting.needsKey ? { kind: "stored", url: url.url } : { kind: "none" },
      },
    ];
  }
}

function modelMapOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, model]) => typeof model === "string"));
}

/** The address is part of the name: whoever changes a connection's URL does not get the key that was given for another. */
function secretName(id: string, baseUrl: string): string {
  return `assistants.key.${id}@${new URL(baseUrl).origin}`;
}

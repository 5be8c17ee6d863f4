import { createHash } from "node:crypto";

import * as vscode from "vscode";

import { wireTool } from "../../core/definition/definition.ts";
import type { Definition } from "../../core/definition/definition.ts";
import { ProviderError } from "../../core/provider.ts";
import type { AssistantParams, Provider } from "../../core/provider.ts";
import type { Connection } from "../connections/connection.ts";
import { displayName, refusal } from "./definitionFile.ts";
import type { DefinitionFile } from "./definitionFile.ts";

/** Which assistant a definition is on a connection, and the hash of what was pushed. */
interface PushRecord {
  readonly assistantId: string;
  readonly hash: string;
}

const stateKey = "assistants.pushed";

/** Something a person must put right before a run can start. */
export class DefinitionProblem extends Error {
  override readonly name = "DefinitionProblem";
}

/** Creates and updates assistants from their definitions, and remembers which is which. */
export class AssistantPush {
  readonly #state: vscode.Memento;
  /** One at a time for each definition and connection: two chats opened at once must not create two assistants. */
  readonly #running = new Map<string, Promise<string>>();
  /** What was seen to exist on the provider since the window opened. */
  readonly #verified = new Set<string>();

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  /**
   * The id of the assistant that this definition is on the connection, made equal to the file.
   * @throws DefinitionProblem when the definition cannot be used as it is
   * @throws ProviderError
   */
  async ensure(provider: Provider, connection: Connection, file: DefinitionFile): Promise<string> {
    const key = recordKey(connection.id, file.uri);
    const earlier = this.#running.get(key)?.catch(() => null) ?? Promise.resolve(null);
    const next = earlier.then(() => this.#push(provider, connection, file, key));
    this.#running.set(key, next);
    try {
      return await next;
    } finally {
      if (this.#running.get(key) === next) this.#running.delete(key);
    }
  }

  /** The definition that an assistant was pushed from; null when this workspace has none. */
  definitionOf(connectionId: string, assistantId: string): vscode.Uri | null {
    const entry = Object.entries(this.#records()).find(
      ([key, record]) => key.startsWith(`${connectionId} `) && record.assistantId === assistantId,
    );
    return entry === undefined ? null : vscode.Uri.parse(entry[0].slice(connectionId.length + 1), true);
  }

  /** "" before the first push, else whether the file still is what was pushed. */
  async stateOf(connection: Connection, file: DefinitionFile): Promise<"" | "in sync" | "changed here"> {
    const record = this.#records()[recordKey(connection.id, file.uri)];
    if (record === undefined || !file.parsed.valid) return "";
    try {
      return hashOf(await paramsOf(file, file.parsed.definition, connection)) === record.hash
        ? "in sync"
        : "changed here";
    } catch (error) {
      if (error instanceof DefinitionProblem) return "changed here";
      throw error;
    }
  }

  async #push(provider: Provider, connection: Connection, file: DefinitionFile, key: string): Promise<string> {
    const reason = refusal(file);
    if (reason !== null || !file.parsed.valid) throw new DefinitionProblem(reason ?? "The definition is not valid.");
    const params = await paramsOf(file, file.parsed.definition, connection);
    const hash = hashOf(params);
    const record = this.#records()[key];
    if (record !== undefined) {
      if (record.hash === hash && this.#verified.has(key)) return record.assistantId;
      const kept = await keepRemote(provider, record, hash, params);
      if (kept) {
        await this.#remember(key, { assistantId: record.assistantId, hash });
        return record.assistantId;
      }
    }
    const { id } = await provider.createAssistant(params);
    await this.#remember(key, { assistantId: id, hash });
    return id;
  }

  #records(): Readonly<Record<string, PushRecord>> {
    return this.#state.get<Record<string, PushRecord>>(stateKey, {});
  }

  async #remember(key: string, record: PushRecord): Promise<void> {
    this.#verified.add(key);
    await this.#state.update(stateKey, { ...this.#records(), [key]: record });
  }
}

/** @returns false when the assistant is gone from the provider */
async function keepRemote(
  provider: Provider,
  record: PushRecord,
  hash: string,
  params: AssistantParams,
): Promise<boolean> {
  try {
    if (record.hash === hash) await provider.retrieveAssistant(record.assistantId);
    else await provider.updateAssistant(record.assistantId, params);
    return true;
  } catch (error) {
    if (error instanceof ProviderError && error.kind === "not_found") return false;
    throw error;
  }
}

function recordKey(connectionId: string, uri: vscode.Uri): string {
  return `${connectionId} ${uri.toString()}`;
}

function hashOf(params: AssistantParams): string {
  return createHash("sha256").update(JSON.stringify(params)).digest("hex");
}

async function paramsOf(
  file: DefinitionFile,
  definition: Definition,
  connection: Connection,
): Promise<AssistantParams> {
  const model = definition.model ?? connection.model;
  if (model === "") {
    throw new DefinitionProblem(
      `No model is chosen: ${displayName(file)} names none, and the connection "${connection.name}" has none yet.`,
    );
  }
  const { vectorStoreIds, fileIds, reasoningEffort, responseFormat } = definition;
  const resources = {
    ...(vectorStoreIds.length === 0 ? {} : { file_search: { vector_store_ids: vectorStoreIds } }),
    ...(fileIds.length === 0 ? {} : { code_interpreter: { file_ids: fileIds } }),
  };
  return {
    model,
    name: definition.name,
    description: definition.description,
    instructions: await instructionsOf(file, definition),
    tools: definition.tools.map(wireTool),
    tool_resources: Object.keys(resources).length === 0 ? null : resources,
    metadata: definition.metadata,
    temperature: definition.temperature,
    top_p: definition.topP,
    ...(reasoningEffort === null ? {} : { reasoning_effort: reasoningEffort }),
    ...(responseFormat === null ? {} : { response_format: responseFormat }),
  };
}

async function instructionsOf(file: DefinitionFile, definition: Definition): Promise<string | null> {
  const { instructions } = definition;
  if (instructions === null) return null;
  if (instructions.kind === "inline") return instructions.text;
  // A definition is no way to read the rest of the disk: the file must be in the workspace.
  const uri = vscode.Uri.joinPath(file.uri, "..", instructions.path.replaceAll("\\", "/"));
  if (vscode.workspace.getWorkspaceFolder(uri) === undefined) {
    throw new DefinitionProblem(`${file.path}: the instructions file ${instructions.path} is outside the workspace.`);
  }
  try {
    return new TextDecoder("utf-8").decode(await vscode.workspace.fs.readFile(uri)).replace(/\r\n/g, "\n");
  } catch (error) {
    throw new DefinitionProblem(`${file.path}: the instructions file ${instructions.path} cannot be read.`, {
      cause: error,
    });
  }
}

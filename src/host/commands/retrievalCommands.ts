import * as vscode from "vscode";

import { everyItem } from "../../core/provider.ts";
import { parseStore } from "../../core/vectorStoreDefinition/parseStore.ts";
import type { VectorStore, VectorStoreFile } from "../../core/wire.ts";
import { Command } from "../../manifest.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import { fileText } from "../definitions/definitionText.ts";
import { isStoreDefinition } from "../definitions/storeDefinitions.ts";
import type { Log } from "../log.ts";
import type { ChunkDocuments } from "../retrieval/chunkDocuments.ts";
import type { InspectorPanels } from "../retrieval/inspectorPanels.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { registerCommand } from "./register.ts";

export interface RetrievalCommandServices {
  readonly connections: ConnectionStore;
  readonly providers: ProviderPool;
  readonly inspectors: InspectorPanels;
  readonly chunks: ChunkDocuments;
  readonly log: Log;
}

const maxStores = 1000;

/** Asking vector stores, and looking at what is in them. */
export function registerRetrievalCommands(services: RetrievalCommandServices): vscode.Disposable {
  const { connections, inspectors, chunks, log } = services;
  return vscode.Disposable.from(
    registerCommand(Command.inspectStore, log, async (target) => {
      const connection = connectionOf(target) ?? connections.current();
      const storeId =
        objectOf<VectorStore>(target, "vector_store")?.id ?? (await definedStore(target, connection, services));
      inspectors.open(connection, { storeId: storeId ?? "", question: "", found: null, settings: {} });
    }),
    registerCommand(Command.showChunks, log, async (target) => {
      const file = objectOf<VectorStoreFile>(target, "vector_store.file");
      if (file === null) throw new DefinitionProblem("Choose a file of a vector store in the view Vector Stores.");
      if (file.status !== "completed")
        throw new DefinitionProblem(
          file.last_error?.message ?? `This file has no chunks: it is ${file.status.replace("_", " ")}.`,
        );
      const connection = connectionOf(target) ?? connections.current();
      await chunks.open({
        connectionId: connection.id,
        storeId: file.vector_store_id,
        fileId: file.id,
        filename: await nameOf(file, connection, services),
      });
    }),
    registerCommand(Command.moreChunks, log, async (target) => {
      const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
      if (uri !== undefined) await chunks.more(uri);
    }),
  );
}

/** The store that a store definition stands for; null when no definition is meant. */
async function definedStore(
  target: unknown,
  connection: Connection,
  { providers }: RetrievalCommandServices,
): Promise<string | null> {
  const open = vscode.window.activeTextEditor?.document.uri;
  const uri = target instanceof vscode.Uri ? target : open;
  if (uri === undefined || !isStoreDefinition(uri)) return null;
  const parsed = parseStore(await fileText(uri, "dropped"));
  const name = parsed.valid ? parsed.store.name : parsed.name;
  if (name === null) throw new DefinitionProblem("This store definition has no name yet.");
  return providers.with(connection, async (provider) => {
    for await (const store of everyItem((params) => provider.listVectorStores(params), "desc", maxStores))
      if (store.name === name) return store.id;
    throw new DefinitionProblem(`The connection has no vector store “${name}” yet: sync its documents first.`);
  });
}

async function nameOf(
  file: VectorStoreFile,
  connection: Connection,
  { providers, log }: RetrievalCommandServices,
): Promise<string> {
  try {
    return (await providers.with(connection, (provider) => provider.retrieval.retrieveFile(file.id))).filename;
  } catch (error) {
    log.info(`The name of ${file.id} is not known: ${String(error)}`);
    return file.id;
  }
}

/** The wire object of a node, if it is of a kind. */
function objectOf<T extends { readonly object: string }>(target: unknown, kind: T["object"]): T | null {
  if (typeof target !== "object" || target === null || !("object" in target)) return null;
  const { object } = target;
  return typeof object === "object" && object !== null && "object" in object && object.object === kind
    ? (object as T)
    : null;
}

function connectionOf(target: unknown): Connection | null {
  return typeof target === "object" && target !== null && "connection" in target
    ? (target as { readonly connection: Connection }).connection
    : null;
}

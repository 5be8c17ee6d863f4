import * as vscode from "vscode";

import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import { addToDefinition, addToRemote } from "../documents/addToStore.ts";
import type { WorkspaceDocuments } from "../documents/workspaceDocuments.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";
import type { ViewNode } from "./node.ts";
import type { StoreDefinitionNode, VectorStoreFileNode, VectorStoreNode } from "./vectorStoreNodes.ts";

const uriList = "text/uri-list";

/** Files and folders that are dropped on a vector store are added to it. */
export function storeDrops(
  documents: WorkspaceDocuments,
  stores: StoreDefinitions,
  log: Log,
): vscode.TreeDragAndDropController<ViewNode> {
  return {
    dragMimeTypes: [],
    dropMimeTypes: [uriList],
    async handleDrop(target, data) {
      const text = await data.get(uriList)?.asString();
      const uris = (text ?? "")
        .split(/\r?\n/)
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => vscode.Uri.parse(line, true));
      const store = storeOf(target);
      if (uris.length === 0 || store === null) return;
      try {
        if (store.definition !== null) await addToDefinition(documents, stores, store.definition, uris);
        else if (store.kind === "store") await addToRemote(documents, store.store, uris);
      } catch (error) {
        void vscode.window.showErrorMessage(errorWords(error, log));
      }
    },
  };
}

/** A file of a store stands for its store. */
function storeOf(node: ViewNode | undefined): VectorStoreNode | StoreDefinitionNode | null {
  const known = node as VectorStoreNode | StoreDefinitionNode | VectorStoreFileNode | undefined;
  if (known?.kind === "storeFile") return known.parent;
  return known?.kind === "store" || known?.kind === "storeDefinition" ? known : null;
}

import { randomBytes } from "node:crypto";

import * as vscode from "vscode";

import type { Provider } from "../../core/provider.ts";
import type { SyncPorts } from "../../core/sync/ports.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import { folderFiles, readLock, writeLock } from "./folderFiles.ts";
import type { SyncFolder } from "./readSyncFolder.ts";

/** The effects of an apply in a workspace folder. */
export function hostPorts(provider: Provider, folder: SyncFolder): SyncPorts {
  return {
    provider: {
      retrieveAssistant: (id) => provider.retrieveAssistant(id),
      createAssistant: (params) => provider.createAssistant(params),
      updateAssistant: (id, params) => provider.updateAssistant(id, params),
      deleteAssistant: (id) => provider.deleteAssistant(id),
      listFiles: (params) => provider.listFiles(params),
      listVectorStores: (params) => provider.listVectorStores(params),
      retrieval: provider.retrieval,
      documents: provider.documents,
      createVectorStore: (params) => provider.createVectorStore(params),
      uploadFile: async (upload) => {
        // A definition that somebody else wrote says which files: they leave this computer only when its folder is trusted.
        if (!vscode.workspace.isTrusted)
          throw new DefinitionProblem(`${upload.name} is not uploaded: this workspace is not trusted.`);
        return provider.uploadFile(upload);
      },
    },
    files: folderFiles(folder.root),
    stores: folder.stores,
    readLock: () => readLock(folder.root),
    writeLock: (text) => writeLock(folder.root, text),
    randomMark: () => randomBytes(5).toString("hex"),
    now: Date.now,
  };
}

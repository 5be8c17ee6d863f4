import { existsSync } from "node:fs";
import { join } from "node:path";

import type * as vscode from "vscode";

import { AnswerModes } from "./host/answers/answerModes.ts";
import { ConversationAnswers } from "./host/answers/conversationAnswers.ts";
import { registerFixtureDiagnostics } from "./host/answers/fixtureDiagnostics.ts";
import { FixtureFiles } from "./host/answers/fixtureFiles.ts";
import { HandlerLog } from "./host/answers/handlerLog.ts";
import { HandlerSecrets } from "./host/answers/handlerSecrets.ts";
import { TrustedHandlers } from "./host/answers/trustedHandlers.ts";
import { registerAnswerCommands } from "./host/commands/answerCommands.ts";
import { registerConnectionCommands } from "./host/commands/connectionCommands.ts";
import { registerPythonCommands } from "./host/commands/pythonCommands.ts";
import { registerDefinitionCommands } from "./host/commands/definitionCommands.ts";
import { registerFileCommands } from "./host/commands/fileCommands.ts";
import { registerDocumentCommands } from "./host/commands/documentCommands.ts";
import { registerNodeCommands } from "./host/commands/nodeCommands.ts";
import { registerRetrievalCommands } from "./host/commands/retrievalCommands.ts";
import { registerSyncCommands } from "./host/commands/syncCommands.ts";
import { registerThreadCommands } from "./host/commands/threadCommands.ts";
import { registerVectorStoreCommands } from "./host/commands/vectorStoreCommands.ts";
import { ConnectionStore } from "./host/connections/connectionStore.ts";
import { ConversationStore } from "./host/conversation/conversationStore.ts";
import { TraceStore } from "./host/conversation/traceStore.ts";
import { registerDebugger } from "./host/debug/registerDebugger.ts";
import { registerCodeLens } from "./host/definitions/definitionCodeLens.ts";
import { registerDefinitionDiagnostics } from "./host/definitions/definitionDiagnostics.ts";
import { KnownModels } from "./host/definitions/knownModels.ts";
import { registerQuickFixes } from "./host/definitions/quickFixes.ts";
import { StoreDefinitions } from "./host/definitions/storeDefinitions.ts";
import { DefinitionStore } from "./host/definitions/definitionStore.ts";
import { FilesView } from "./host/files/filesView.ts";
import { registerStoreLens } from "./host/documents/storeLens.ts";
import { watchDocuments } from "./host/documents/watchDocuments.ts";
import { WorkspaceDocuments } from "./host/documents/workspaceDocuments.ts";
import { registerJsonDocuments } from "./host/jsonDocuments.ts";
import { registerLanguageFeatures } from "./host/language/registerLanguageFeatures.ts";
import { Log } from "./host/log.ts";
import { ChatPanels } from "./host/panel/chatPanels.ts";
import { DraftStore } from "./host/panel/draftStore.ts";
import { tellOfCrash } from "./host/runtime/crashNotice.ts";
import { ChunkDocuments } from "./host/retrieval/chunkDocuments.ts";
import { FileDocuments } from "./host/retrieval/fileDocuments.ts";
import { InspectorPanels } from "./host/retrieval/inspectorPanels.ts";
import { InspectorStates } from "./host/retrieval/inspectorStates.ts";
import { SourceOpener } from "./host/retrieval/sourceOpener.ts";
import { registerStoredDocuments } from "./host/retrieval/storedDocuments.ts";
import { ProviderPool } from "./host/runtime/providerPool.ts";
import { createRuntimeKey } from "./host/runtime/runtimeKey.ts";
import { RuntimePool } from "./host/runtime/runtimePool.ts";
import { readSetting } from "./host/settings.ts";
import { registerRemoteDocuments } from "./host/sync/remoteDocuments.ts";
import { registerStateDecorations } from "./host/sync/stateDecorations.ts";
import { registerSyncStatusBar } from "./host/sync/syncStatusBar.ts";
import { WorkspaceSync } from "./host/sync/workspaceSync.ts";
import type { Views } from "./host/views/registerViews.ts";
import { registerViews } from "./host/views/registerViews.ts";
import { HandlerProcesses } from "./handlers/handlerRun.ts";
import { Setting } from "./manifest.ts";

let traces: TraceStore | null = null;
let states: InspectorStates | null = null;

/** Wires and registers; whatever costs anything happens on first need. */
export function activate(context: vscode.ExtensionContext): void {
  const { extensionUri, workspaceState } = context;
  // Without a folder there is no storage of the workspace.
  const storageDir = (context.storageUri ?? context.globalStorageUri).fsPath;

  const runtimeBundle = join(extensionUri.fsPath, "dist", "runtime.mjs");
  // Python's snapshot and packages are the same for every workspace.
  const pythonDir = join(context.globalStorageUri.fsPath, "python");

  const log = new Log();
  const connections = new ConnectionStore(context, log);
  const definitions = new DefinitionStore(log);
  const runtimeKey = createRuntimeKey(context.secrets);
  const runtimes = new RuntimePool({
    bundle: runtimeBundle,
    storageDir,
    pythonDir,
    connections,
    log,
    runtimeKey,
    offlinePace: () => readSetting(Setting.offlinePace),
    python: () => readSetting(Setting.python),
    onCrash: (connection, restarting) => tellOfCrash(connection, restarting, log),
  });
  const providers = new ProviderPool(runtimes, runtimeKey);
  const stores = new StoreDefinitions();
  const models = new KnownModels((connection) => providers.with(connection, (provider) => provider.listModels()), log);
  const checks = { connections, stores, models };
  const sync = new WorkspaceSync({
    connections,
    definitions,
    stores,
    providers,
    log,
    used: (connection) => existsSync(runtimes.dataDir(connection)),
  });
  traces = new TraceStore(join(storageDir, "traces"), log);
  const conversations = new ConversationStore(connections, providers, traces, log);
  const drafts = new DraftStore(workspaceState);
  const handlerLog = new HandlerLog();
  const handlerSecrets = new HandlerSecrets(context.secrets);
  const handlers = new TrustedHandlers(
    new HandlerProcesses({ secrets: handlerSecrets, onLog: (text, call) => handlerLog.write(text, call) }),
    workspaceState,
  );
  const fixtures = new FixtureFiles();
  const modes = new AnswerModes(workspaceState);
  const answers = new ConversationAnswers({ definitions, handlers, fixtures, modes, log });
  const chunks = new ChunkDocuments(connections, providers, log);
  const sources = new SourceOpener(providers, log);
  const files = new FileDocuments(connections, providers, log);
  states = new InspectorStates(join(storageDir, "inspectors"), log);
  const inspectors = new InspectorPanels({ extensionUri, connections, providers, sources, chunks, states, log });
  const panels = new ChatPanels({
    extensionUri,
    connections,
    definitions,
    providers,
    sync,
    conversations,
    drafts,
    sources,
    inspectors,
    files,
    log,
    handlerLog,
    answers,
    modes,
    fixtures,
  });
  const documents = new WorkspaceDocuments({ connections, providers, sync, storageDir });
  const views = registerViews({
    connections,
    conversations,
    definitions,
    providers,
    runtimes,
    sync,
    stores,
    documents,
    log,
  });
  const filesView = new FilesView({ connections, providers, runtimes, log });
  const sidebar: Views = {
    ...views,
    dispose: () => views.dispose(),
    refresh: () => {
      views.refresh();
      filesView.refresh();
    },
    showMore: () => {
      views.showMore();
      filesView.showMore();
    },
  };

  context.subscriptions.push(
    log,
    connections,
    definitions,
    runtimes,
    sync,
    conversations,
    handlerLog,
    answers,
    panels,
    inspectors,
    chunks,
    files,
    views,
    filesView,
    registerStoredDocuments(connections, providers, log),
    registerJsonDocuments(),
    stores,
    models,
    // The connection has answered, so it may be asked for its models as well.
    sync.onChange(() => void models.learn(connections.current())),
    registerDefinitionDiagnostics(definitions, checks, log),
    registerQuickFixes(checks),
    registerFixtureDiagnostics(definitions),
    registerAnswerCommands(handlerSecrets, handlerLog, log),
    registerCodeLens(definitions, sync),
    registerLanguageFeatures(
      extensionUri,
      {
        connectionId: () => connections.current().id,
        listModels: () => providers.with(connections.current(), (provider) => provider.listModels()),
        listVectorStores: () =>
          providers.with(
            connections.current(),
            async (provider) => (await provider.listVectorStores({ limit: 100 })).data,
          ),
      },
      log,
    ),
    registerDefinitionCommands({ connections, definitions, panels, stores, sync, log }),
    registerThreadCommands({ connections, conversations, providers, panels, log, refresh: views.refresh }),
    registerNodeCommands(sidebar, log),
    registerFileCommands({
      connections,
      providers,
      files,
      refresh: sidebar.refresh,
      log,
    }),
    registerSyncCommands({ definitions, providers, sync, log }),
    registerRetrievalCommands({ connections, providers, inspectors, chunks, log }),
    documents,
    registerStoreLens(stores),
    registerDocumentCommands({ connections, providers, stores, documents, log }),
    registerVectorStoreCommands({ definitions, providers, stores, documents, views, log }),
    watchDocuments(documents, stores, log),
    registerRemoteDocuments(),
    registerStateDecorations(sync),
    registerSyncStatusBar(sync, connections),
    registerDebugger({ connections, definitions, providers, panels, answers, log }, workspaceState),
    registerConnectionCommands({ connections, providers, runtimes, log }),
    registerPythonCommands({ bundle: runtimeBundle, pythonDir, log }),
  );
}

/** The last lines of the run traces, and what inspectors show, are on disk before the window closes. */
export async function deactivate(): Promise<void> {
  await traces?.flush();
  await states?.flush();
}

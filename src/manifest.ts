/**
 * The ids that `package.json` contributes, with their types: no other file spells them out.
 * `test/unit/manifest.test.ts` holds the two together.
 */

export const extensionId = "assistants-workbench.assistants-workbench";

export const Command = {
  chat: "assistants.chat",
  newDefinition: "assistants.newDefinition",
  newVectorStore: "assistants.newVectorStore",
  duplicate: "assistants.duplicate",
  chooseRules: "assistants.chooseRules",
  fixByAnswer: "assistants.fixByAnswer",
  openDefinition: "assistants.openDefinition",
  push: "assistants.push",
  pull: "assistants.pull",
  pushAll: "assistants.pushAll",
  pullAll: "assistants.pullAll",
  showPlan: "assistants.showPlan",
  diffRemote: "assistants.diffRemote",
  pullToFile: "assistants.pullToFile",
  openRemote: "assistants.openRemote",
  deleteRemote: "assistants.deleteRemote",
  openThread: "assistants.openThread",
  deleteThread: "assistants.deleteThread",
  cancelRun: "assistants.cancelRun",
  planDocuments: "assistants.docs.plan",
  syncDocuments: "assistants.docs.sync",
  addToVectorStore: "assistants.docs.add",
  cleanUploads: "assistants.docs.clean",
  moreStoreFiles: "assistants.vectorStore.moreFiles",
  deleteVectorStore: "assistants.vectorStore.delete",
  attachVectorStore: "assistants.vectorStore.attach",
  openStoreSource: "assistants.vectorStoreFile.openSource",
  editStoreAttributes: "assistants.vectorStoreFile.editAttributes",
  detachStoreFile: "assistants.vectorStoreFile.detach",
  deleteStoreFile: "assistants.vectorStoreFile.delete",
  refresh: "assistants.refresh",
  copyId: "assistants.copyId",
  openAsJson: "assistants.openAsJson",
  selectConnection: "assistants.selectConnection",
  addConnection: "assistants.addConnection",
  removeConnection: "assistants.removeConnection",
  setKey: "assistants.setKey",
  chooseModel: "assistants.chooseModel",
  restartRuntime: "assistants.restartRuntime",
  addPythonPackages: "assistants.addPythonPackages",
  showLog: "assistants.showLog",
  setHandlerSecret: "assistants.setHandlerSecret",
  showHandlerLog: "assistants.showHandlerLog",
  showMore: "assistants.showMore",
  inspectStore: "assistants.vectorStore.inspect",
  showChunks: "assistants.vectorStoreFile.showChunks",
  moreChunks: "assistants.vectorStoreFile.moreChunks",
  openFile: "assistants.file.open",
  downloadFile: "assistants.file.download",
  deleteFile: "assistants.file.delete",
  deleteUnusedFiles: "assistants.files.deleteUnused",
  debug: "assistants.debug",
  debugThread: "assistants.debugThread",
} as const;
export type CommandId = (typeof Command)[keyof typeof Command];

export const View = {
  assistants: "assistants.definitions",
  threads: "assistants.threads",
  vectorStores: "assistants.vectorStores",
  files: "assistants.files",
} as const;
export type ViewId = (typeof View)[keyof typeof View];

/** The debug type of configurations in launch.json. */
export const debugType = "assistant";

/** View type of the chat panel, for VS Code's serializer. */
export const chatPanelType = "assistants.chat";

/** View type of the retrieval inspector. */
export const inspectorPanelType = "assistants.inspector";

/** `viewItem` values that menus test for. */
export const NodeContext = {
  definition: "definition",
  brokenDefinition: "definition.broken",
  remoteAssistant: "remoteAssistant",
  tool: "tool",
  thread: "thread",
  run: "run",
  activeRun: "run.active",
  storeDefinition: "storeDefinition",
  vectorStore: "vectorStore",
  vectorStoreFile: "vectorStoreFile",
  uploadedFile: "uploadedFile",
  more: "more",
  failure: "failure",
} as const;
export type NodeContextValue = (typeof NodeContext)[keyof typeof NodeContext];

export const Setting = {
  connections: "assistants.connections",
  connection: "assistants.connection",
  offlinePace: "assistants.runtime.offlinePace",
  python: "assistants.python.enabled",
  diagnosticsDisabled: "assistants.diagnostics.disabled",
  documentsWatch: "assistants.documents.watch",
  onChangedDefinition: "assistants.chat.onChangedDefinition",
} as const;

/** Capabilities of a Chat Completions server; each is the runtime's flag of that name. Left out: found out by trying. */
export interface ChatSwitches {
  readonly toolChoice?: "all" | "strings" | "none";
  readonly streamOptions?: boolean;
  readonly tokenField?: "max_tokens" | "max_completion_tokens";
  readonly systemRole?: "system" | "developer";
  readonly parallelToolCalls?: boolean;
}

/** A connection as the setting holds it. The key is never in here: it is in SecretStorage. */
export interface ConnectionSetting {
  readonly id: string;
  readonly name: string;
  readonly kind: "responses" | "chat";
  readonly baseUrl: string;
  readonly model: string;
  /** Which server's quirks to expect; the runtime's `--profile`. Left out: found out by trying. */
  readonly profile?: string;
  /** What a model that a program or definition names is on this server; `*` is any other. */
  readonly modelMap?: Readonly<Record<string, string>>;
  /** What the server can do, where that is not found out by trying. */
  readonly switches?: ChatSwitches;
  /** The `api-version` of the query, which Azure's older addresses want. */
  readonly apiVersion?: string;
  readonly embeddingModel?: string;
  /** Whether files, vector stores and file search are the server's own (OpenAI's). */
  readonly hostedFiles?: boolean;
  /** Whether the code interpreter is the server's own (OpenAI's), in containers there. */
  readonly hostedPython?: boolean;
  /** Whether the server asks for a key. */
  readonly needsKey: boolean;
}

/** Setting ids and what their values are. */
export interface SettingTypes {
  readonly [Setting.connections]: readonly ConnectionSetting[];
  readonly [Setting.connection]: string;
  readonly [Setting.offlinePace]: number;
  /** Whether the runtime runs programs of `code_interpreter`. */
  readonly [Setting.python]: boolean;
  /** Codes of rules, as docs/diagnostics.md lists them. */
  readonly [Setting.diagnosticsDisabled]: readonly string[];
  /** Whether a saved file is synced to the stores that have it. */
  readonly [Setting.documentsWatch]: boolean;
  readonly [Setting.onChangedDefinition]: "ask" | "push" | "runAsPushed";
}

/** File patterns of definitions and store definitions, as VS Code's globs. */
export const definitionGlob = "**/*.assistant.{yaml,yml,json}";
export const storeGlob = "**/*.vectorstore.{yaml,yml,json}";

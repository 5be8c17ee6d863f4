import * as vscode from "vscode";

import { handlerWords, readHandler } from "../../core/answers/handler.ts";
import type { ToolHandler } from "../../core/definition/definition.ts";
import { wholeText } from "../../core/growingText.ts";
import type { Provider, RunSettings } from "../../core/provider.ts";
import { ProviderError } from "../../core/provider.ts";
import type { RunTrace } from "../../core/runTrace.ts";
import type { PanelHeader, PanelIdentity, PanelNotice } from "../../protocol/panelState.ts";
import { connectionLabel } from "../connections/connection.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { titleOf } from "../conversation/titleOf.ts";
import type { Conversation } from "../conversation/conversation.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import { displayName, refusal } from "../definitions/definitionFile.ts";
import type { DefinitionFile } from "../definitions/definitionFile.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import { Citations } from "../retrieval/citations.ts";
import type { CitationServices } from "../retrieval/citations.ts";
import type { InspectorPanels } from "../retrieval/inspectorPanels.ts";
import type { SourceOpener } from "../retrieval/sourceOpener.ts";
import { askInWindow } from "../sync/askBeforeRun.ts";
import type { AskBeforeRun } from "../sync/askBeforeRun.ts";
import type { WorkspaceSync } from "../sync/workspaceSync.ts";
import { ChatAnswers } from "./chatAnswers.ts";
import type { ChatAnswerServices } from "./chatAnswers.ts";
import { PickedFiles } from "./pickedFiles.ts";
import type { RunContext, ToolFacts } from "./runView.ts";

export interface ChatServices extends CitationServices, ChatAnswerServices {
  readonly connections: ConnectionStore;
  readonly definitions: DefinitionStore;
  readonly inspectors: InspectorPanels;
  readonly sync: WorkspaceSync;
}

/** Which assistant a chat is with: one that has a file here, or one that only the provider knows. */
export interface ChatSubject {
  readonly definitionUri: vscode.Uri | null;
  readonly assistantId: string | null;
}

/** A chat of one assistant on one thread: what sending, answering and stopping mean, without the panel that shows it. */
export class ChatSession {
  readonly conversation: Conversation;
  readonly subject: ChatSubject;
  readonly answers: ChatAnswers;
  readonly citations: Citations;
  readonly #services: ChatServices;
  readonly pickedFiles = new PickedFiles();
  readonly #titles = new Map<string, string>();

  constructor(conversation: Conversation, subject: ChatSubject, services: ChatServices) {
    this.conversation = conversation;
    this.subject = subject;
    this.#services = services;
    this.answers = new ChatAnswers({
      ...services,
      conversation,
      definitionUri: subject.definitionUri,
      definition: () => this.definition(),
    });
    this.citations = new Citations(conversation, services);
  }

  get inspectors(): InspectorPanels {
    return this.#services.inspectors;
  }

  get sources(): SourceOpener {
    return this.#services.sources;
  }

  get connection(): Connection {
    const { connection } = this.conversation;
    return this.#services.connections.find(connection.id) ?? connection;
  }

  identity(): PanelIdentity {
    return {
      connectionId: this.connection.id,
      threadId: this.conversation.threadId,
      definitionUri: this.subject.definitionUri?.toString() ?? null,
      assistantId: this.subject.assistantId,
    };
  }

  /** The tools of the assistant that read files. */
  async fileTools(): Promise<readonly ("code_interpreter" | "file_search")[]> {
    const file = await this.definition();
    const { assistantId } = this.subject;
    const tools =
      file?.parsed.valid === true
        ? file.parsed.definition.tools
        : assistantId === null
          ? []
          : (await this.withProvider((provider) => provider.retrieveAssistant(assistantId))).tools;
    return tools.flatMap(({ type }) => (type === "function" ? [] : [type]));
  }

  /** Asks the connection's server for something. */
  withProvider<T>(task: (provider: Provider) => Promise<T>): Promise<T> {
    return this.#services.providers.with(this.connection, task);
  }

  definition(): Promise<DefinitionFile | null> {
    const { definitionUri } = this.subject;
    return definitionUri === null ? Promise.resolve(null) : this.#services.definitions.find(definitionUri);
  }

  async header(): Promise<PanelHeader> {
    const file = await this.definition();
    const parsed = file?.parsed.valid === true ? file.parsed.definition : null;
    return {
      assistantName: file === null ? (this.subject.assistantId ?? "Assistant") : displayName(file),
      syncState: file === null ? "" : await this.#services.sync.stateOf(this.connection, file),
      model: parsed?.model ?? this.connection.model,
      connectionLabel: connectionLabel(this.connection),
      offline: this.connection.upstream.kind === "offline",
      definitionPath: file?.path ?? null,
      answerMode: parsed?.tools.some((tool) => tool.type === "function") === true ? this.answers.modeLabel : null,
    };
  }

  /** The tab's title: the first words of the thread, or whom the chat is with. */
  async title(): Promise<string> {
    const first = this.conversation.messages.find((message) => message.object.role === "user");
    const part = first?.parts.find((candidate) => candidate.kind === "text");
    if (part?.kind === "text") return titleOf(wholeText(part.text)).slice(0, 40);
    return (await this.header()).assistantName;
  }

  /** What stands in the way, or should be known, before anything is sent. */
  async standingNotice(): Promise<PanelNotice | null> {
    const file = await this.definition();
    if (file === null) {
      return this.subject.definitionUri === null
        ? null
        : {
            severity: "warning",
            text: "The definition file of this assistant is gone. Its threads are kept.",
            actions: [],
          };
    }
    const reason = refusal(file);
    if (reason !== null)
      return { severity: "error", text: reason, actions: [{ label: "Open definition", command: "openDefinition" }] };
    return null;
  }

  /**
   * Makes the assistant ready, adds the message and starts a run.
   * @param ask what to do when the assistant is not what its definition says
   * @returns null, or why the run did not start though the message was added: a retry then starts it
   * @throws before anything was added: the text is still the composer's
   */
  async send(text: string, ask: AskBeforeRun, tokens: readonly string[] = []): Promise<unknown> {
    if (text.trim() === "") throw new DefinitionProblem("There is nothing to send.");
    const active = this.conversation.activeRun;
    if (active !== null)
      throw new DefinitionProblem(
        `The thread is busy: a run is ${active.run.status.replace("_", " ")}. Answer or stop it first.`,
      );
    const assistantId = await this.#assistant(ask);
    const tools = tokens.length === 0 ? [] : await this.fileTools();
    const attachments = await this.pickedFiles.upload(tokens, tools, (task) => this.withProvider(task));
    await this.conversation.addMessage(text, attachments);
    this.pickedFiles.forget(tokens);
    try {
      await this.#startRun(assistantId);
      return null;
    } catch (error) {
      return error;
    }
  }

  /** The id of the assistant, brought up to date. */
  assistant(): Promise<string> {
    return this.#assistant(askInWindow);
  }

  /**
   * Starts a run on the thread as it is, with the assistant as it is.
   * @param settings of the run; null for those of the definition
   */
  start(assistantId: string, settings: RunSettings | null): Promise<void> {
    return this.#startRun(assistantId, settings);
  }

  /** Starts a run on the thread as it is. Who is not in the panel is asked in the window. */
  async retry(ask: AskBeforeRun = askInWindow): Promise<void> {
    await this.#startRun(await this.#assistant(ask));
  }

  context(trace: RunTrace, file: DefinitionFile | null): RunContext {
    const tools = new Map<string, ToolFacts>();
    if (file?.parsed.valid === true) {
      for (const tool of file.parsed.definition.tools)
        if (tool.type === "function")
          tools.set(tool.function.name, { line: tool.line, handler: wordsOf(tool.handler) });
    }
    return { title: this.#runTitle(trace), tools };
  }

  async #startRun(assistantId: string, given: RunSettings | null = null): Promise<void> {
    const file = await this.definition();
    const settings = given ?? (file?.parsed.valid === true ? file.parsed.definition.run : {});
    await this.conversation.startRun((provider: Provider, threadId) =>
      provider.streamRun(threadId, { assistant_id: assistantId, ...settings }),
    );
  }

  async #assistant(ask: AskBeforeRun): Promise<string> {
    const { definitionUri, assistantId } = this.subject;
    if (definitionUri === null) {
      if (assistantId === null) throw new ProviderError("not_found", "This chat has no assistant.");
      return assistantId;
    }
    await saveOpenDocument(definitionUri);
    const file = await this.definition();
    if (file === null) throw new DefinitionProblem("The definition file of this assistant is gone.");
    return this.#services.sync.ensure(this.connection, file, ask);
  }

  /** The user's words that a run answers. Runs keep their title: it is made once. */
  #runTitle(trace: RunTrace): string {
    const known = this.#titles.get(trace.run.id);
    if (known !== undefined) return known;
    const before = this.conversation.messages.filter(
      (message) => message.object.role === "user" && message.object.created_at <= trace.run.created_at,
    );
    const part = before.at(-1)?.parts.find((candidate) => candidate.kind === "text");
    const title = part?.kind === "text" ? titleOf(wholeText(part.text)).slice(0, 40) : "run";
    this.#titles.set(trace.run.id, title);
    return title;
  }
}

/** A handler that cannot be run has words, too: running it says why. */
function wordsOf(raw: ToolHandler | undefined): string | null {
  if (raw === undefined) return null;
  const read = readHandler(raw);
  return read.valid ? handlerWords(read.handler) : read.reason;
}

/** What runs is what the person sees: unsaved edits of the definition are saved first, as before a debug session. */
async function saveOpenDocument(uri: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find((candidate) => candidate.uri.toString() === uri.toString());
  if (document?.isDirty === true) await document.save();
}

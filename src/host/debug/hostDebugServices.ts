import * as vscode from "vscode";

import { functionTool } from "../../core/answers/answerer.ts";
import type { AnswerContext, AnswerOutcome, PendingCall } from "../../core/answers/ports.ts";
import type { AttachArguments, LaunchArguments } from "../../debug/configuration.ts";
import { DapProblem } from "../../debug/dapServer.ts";
import type { Debugged, DebugServices } from "../../debug/ports.ts";
import type { ConversationAnswers } from "../answers/conversationAnswers.ts";
import { debuggedHandler } from "../answers/debuggedHandlers.ts";
import { connectionLabel } from "../connections/connection.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { refusal } from "../definitions/definitionFile.ts";
import type { DefinitionFile } from "../definitions/definitionFile.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import { fileText } from "../definitions/definitionText.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";
import type { ChatPanels } from "../panel/chatPanels.ts";
import type { ChatSession } from "../panel/chatSession.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { ConversationDebuggee } from "./conversationDebuggee.ts";
import { definitionUri } from "./debugConfigurations.ts";

export interface HostDebugOptions {
  readonly connections: ConnectionStore;
  readonly definitions: DefinitionStore;
  readonly providers: ProviderPool;
  readonly panels: ChatPanels;
  readonly answers: ConversationAnswers;
  readonly log: Log;
}

/** Debug sessions on the threads of this window: each is shown in a chat, beside. */
export function hostDebugServices(options: HostDebugOptions): DebugServices {
  const { panels, log } = options;
  return {
    async launch(args) {
      const connection = connectionOf(options, args);
      const { thread } = args;
      if (thread !== null) {
        const given = args.definition === null ? null : await usableDefinition(options, args.definition);
        const subject = given === null ? null : { definitionUri: given.uri, assistantId: null };
        const { session } = await inWords(log, () => panels.openThread(connection, thread, "beside", subject));
        return debugged(options, args, connection, session, given ?? (await session.definition()));
      }
      if (args.definition === null)
        throw new DapProblem("An assistant without a definition is debugged on a `thread`, by attaching to it.");
      const file = await usableDefinition(options, args.definition);
      const { session } = panels.openBeside({ definitionUri: file.uri, assistantId: null }, connection);
      return debugged(options, args, connection, session, file);
    },
    async attach(args) {
      const connection = connectionOf(options, args);
      const { session } = await inWords(log, () => panels.openThread(connection, args.thread, "beside"));
      const file = await definitionOf(options, args.definition, session);
      return debugged(options, args, connection, session, file);
    },
    log: (message, error) => log.error(`Debugger: ${message}`, error),
  };
}

async function debugged(
  options: HostDebugOptions,
  args: LaunchArguments | AttachArguments,
  connection: Connection,
  session: ChatSession,
  file: DefinitionFile | null,
): Promise<Debugged> {
  const { providers, connections, panels, answers } = options;
  const uri = file?.uri ?? null;
  const withProvider: ConstructorParameters<typeof ConversationDebuggee>[0]["withProvider"] = (task) =>
    providers.with(connections.find(connection.id) ?? connection, task);
  // Before the debuggee, which holds the chat's own answers from its beginning on.
  const text = uri === null ? "" : await fileText(uri, "dropped");
  const debuggee = new ConversationDebuggee({
    session,
    withProvider,
    settings: null,
    answersOf: ({ conversation }) => answers.of(conversation, uri),
    openThread: async (threadId, subject) => (await panels.openThread(connection, threadId, "beside", subject)).session,
  });
  const contextOf = async (): Promise<AnswerContext> => {
    const context = await answers.context(uri);
    // What the configuration says goes before what was chosen in the panel.
    return args.given["policy"] === undefined ? context : { ...context, mode: args.policy };
  };
  const path = uri === null ? "" : uri.scheme === "file" ? uri.fsPath : uri.toString();
  return {
    debuggee,
    definition: file === null ? null : { path, text, parsed: file.parsed.valid ? file.parsed.definition : null },
    connectionLabel: connectionLabel(connection),
    answer: async (call, _mode, onSource, signal) =>
      answers.answerer.answer(call, { ...(await contextOf()), onSource }, signal),
    debugHandler: async (call, signal) => stepInto(answers, await contextOf(), call, uri, signal),
  };
}

/** Runs the call's handler under the debugger of its language. */
async function stepInto(
  answers: ConversationAnswers,
  context: AnswerContext,
  call: PendingCall,
  uri: vscode.Uri | null,
  signal: AbortSignal,
): Promise<AnswerOutcome> {
  const failed = (message: string): AnswerOutcome => ({
    kind: "ask",
    failure: { source: "handler", code: "start", message, durationMs: 0 },
  });
  if (uri === null || functionTool(context.definition, call.name)?.handler === undefined)
    return failed(`${call.name} has no handler to step into.`);
  const stop = new AbortController();
  let why: string | null = null;
  const debuggedBy = debuggedHandler(call.name, uri, (message) => {
    why = message;
    stop.abort();
  });
  const both = AbortSignal.any([signal, stop.signal]);
  const outcome = await answers.answerer.answerFrom("handler", call, { ...context, debugged: debuggedBy }, both);
  return why === null ? outcome : failed(why);
}

function connectionOf({ connections }: HostDebugOptions, { given }: LaunchArguments | AttachArguments): Connection {
  const id = given["connection"];
  if (id === undefined) return connections.current();
  const found = typeof id === "string" ? connections.find(id) : null;
  if (found === null)
    throw new DapProblem(
      `There is no connection ${JSON.stringify(id)}. There are: ${connections
        .all()
        .map((one) => one.id)
        .join(", ")}.`,
    );
  return found;
}

async function usableDefinition({ definitions }: HostDebugOptions, path: string): Promise<DefinitionFile> {
  const uri = definitionUri(path);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  // What runs is what the person sees.
  if (open?.isDirty === true) await open.save();
  const file = await definitions.find(uri);
  if (file === null) throw new DapProblem(`There is no definition ${path}. Its name ends in .assistant.yaml.`);
  const reason = refusal(file);
  if (reason !== null) throw new DapProblem(reason);
  return file;
}

async function definitionOf(
  options: HostDebugOptions,
  path: string | null,
  session: ChatSession,
): Promise<DefinitionFile | null> {
  return path === null ? session.definition() : usableDefinition(options, path);
}

/** Errors of the provider as the rest of the window tells them. */
async function inWords<T>(log: Log, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new DapProblem(errorWords(error, log), true, { cause: error });
  }
}

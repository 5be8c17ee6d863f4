import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import type { RequestMessage } from "../../protocol/messages.ts";
import type { RunOption } from "../../core/sync/runQuestion.ts";
import type { PanelCommand, PanelNotice } from "../../protocol/panelState.ts";
import type { HandlerLog } from "../answers/handlerLog.ts";
import type { ReplyMessage } from "../../protocol/requests.ts";
import { openJson } from "../jsonDocuments.ts";
import type { Log } from "../log.ts";
import { RunLeftOff } from "../sync/askBeforeRun.ts";
import type { AskBeforeRun } from "../sync/askBeforeRun.ts";
import type { ChatSession } from "./chatSession.ts";
import { factsOf, openPythonFile, openStoredFile, pictureOf, saveStoredFile } from "./fileRequests.ts";
import { rawJson } from "./rawJson.ts";
import { columnOf, inspectSearch, openSearchResult } from "./searchRequests.ts";

/** What a request of the panel may touch. */
export interface RequestContext {
  readonly session: ChatSession;
  readonly log: Log;
  readonly handlerLog: HandlerLog;
  readonly say: (notice: PanelNotice | null) => void;
  readonly restart: () => Promise<void>;
  readonly refreshHeader: () => Promise<void>;
  readonly dismiss: () => void;
  /** Asks before a run, in the panel's notice. */
  readonly ask: AskBeforeRun;
  /** What the person chose of what was asked. */
  readonly choose: (option: RunOption) => Promise<void>;
  readonly words: (error: unknown) => string;
}

/** Does what the panel asks for. The reply comes always: with the result, or with the reason in words. */
export async function answerRequest(message: RequestMessage, context: RequestContext): Promise<ReplyMessage> {
  try {
    return { type: "reply", id: message.id, ok: true, result: await perform(message, context) };
  } catch (error) {
    return { type: "reply", id: message.id, ok: false, error: context.words(error) };
  }
}

async function perform(message: RequestMessage, context: RequestContext): Promise<unknown> {
  const { session } = context;
  switch (message.method) {
    case "send":
      return send(message.params.text, message.params.attachments ?? [], context);
    case "attach":
      return session.pickedFiles.pick(await session.fileTools());
    case "submit":
      await session.answers.submit(message.params.runId, message.params.outputs);
      return null;
    case "runHandler": {
      const { runId, callId, debug } = message.params;
      await session.answers.runHandler(runId, callId, debug, (text) =>
        context.say({ severity: "error", text, actions: [{ label: "Dismiss", command: "dismissNotice" }] }),
      );
      return null;
    }
    case "stopHandler":
      session.answers.stop(message.params.callId);
      return null;
    case "saveFixture": {
      const { runId, callId, output } = message.params;
      return { file: await session.answers.saveFixture(runId, callId, output) };
    }
    case "checkOutput":
      return { problems: await session.answers.check(message.params.name, message.params.output) };
    case "stop":
      await session.conversation.cancel(message.params.runId);
      return null;
    case "loadOlder":
      await session.conversation.loadOlder();
      return null;
    case "raw":
      return { json: await rawJson(session, message.params) };
    case "openRaw":
      await openJson(message.params.stepId ?? message.params.runId, await rawJson(session, message.params));
      return null;
    case "openDefinition":
      await openDefinition(session, message.params.line);
      return null;
    case "openLink":
      await openLink(message.params.href);
      return null;
    case "picture":
      return pictureOf(session, message.params.fileId);
    case "fileFacts":
      return factsOf(session, message.params.fileId);
    case "openFile":
      return shown(context, () => openStoredFile(session, message.params.fileId));
    case "saveFile":
      return shown(context, () => saveStoredFile(session, message.params.fileId));
    case "pythonFile":
      return shown(context, () => openPythonFile(message.params.code));
    case "openCitation": {
      const { messageId, part, index, beside } = message.params;
      return open(context, () => session.citations.open(messageId, part, index, columnOf(beside)));
    }
    case "openSearchResult":
      return open(context, () => openSearchResult(session, message.params));
    case "inspectSearch":
      await inspectSearch(session, message.params);
      return null;
    case "copy":
      await vscode.env.clipboard.writeText(message.params.text);
      return null;
    case "command":
      await runPanelCommand(message.params.command, context);
      return null;
    default:
      throw new Error(`The panel asked for something unknown: ${(message as { method: string }).method}.`);
  }
}

/** Does what has no place in the panel for its failure: that is said above the conversation. */
async function shown(context: RequestContext, work: () => Promise<void>): Promise<null> {
  return open(context, async () => {
    await work();
    return null;
  });
}

/** Opens a source. What was opened instead, or why nothing was, is told in the panel, which may be beside what was opened. */
async function open(context: RequestContext, opens: () => Promise<string | null>): Promise<null> {
  try {
    const note = await opens();
    if (note !== null) context.say({ severity: "info", text: note, actions: [] });
  } catch (error) {
    context.say({
      severity: "error",
      text: context.words(error),
      actions: [{ label: "Show log", command: "showLog" }],
    });
  }
  return null;
}

async function send(text: string, attachments: readonly string[], context: RequestContext): Promise<null> {
  context.say(null);
  const failure = await context.session.send(text, context.ask, attachments);
  if (failure !== null)
    context.say({
      severity: "error",
      text: context.words(failure),
      actions: [{ label: "Try again", command: "retry" }],
    });
  await context.refreshHeader();
  return null;
}

async function runPanelCommand(command: PanelCommand, context: RequestContext): Promise<void> {
  const { session } = context;
  switch (command) {
    case "connect": {
      const changed = await vscode.commands.executeCommand<boolean>(Command.selectConnection);
      // A chat without a thread has gone along by itself.
      if (changed && session.conversation.threadId !== null) await context.restart();
      return;
    }
    case "chooseModel":
      await vscode.commands.executeCommand(Command.chooseModel, session.connection.id);
      return;
    case "setKey":
      await vscode.commands.executeCommand(Command.setKey, session.connection.id);
      return;
    case "openDefinition":
      return openDefinition(session, null);
    case "newThread":
      return context.restart();
    case "retry":
      return retry(context);
    case "debug":
      await debugChat(session);
      return;
    case "showLog":
      context.log.show();
      return;
    case "chooseAnswers":
      // The header tells the choice before what it starts has ended.
      await session.answers.chooseMode(() => context.refreshHeader());
      return;
    case "showHandlerLog":
      context.handlerLog.show();
      return;
    case "manageTrust":
      await vscode.commands.executeCommand("workbench.trust.manage");
      return;
    case "copyThreadId":
      await vscode.env.clipboard.writeText(session.conversation.threadId ?? "");
      return;
    case "dismissNotice":
      return context.dismiss();
    case "run:push":
    case "run:as pushed":
    case "run:anew":
    case "run:diff":
    case "run:as there":
    case "run:pull and look":
    case "run:merge":
    case "run:settle":
    case "run:look again":
      return context.choose(command.slice("run:".length) as RunOption);
  }
}

async function retry(context: RequestContext): Promise<void> {
  context.say(null);
  try {
    await context.session.retry(context.ask);
  } catch (error) {
    if (!(error instanceof RunLeftOff)) throw error;
    context.say({ severity: "warning", text: error.message, actions: [{ label: "Try again", command: "retry" }] });
  }
}

async function openDefinition(session: ChatSession, line: number | null): Promise<void> {
  const { definitionUri } = session.subject;
  if (definitionUri === null) throw new Error("This assistant has no definition file in this workspace.");
  const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
  await vscode.window.showTextDocument(definitionUri, {
    selection: new vscode.Range(at, at),
    viewColumn: vscode.ViewColumn.Beside,
  });
}

/** Links come from a model: only those that lead to a browser or a mail program are followed. VS Code asks the person as well. */
async function openLink(href: string): Promise<void> {
  const uri = vscode.Uri.parse(href, true);
  if (!["http", "https", "mailto"].includes(uri.scheme))
    throw new Error(`Links of the kind "${uri.scheme}:" are not opened.`);
  await vscode.env.openExternal(uri);
}

/** A thread that has begun is attached to; before, the debugger asks what to say. */
async function debugChat(session: ChatSession): Promise<void> {
  const { threadId } = session.conversation;
  if (threadId !== null) await vscode.commands.executeCommand(Command.debugThread, session.connection.id, threadId);
  else if (session.subject.definitionUri !== null)
    await vscode.commands.executeCommand(Command.debug, session.subject.definitionUri);
  else throw new Error("Send a message first: this assistant has no definition file that could be debugged.");
}

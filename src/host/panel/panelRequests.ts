import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import type { ReplyMessage, RequestMessage } from "../../protocol/messages.ts";
import type { PanelCommand, PanelNotice } from "../../protocol/panelState.ts";
import { debuggedHandler } from "../answers/debuggedHandlers.ts";
import type { HandlerLog } from "../answers/handlerLog.ts";
import { openJson } from "../jsonDocuments.ts";
import type { Log } from "../log.ts";
import type { ChatSession } from "./chatSession.ts";
import { rawJson } from "./rawJson.ts";

/** What a request of the panel may touch. */
export interface RequestContext {
  readonly session: ChatSession;
  readonly log: Log;
  readonly handlerLog: HandlerLog;
  readonly say: (notice: PanelNotice | null) => void;
  readonly restart: () => Promise<void>;
  readonly refreshHeader: () => Promise<void>;
  readonly dismiss: () => void;
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
      return send(message.params.text, context);
    case "submit": {
      const { runId, outputs } = message.params;
      await refuseUnfit(session, runId, outputs);
      await session.conversation.submit(runId, session.conversation.answersFor(runId, outputs));
      return null;
    }
    case "runHandler":
      await runHandler(message.params, context);
      return null;
    case "stopHandler":
      session.answers.stop(message.params.callId);
      return null;
    case "saveFixture": {
      const { runId, callId, output } = message.params;
      return { file: await session.saveFixture(runId, callId, output) };
    }
    case "checkOutput":
      return { problems: await session.checkOutput(message.params.name, message.params.output) };
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

/** An output that cannot be sent is refused with its reason, before the provider does it without one. */
async function refuseUnfit(
  session: ChatSession,
  runId: string,
  outputs: readonly { readonly callId: string; readonly output: string }[],
): Promise<void> {
  const names = new Map(session.conversation.pendingCalls(runId).map(({ id, name }) => [id, name]));
  for (const { callId, output } of outputs) {
    const name = names.get(callId) ?? "";
    const problem = (await session.checkOutput(name, output)).find(({ severity }) => severity === "error");
    if (problem !== undefined) throw new Error(`${name}: ${problem.message}`);
  }
}

async function runHandler(
  { runId, callId, debug }: { readonly runId: string; readonly callId: string; readonly debug: boolean },
  { session, say }: RequestContext,
): Promise<void> {
  const { definitionUri } = session.subject;
  const call = session.conversation.pendingCalls(runId).find(({ id }) => id === callId);
  if (!debug || definitionUri === null || call === undefined) {
    await session.answers.run(runId, callId, "handler");
    return;
  }
  const debugged = debuggedHandler(call.name, definitionUri, (text) => {
    session.answers.stop(callId);
    say({ severity: "error", text, actions: [{ label: "Dismiss", command: "dismissNotice" }] });
  });
  await session.answers.run(runId, callId, "handler", debugged);
}

async function send(text: string, context: RequestContext): Promise<null> {
  context.say(null);
  const failure = await context.session.send(text);
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
      context.say(null);
      return session.retry();
    case "debug":
      await debugChat(session);
      return;
    case "showLog":
      context.log.show();
      return;
    case "chooseAnswers":
      // The header tells the choice before what it starts has ended.
      await session.chooseAnswers(() => context.refreshHeader());
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

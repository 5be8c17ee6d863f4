import * as vscode from "vscode";

import type { Fix } from "../../core/definition/definition.ts";
import { Command } from "../../manifest.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import { fixByAnswer } from "../definitions/quickFixes.ts";
import { chooseRules } from "../definitions/ruleChoice.ts";
import type { ChatPanels } from "../panel/chatPanels.ts";
import { newAssistant } from "./newAssistant.ts";
import type { NewAssistantServices } from "./newAssistant.ts";
import { newVectorStore } from "./newVectorStore.ts";
import { registerCommand } from "./register.ts";
import { definitionFor, remoteNodeOf, uriOf } from "./targets.ts";

export interface DefinitionCommandServices extends NewAssistantServices {
  readonly definitions: DefinitionStore;
  readonly panels: ChatPanels;
}

export function registerDefinitionCommands(services: DefinitionCommandServices): vscode.Disposable {
  const { definitions, panels, stores, log } = services;
  return vscode.Disposable.from(
    registerCommand(Command.chat, log, async (target) => {
      const remote = remoteNodeOf(target);
      if (remote !== null) {
        panels.openNew({ definitionUri: null, assistantId: remote.remote.assistant.id });
        return;
      }
      const uri = await definitionFor(target, definitions, "Chat");
      if (uri !== null) panels.openNew({ definitionUri: uri, assistantId: null });
    }),
    registerCommand(Command.openDefinition, log, async (target, line) => {
      const uri = uriOf(target);
      if (uri === null) return;
      const at = new vscode.Position(typeof line === "number" ? line - 1 : 0, 0);
      await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at), preview: true });
    }),
    registerCommand(Command.newDefinition, log, (source) =>
      newAssistant(services, source instanceof vscode.Uri ? source : null),
    ),
    registerCommand(Command.newVectorStore, log, () => newVectorStore(stores)),
    registerCommand(Command.chooseRules, log, (code) => chooseRules(typeof code === "string" ? code : null)),
    registerCommand(Command.fixByAnswer, log, async (uri, fix) => {
      if (uri instanceof vscode.Uri) await fixByAnswer(uri, fix as Fix);
    }),
  );
}

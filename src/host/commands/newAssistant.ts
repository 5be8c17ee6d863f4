import * as vscode from "vscode";

import { templates } from "../../core/definition/templates.ts";
import type { Template } from "../../core/definition/templates.ts";
import { ImportProblem } from "../../core/imports/imported.ts";
import { importText, importedText } from "../../core/imports/importText.ts";
import { connectionLabel } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { fileText } from "../definitions/definitionText.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import type { Log } from "../log.ts";
import { prepareWithProgress } from "../sync/applyWithProgress.ts";
import { unlinkedIn } from "../sync/syncAll.ts";
import type { WorkspaceSync } from "../sync/workspaceSync.ts";
import { folderForNewFile, freeDefinitionUri, nameFault, openNewFile } from "./newFile.ts";
import { pullToFile } from "./remoteCommands.ts";

export interface NewAssistantServices {
  readonly connections: ConnectionStore;
  readonly stores: StoreDefinitions;
  readonly sync: WorkspaceSync;
  readonly log: Log;
}

interface Beginning extends vscode.QuickPickItem {
  readonly begin?: () => Promise<void>;
}

const title = "New Assistant";

/**
 * A new definition: from a template, from an assistant of the connection, or from what another program has.
 * @param source a file to read an assistant from, without asking for a beginning
 */
export async function newAssistant(services: NewAssistantServices, source: vscode.Uri | null): Promise<void> {
  if (source !== null) return fromText(await fileText(source, "dropped"));
  const { connections } = services;
  const editor = vscode.window.activeTextEditor;
  const selected = editor === undefined || editor.selection.isEmpty ? "" : editor.document.getText(editor.selection);
  const separator = (label: string): Beginning => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const items: readonly Beginning[] = [
    separator("Templates"),
    ...templates.map((template): Beginning => ({
      label: `$(file) ${template.label}`,
      detail: template.detail,
      begin: () => fromTemplate(services, template),
    })),
    separator("What is there already"),
    {
      label: "$(cloud-download) An assistant of the connection…",
      detail: `Pull it from ${connectionLabel(connections.current())} into a file`,
      begin: () => fromRemote(services),
    },
    ...(selected.trim() === ""
      ? []
      : [
          {
            label: "$(selection) The selected text",
            detail: "The SDK's call or object (Python, JavaScript, JSON), or a Foundry agent's YAML",
            begin: () => fromText(selected),
          },
        ]),
    {
      label: "$(clippy) The clipboard",
      detail: "The SDK's call or object (Python, JavaScript, JSON), or a Foundry agent's YAML",
      begin: async () => fromText(await vscode.env.clipboard.readText()),
    },
    {
      label: "$(folder-opened) A file…",
      detail: "A program with the SDK's call, a JSON object, or an agent file of Microsoft Foundry",
      begin: fromFile,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: "What does it begin with?",
    matchOnDetail: true,
  });
  await picked?.begin?.();
}

async function fromTemplate({ stores, log }: NewAssistantServices, template: Template): Promise<void> {
  const folder = await folderForNewFile("an assistant");
  if (folder === null) return;
  const name = await vscode.window.showInputBox({
    title: `${title}: ${template.label}`,
    prompt: "Its name. The file is named after it.",
    value: "My Assistant",
    ignoreFocusOut: true,
    validateInput: nameFault,
  });
  if (name === undefined) return;
  const [store] = (await stores.in(folder)).keys();
  const uri = await freeDefinitionUri(folder, name.trim());
  await openNewFile(uri, template.text({ name: name.trim(), store: store ?? null }));
  log.info(`Created ${uri.path}.`);
}

async function fromRemote({ sync }: NewAssistantServices): Promise<void> {
  const folder = await folderForNewFile("an assistant");
  if (folder === null) return;
  const roots = await sync.roots();
  const all = await Promise.all(roots.map((root) => prepareWithProgress(sync, root)));
  const here = all.find((prepared) => prepared.folder.root.toString() === folder.toString()) ?? all[0];
  const fresh = unlinkedIn(all);
  const items = (here?.input.remotes ?? [])
    .filter(({ id }) => fresh.has(id))
    .map((assistant) => ({
      label: assistant.name ?? assistant.id,
      description: assistant.model,
      detail: assistant.id,
      assistant,
    }));
  if (here === undefined || items.length === 0) {
    const where = here === undefined ? "The connection" : connectionLabel(here.connection);
    void vscode.window.showInformationMessage(`${where} has no assistant without a file here.`);
    return;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: "Which assistant?",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked !== undefined) await pullToFile(sync, { assistant: picked.assistant, file: null }, folder);
}

async function fromFile(): Promise<void> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: "A File with an Assistant",
      openLabel: "Read",
      filters: {
        "Programs, JSON and YAML": ["py", "js", "mjs", "cjs", "ts", "mts", "json", "yaml", "yml", "txt", "ipynb"],
      },
    })) ?? [];
  if (uri !== undefined) await fromText(await fileText(uri, "dropped"));
}

/** Nothing is written before the text was read; what did not come over stands in the new file and is told. */
async function fromText(text: string): Promise<void> {
  const imported = readText(text);
  const folder = await folderForNewFile("an assistant");
  if (folder === null) return;
  const given = imported.fields["name"];
  const name = typeof given === "string" && given.trim() !== "" ? given : "Imported Assistant";
  await openNewFile(await freeDefinitionUri(folder, name), importedText(imported, name));
  const { length } = imported.left;
  if (length > 0)
    void vscode.window.showWarningMessage(
      `${length === 1 ? "One thing" : `${length} things`} did not come over as ${length === 1 ? "it was" : "they were"}: the comments at the top of the file say what.`,
    );
}

function readText(text: string): ReturnType<typeof importText> {
  try {
    return importText(text);
  } catch (error) {
    if (error instanceof ImportProblem)
      throw new Error(`No assistant could be read. ${error.message}`, { cause: error });
    throw error;
  }
}

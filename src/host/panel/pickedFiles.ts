import { randomUUID } from "node:crypto";
import { basename } from "node:path/posix";

import * as vscode from "vscode";

import type { Provider } from "../../core/provider.ts";
import type { MessageAttachment } from "../../core/wire.ts";
import type { AttachedFile } from "../../protocol/panelState.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";

/** The runtime's sandbox takes no larger file. */
const largestFile = 128 * 1_048_576;
/** Tables, archives and pictures have no words to search in. */
const notSearchable = /\.(csv|tsv|xlsx?|zip|tar|gz|png|jpe?g|gif|webp|svg|pkl|parquet)$/i;

type ToolType = "code_interpreter" | "file_search";

interface Picked {
  readonly uri: vscode.Uri;
  /** Of the upload, once there was one: a message that could not be sent is sent again. */
  fileId: string | null;
}

/** Files that a person picked for the next message. The panel knows them by tokens: it cannot name a file by itself. */
export class PickedFiles {
  readonly #picked = new Map<string, Picked>();

  /** Asks for files. Throws when the assistant has no tool that reads them. */
  async pick(tools: readonly ToolType[]): Promise<readonly AttachedFile[]> {
    if (tools.length === 0)
      throw new DefinitionProblem(
        "This assistant has neither code_interpreter nor file_search: it could not read a file.",
      );
    const uris = await vscode.window.showOpenDialog({
      canSelectMany: true,
      openLabel: "Attach",
      title: "Attach files",
    });
    const files: AttachedFile[] = [];
    for (const uri of uris ?? []) {
      const { size } = await vscode.workspace.fs.stat(uri);
      const name = basename(uri.path);
      if (size > largestFile) throw new DefinitionProblem(`${name} is larger than ${largestFile / 1_048_576} MB.`);
      if (toolsFor(name, tools).length === 0)
        throw new DefinitionProblem(`${name} cannot be searched, and this assistant has no code_interpreter.`);
      const token = randomUUID();
      this.#picked.set(token, { uri, fileId: null });
      files.push({ token, name, bytes: size });
    }
    return files;
  }

  /** Uploads what the tokens stand for. Throws before anything is attached when a file cannot be read or is not taken. */
  async upload(
    tokens: readonly string[],
    tools: readonly ToolType[],
    withProvider: <T>(task: (provider: Provider) => Promise<T>) => Promise<T>,
  ): Promise<readonly MessageAttachment[]> {
    const attachments: MessageAttachment[] = [];
    for (const token of tokens) {
      const picked = this.#picked.get(token);
      if (picked === undefined) throw new DefinitionProblem("An attached file is not known any more: attach it again.");
      const name = basename(picked.uri.path);
      picked.fileId ??= await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: `Uploading ${name}` },
        async () => {
          const bytes = new Uint8Array(await vscode.workspace.fs.readFile(picked.uri));
          return (await withProvider((provider) => provider.uploadFile({ name, bytes }))).id;
        },
      );
      attachments.push({ file_id: picked.fileId, tools: toolsFor(name, tools).map((type) => ({ type })) });
    }
    return attachments;
  }

  /** The message is in the thread: its files are not attached again. */
  forget(tokens: readonly string[]): void {
    for (const token of tokens) this.#picked.delete(token);
  }
}

function toolsFor(name: string, tools: readonly ToolType[]): readonly ToolType[] {
  return tools.filter((type) => type === "code_interpreter" || !notSearchable.test(name));
}

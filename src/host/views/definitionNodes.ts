import * as vscode from "vscode";

import { handlerWords, readHandler } from "../../core/answers/handler.ts";
import { sourcesFor } from "../../core/answers/policy.ts";
import type { DefinedTool } from "../../core/definition/definition.ts";
import type { SyncState } from "../../core/sync/syncState.ts";
import { Command, NodeContext, Setting } from "../../manifest.ts";
import type { Connection, Upstream } from "../connections/connection.ts";
import { displayName } from "../definitions/definitionFile.ts";
import type { DefinitionFile } from "../definitions/definitionFile.ts";
import { readSetting } from "../settings.ts";
import { stateLooks } from "../sync/stateWords.ts";
import type { ViewNode } from "./node.ts";

/** A definition, with its tools under it. */
export interface DefinitionNode extends ViewNode {
  readonly kind: "definition";
  readonly file: DefinitionFile;
}

/**
 * @param connection says what a definition without a model runs on, and where programs run
 * @param state how it stands beside its assistant; null while that is not known
 */
export function definitionNode(file: DefinitionFile, connection: Connection, state: SyncState | null): DefinitionNode {
  const { parsed } = file;
  const tools = parsed.valid ? parsed.definition.tools : [];
  const folding = tools.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
  const item = new vscode.TreeItem(displayName(file), folding);
  item.id = file.uri.toString();
  item.resourceUri = file.uri;
  item.command = { title: "Open definition", command: Command.openDefinition, arguments: [file.uri] };
  const problem = parsed.problems.find((candidate) => candidate.severity === "error");
  if (parsed.valid) {
    const runsOn = parsed.definition.model ?? connection.model;
    const look = state === null ? null : stateLooks[state];
    // The state first: a narrow view cuts the end off.
    item.description = [state ?? "", runsOn].filter((words) => words !== "").join(" · ");
    item.iconPath = new vscode.ThemeIcon(
      look?.icon ?? "hubot",
      look?.color == null ? undefined : new vscode.ThemeColor(look.color),
    );
    item.contextValue = NodeContext.definition;
    item.tooltip = facts([
      parsed.definition.name,
      parsed.definition.description,
      file.path,
      `Model: ${runsOn === "" ? "none chosen" : runsOn}`,
      look?.tooltip ?? null,
    ]);
  } else {
    item.description = problem?.message ?? "not valid";
    item.iconPath = new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground"));
    item.contextValue = NodeContext.brokenDefinition;
    item.tooltip = facts([file.path, problem?.message ?? null]);
  }
  return {
    kind: "definition",
    file,
    item,
    object: parsed.valid ? parsed.definition : parsed.problems,
    children: () => Promise.resolve(tools.map((tool) => toolNode(file, tool, connection.upstream))),
  };
}

function toolNode({ uri, parsed }: DefinitionFile, tool: DefinedTool, upstream: Upstream): ViewNode {
  const isFunction = tool.type === "function";
  const item = new vscode.TreeItem(isFunction ? tool.function.name : tool.type.replace("_", " "));
  item.iconPath = new vscode.ThemeIcon(
    toolIcons[tool.type],
    isFunction ? new vscode.ThemeColor("symbolIcon.functionForeground") : undefined,
  );
  const sources = isFunction && parsed.valid ? sourcesFor(parsed.definition, tool.function.name, "definition") : [];
  const hosted = upstream.kind !== "offline" && upstream.hostedPython;
  const off = tool.type === "code_interpreter" && !hosted && !readSetting(Setting.python);
  item.description = isFunction ? sources.join(", ") || "asks you" : off ? "turned off" : "runs by itself";
  item.contextValue = NodeContext.tool;
  item.tooltip = isFunction
    ? facts([
        tool.function.name,
        tool.function.description ?? null,
        sources.length === 0
          ? "Its calls wait for you, unless a chat says otherwise."
          : `Its calls are answered by: ${sources.join(", then ")}; what that leaves open waits for you.`,
        handlerLine(tool),
      ])
    : facts([
        item.label as string,
        tool.type === "file_search"
          ? "The runtime searches the vector stores of the assistant and of the thread; answers cite what was found."
          : off
            ? `Python is turned off by the setting ${Setting.python}: the model is told so, and no program runs.`
            : hosted
              ? "Programs that the model writes run in a container of the provider, one for each thread; files are at /mnt/data."
              : "The runtime runs the programs that the model writes, in a Python sandbox; files are at /mnt/data.",
      ]);
  item.command = { title: "Open definition", command: Command.openDefinition, arguments: [uri, tool.line] };
  return { item, object: tool };
}

/** A handler that cannot be run says why. */
function handlerLine(tool: DefinedTool): string | null {
  if (tool.handler === undefined) return null;
  const read = readHandler(tool.handler);
  return `Handler: ${read.valid ? handlerWords(read.handler) : read.reason}`;
}

const toolIcons: Readonly<Record<DefinedTool["type"], string>> = {
  function: "symbol-function",
  file_search: "search",
  code_interpreter: "terminal",
};

function facts(lines: readonly (string | null)[]): string {
  return lines.filter((line) => line !== null && line !== "").join("\n");
}

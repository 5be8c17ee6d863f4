import * as vscode from "vscode";

import type { DefinedTool } from "../../core/definition/definition.ts";
import { Command, NodeContext } from "../../manifest.ts";
import { displayName } from "../definitions/definitionFile.ts";
import type { DefinitionFile } from "../definitions/definitionFile.ts";
import type { ViewNode } from "./node.ts";

/** A definition, with its tools under it. */
export interface DefinitionNode extends ViewNode {
  readonly kind: "definition";
  readonly file: DefinitionFile;
}

/** @param model what a definition without a model runs on */
export function definitionNode(file: DefinitionFile, model: string): DefinitionNode {
  const { parsed } = file;
  const tools = parsed.valid ? parsed.definition.tools : [];
  const state = tools.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
  const item = new vscode.TreeItem(displayName(file), state);
  item.id = file.uri.toString();
  item.resourceUri = file.uri;
  item.command = { title: "Open definition", command: Command.openDefinition, arguments: [file.uri] };
  const problem = parsed.problems.find((candidate) => candidate.severity === "error");
  if (parsed.valid) {
    const runsOn = parsed.definition.model ?? model;
    item.description = runsOn;
    item.iconPath = new vscode.ThemeIcon("hubot");
    item.contextValue = NodeContext.definition;
    item.tooltip = facts([
      parsed.definition.name,
      parsed.definition.description,
      file.path,
      `Model: ${runsOn === "" ? "none chosen" : runsOn}`,
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
    children: () => Promise.resolve(tools.map((tool) => toolNode(file.uri, tool))),
  };
}

function toolNode(uri: vscode.Uri, tool: DefinedTool): ViewNode {
  const isFunction = tool.type === "function";
  const item = new vscode.TreeItem(isFunction ? tool.function.name : tool.type.replace("_", " "));
  item.iconPath = new vscode.ThemeIcon(
    toolIcons[tool.type],
    isFunction ? new vscode.ThemeColor("symbolIcon.functionForeground") : undefined,
  );
  item.description = isFunction ? "asks you" : "not executed yet";
  item.contextValue = NodeContext.tool;
  item.tooltip = isFunction
    ? facts([tool.function.name, tool.function.description ?? null, "Its calls wait for an output that you type."])
    : facts([item.label as string, "The local runtime does not execute this tool yet: runs go on without it."]);
  item.command = { title: "Open definition", command: Command.openDefinition, arguments: [uri, tool.line] };
  return { item, object: tool };
}

const toolIcons: Readonly<Record<DefinedTool["type"], string>> = {
  function: "symbol-function",
  file_search: "search",
  code_interpreter: "terminal",
};

function facts(lines: readonly (string | null)[]): string {
  return lines.filter((line) => line !== null && line !== "").join("\n");
}

import { isMap, isNode, isScalar, isSeq } from "yaml";
import type { Node } from "yaml";

import { readSource } from "../definition/source.ts";
import type { Source } from "../definition/source.ts";

/** A tool as it stands in a definition's text. Lines count from 1. */
export interface ToolPlace {
  readonly type: string;
  /** The function's name; null for the provider's own tools, and where it is missing. */
  readonly name: string | null;
  /** The line where the tool begins, and a breakpoint on it stands. */
  readonly line: number;
  readonly lastLine: number;
}

/** The tools of a definition and where they stand; also of a text with problems, as far as it can be read. */
export interface DefinitionPlaces {
  readonly tools: readonly ToolPlace[];
  /** The line of the key `tools`; null where there is none. */
  readonly toolsLine: number | null;
  readonly lineCount: number;
}

/** Where a breakpoint stands, or why it cannot. */
export type BreakpointPlace =
  | { readonly verified: true; readonly line: number; readonly tool: string }
  | { readonly verified: false; readonly reason: string };

export function readPlaces(text: string): DefinitionPlaces {
  const source = readSource(text);
  const lineCount = text.split("\n").length;
  const { contents } = source.document;
  const pair = isMap(contents)
    ? contents.items.find((item) => isScalar(item.key) && item.key.value === "tools")
    : undefined;
  if (pair === undefined) return { tools: [], toolsLine: null, lineCount };
  const toolsLine = isNode(pair.key) ? firstLine(source, pair.key) : null;
  const items = isSeq(pair.value) ? pair.value.items : [];
  return { tools: items.flatMap((item) => (isNode(item) ? [placeOf(source, item)] : [])), toolsLine, lineCount };
}

function placeOf(source: Source, item: Node): ToolPlace {
  const field = (...path: readonly string[]): string | null => {
    const value: unknown = isMap(item) ? item.getIn(path) : null;
    return typeof value === "string" ? value : null;
  };
  return {
    type: field("type") ?? "tool",
    name: field("function", "name"),
    line: firstLine(source, item),
    lastLine: lastLine(source, item),
  };
}

function firstLine(source: Source, node: Node): number {
  return source.lines.linePos(node.range?.[0] ?? 0).line;
}

/** The line of a node's last letter: its range goes on over the blank lines and comments after it. */
function lastLine(source: Source, node: Node): number {
  const [start, end] = node.range ?? [0, 0];
  const said = source.text.slice(start, end).trimEnd();
  return source.lines.linePos(start + Math.max(0, said.length - 1)).line;
}

/**
 * Finds the tool that a line belongs to. A line between `tools:` and a tool, or in the gap before one, belongs to the tool
 * that follows.
 */
export function placeBreakpoint(places: DefinitionPlaces, line: number): BreakpointPlace {
  const { tools, toolsLine } = places;
  const functions = tools.filter((tool) => tool.type === "function");
  if (functions.length === 0)
    return { verified: false, reason: "This definition has no function tool: there is no call to stop at." };
  const own = tools.find((tool) => tool.line <= line && line <= tool.lastLine);
  if (own !== undefined) return placeOn(own);
  const next = tools.find((tool) => tool.line > line);
  if (toolsLine !== null && line >= toolsLine && next !== undefined) return placeOn(next);
  return {
    verified: false,
    reason: "There is no tool on this line. A breakpoint belongs on the lines of a function tool.",
  };
}

function placeOn(tool: ToolPlace): BreakpointPlace {
  if (tool.type !== "function")
    return {
      verified: false,
      reason: `${tool.type} is run by the provider: no call of it waits for an answer, so there is nothing to stop at.`,
    };
  if (tool.name === null)
    return { verified: false, reason: "This function has no name yet, so no call can be told to be its." };
  return { verified: true, line: tool.line, tool: tool.name };
}

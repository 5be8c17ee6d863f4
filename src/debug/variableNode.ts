import { writeJson, parseJson } from "../core/exactJson.ts";
import type { DebugProtocol } from "@vscode/debugprotocol";

import { isJsonMap } from "../core/definition/json.ts";

/** Longer texts are cut where they are shown; copying gives all of it. */
const longestShown = 4000;
/** Members of a map beyond this are not listed one by one. */
const mostMembers = 1000;

/** Sets a variable from what a person typed. @throws DapProblem where it cannot be. */
export type SetValue = (text: string) => VariableNode;

/** A part of the children of a variable. */
export interface ChildrenWindow {
  readonly filter?: "indexed" | "named";
  readonly start?: number;
  readonly count?: number;
}

export interface VariableChildren {
  readonly indexed?: number;
  list(window: ChildrenWindow): readonly VariableNode[] | Promise<readonly VariableNode[]>;
}

/** A variable as a debugger shows it. */
export interface VariableNode {
  readonly name: string;
  readonly value: string;
  /** What `value` shows, perhaps cut. */
  readonly raw: unknown;
  readonly type: string;
  /** An expression that says the same; null where there is none. */
  readonly evaluateName: string | null;
  readonly children: VariableChildren | null;
  /** Null: read-only. */
  readonly set: SetValue | null;
}

/** What is set of a JSON value: keys from the outside in. */
export type SetPart = (keys: readonly (string | number)[], value: unknown) => void;

/** A line that is not a value: a remark, or a fact in words. */
export function factNode(name: string, value: string, type = "text"): VariableNode {
  return { name, value: cut(value), raw: value, type, evaluateName: null, children: null, set: null };
}

/**
 * A JSON value with its parts.
 * @param evaluateName the expression for it; null where there is none
 * @param setPart sets a part of the whole, at these keys; null: read-only
 */
export function jsonNode(
  name: string,
  value: unknown,
  evaluateName: string | null,
  setPart: SetPart | null = null,
  keys: readonly (string | number)[] = [],
): VariableNode {
  const set: SetValue | null =
    setPart === null
      ? null
      : (text) => {
          const next = typedValue(text);
          setPart(keys, next);
          return jsonNode(name, next, evaluateName, setPart, keys);
        };
  return {
    name,
    value: cut(summaryOf(value)),
    raw: value,
    type: typeOf(value),
    evaluateName,
    children: childrenOf(value, evaluateName, setPart, keys),
    set,
  };
}

/** Several nodes as the children of one. */
export function nodeList(nodes: readonly VariableNode[]): VariableChildren {
  return { list: ({ start = 0, count = 0 }) => nodes.slice(start, count === 0 ? undefined : start + count) };
}

/** What a person means by a text that replaces a JSON value: JSON, or else the text itself. */
export function typedValue(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // `shipped` without quotes is what people type.
    return text;
  }
}

export function dapVariable(node: VariableNode, reference: number): DebugProtocol.Variable {
  return {
    name: node.name,
    value: node.value,
    type: node.type,
    variablesReference: reference,
    ...(node.evaluateName === null ? {} : { evaluateName: node.evaluateName }),
    ...(node.children?.indexed === undefined ? {} : { indexedVariables: node.children.indexed }),
    ...(node.set === null ? { presentationHint: { attributes: ["readOnly"] } } : {}),
  };
}

export function cut(text: string): string {
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}… (${text.length} characters)`;
}

function childrenOf(
  value: unknown,
  evaluateName: string | null,
  setPart: SetPart | null,
  keys: readonly (string | number)[],
): VariableChildren | null {
  const part = (key: string | number, item: unknown): VariableNode =>
    jsonNode(String(key), item, evaluateName === null ? null : partName(evaluateName, key), setPart, [...keys, key]);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.length === 0) return null;
    return {
      indexed: items.length,
      list: ({ filter, start = 0, count = 0 }) =>
        filter === "named"
          ? []
          : items.slice(start, count === 0 ? undefined : start + count).map((item, index) => part(start + index, item)),
    };
  }
  if (!isJsonMap(value) || Object.keys(value).length === 0) return null;
  return {
    list: ({ filter }) => {
      if (filter === "indexed") return [];
      const entries = Object.entries(value);
      const shown = entries.slice(0, mostMembers).map(([key, item]) => part(key, item));
      const left = entries.length - shown.length;
      return left === 0 ? shown : [...shown, factNode("…", `${left} more`)];
    },
  };
}

function partName(name: string, key: string | number): string {
  if (typeof key === "number") return `${name}[${key}]`;
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `${name}.${key}` : `${name}[${JSON.stringify(key)}]`;
}

function summaryOf(value: unknown): string {
  if (value === undefined) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[${value.length}] ${preview(value)}`;
  return isJsonMap(value) ? preview(value) : (writeJson(value) ?? "null");
}

/** The beginning of a value as JSON, without writing all of a large one. */
function preview(value: unknown, room = 120): string {
  let text = "";
  const write = (part: unknown, depth: number): void => {
    if (text.length > room) return;
    if (Array.isArray(part) || isJsonMap(part)) {
      const list = Array.isArray(part);
      if (depth > 3) text += list ? "[…]" : "{…}";
      else {
        text += list ? "[" : "{";
        let first = true;
        for (const [key, item] of Object.entries(part)) {
          if (text.length > room) break;
          text += `${first ? "" : ", "}${list ? "" : `${JSON.stringify(key)}: `}`;
          first = false;
          write(item, depth + 1);
        }
        text += list ? "]" : "}";
      }
    } else text += typeof part === "string" ? JSON.stringify(part.slice(0, room)) : (writeJson(part) ?? "null");
  };
  write(value, 0);
  return text.length <= room ? text : `${text.slice(0, room)}…`;
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "bigint") return "number";
  return isJsonMap(value) ? "object" : typeof value;
}

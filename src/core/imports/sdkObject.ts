import { isJsonMap } from "../definition/json.ts";
import type { JsonMap } from "../definition/json.ts";
import { oneLine } from "../oneLine.ts";
import { ImportProblem } from "./imported.ts";
import type { Imported } from "./imported.ts";
import { LiteralReader } from "./literal.ts";
import { LiteralProblem } from "./literalProblem.ts";
import { wireFields } from "./wireFields.ts";

/** The call that makes an assistant, in the SDKs of both languages and in Foundry's; and the object as the SDK prints it. */
const calls =
  /\b(?:assistants|agents)\s*\.\s*(?:create|update)\s*\(|\b(?:create|update)_?[aA]gent\s*\(|\b(?:Assistant|Agent|dict)\s*\(/g;

/** An object with one of these is an assistant; one with a name alone may be anything. */
const telling = ["model", "instructions", "tools"];

/** More objects than a person pastes; a long text without an assistant is not searched for ever. */
const mostObjects = 200;

interface Found {
  readonly value: JsonMap;
  readonly notes: readonly string[];
}

/**
 * The assistant in a text of a program: the call that makes it, or its object as Python, JavaScript or JSON write it, or as the
 * SDK prints it. Nothing is evaluated; what only running the program would tell is left out and named.
 * @throws ImportProblem
 */
export function importSdkObject(text: string): Imported {
  try {
    const found = inCall(text) ?? alone(text) ?? inBraces(text);
    if (found === null)
      throw new ImportProblem(
        "There is no assistant in it. An object with a model, instructions or tools is looked for, or a call such as client.beta.assistants.create(…).",
      );
    const left = [...found.notes];
    return { from: "an SDK object", fields: wireFields(found.value, text, left), left };
  } catch (error) {
    if (error instanceof LiteralProblem) throw new ImportProblem(error.message, { cause: error });
    throw error;
  }
}

function inCall(text: string): Found | null {
  let first: Found | null = null;
  const others: string[] = [];
  let tried = 0;
  for (const { index, 0: call } of text.matchAll(calls)) {
    const begin = index + call.length;
    if (first === null) first = calledAt(text, begin);
    else if (/create/i.test(call) && (tried += 1) <= mostObjects) {
      const other = ifRead(() => calledAt(text, begin));
      if (other !== null && tells(other.value)) others.push(otherWords(other.value));
    }
  }
  return first === null ? null : { value: first.value, notes: [...first.notes, ...others] };
}

/** The assistant that a call makes whose arguments begin at an offset. */
function calledAt(text: string, offset: number): Found | null {
  const reader = new LiteralReader(text, offset);
  const { positional, named } = reader.arguments(")");
  const value = Object.keys(named).length > 0 ? named : positional.findLast((one) => isJsonMap(one));
  return isJsonMap(value) && (tells(value) || Object.hasOwn(value, "name")) ? { value, notes: reader.notes } : null;
}

function otherWords({ name }: JsonMap): string {
  const which = typeof name === "string" ? `: ${JSON.stringify(oneLine(name))}` : "";
  return `another assistant in the same text${which}. Select its call alone to make a definition of it`;
}

/** The text is nothing else: an object; or what stands in one, or in a call, without its brackets. */
function alone(text: string): Found | null {
  const begins = text.trimStart();
  if (begins.startsWith("{")) {
    const reader = new LiteralReader(text);
    const value = reader.operand();
    return isJsonMap(value) && (tells(value) || Object.hasOwn(value, "name")) ? { value, notes: reader.notes } : null;
  }
  if (/^\w+\s*=(?!=)/.test(begins)) {
    const reader = new LiteralReader(text);
    const value = ifRead(() => reader.arguments("").named);
    return isJsonMap(value) && tells(value) ? { value, notes: reader.notes } : null;
  }
  if (!/^["']?\w+["']?\s*:/.test(begins)) return null;
  const reader = new LiteralReader(`{${text}}`);
  const value = ifRead(() => reader.operand());
  return isJsonMap(value) && tells(value) ? { value, notes: reader.notes } : null;
}

/** The first object with an assistant's fields, wherever it stands. */
function inBraces(text: string): Found | null {
  let tried = 0;
  for (const { index } of text.matchAll(/\{/g)) {
    tried += 1;
    if (tried > mostObjects) return null;
    const reader = new LiteralReader(text, index);
    const value = ifRead(() => reader.operand());
    if (isJsonMap(value) && tells(value)) return { value, notes: reader.notes };
  }
  return null;
}

function tells(value: JsonMap): boolean {
  return telling.some((key) => Object.hasOwn(value, key));
}

/** Null where this is no literal at all: it was only tried. */
function ifRead<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof LiteralProblem) return null;
    throw error;
  }
}

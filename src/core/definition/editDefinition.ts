import { isAlias, parseDocument, visit } from "yaml";
import type { Document } from "yaml";

import { EditedText } from "./edit/editedText.ts";
import type { TextEdit } from "./edit/editedText.ts";
import { changedValue, equalValues } from "./edit/fieldChange.ts";
import type { FieldChange, FieldPath } from "./edit/fieldChange.ts";
import { nodeEdit } from "./edit/nodeEdit.ts";
import { keepIntegers } from "./exactYaml.ts";
import { flowText } from "./edit/valueText.ts";
import type { Dialect } from "./edit/valueText.ts";

/** The text cannot take the change without losing something: it must be made by hand. */
export class EditRefused extends Error {
  override readonly name = "EditRefused";
}

/**
 * The edits that make changes of fields in a definition's text (YAML or JSON), touching only the bytes they must: comments,
 * order, quoting, line endings and all that is not changed stay. Offsets are those of `text`; the edits do not overlap.
 *
 * Every step is parsed again and compared with what was meant. Where the smallest edit would mean something else, a plainer
 * one is taken: the value on one line as JSON writes it; aliases written out; the top-level field written anew.
 * @throws EditRefused when the text is not valid to begin with, or no way leads to what was meant
 */
export function editDefinition(text: string, changes: readonly FieldChange[]): readonly TextEdit[] {
  const edited = new EditedText(text);
  const valid = read(text);
  if (valid === null) throw new EditRefused("The file is not valid, so nothing can be written into it.");
  let current: Read = valid;
  const natural: Dialect = { json: isJson(text), eol: /\r\n/.test(text) ? "\r\n" : "\n", plainest: false };
  for (const change of changes) {
    const wanted = changedValue(current.value, change);
    if (equalValues(wanted, current.value)) continue;
    const done: Read | null =
      attempt(edited, current, change, wanted, natural) ??
      attempt(edited, current, change, wanted, { ...natural, plainest: true }) ??
      withoutAliases(edited, current, change, wanted, natural) ??
      rewritten(edited, current, change, wanted, { ...natural, plainest: true });
    if (done === null)
      throw new EditRefused(`\`${change.path.join(".")}\` cannot be changed in this text by itself; edit it by hand.`);
    current = done;
  }
  return edited.edits();
}

interface Read {
  readonly document: Document;
  readonly value: unknown;
}

function read(text: string): Read | null {
  const document = parseDocument(text, { keepSourceTokens: true, merge: true, logLevel: "error" });
  if (document.errors.length > 0) return null;
  keepIntegers(document, text);
  try {
    return { document, value: document.toJS({ maxAliasCount: 1000 }) ?? {} };
  } catch {
    // Unresolved and recursive aliases, alias bombs: no valid text.
    return null;
  }
}

/** Makes the change if the result reads as wanted; leaves everything as it was otherwise. */
function attempt(edited: EditedText, from: Read, change: FieldChange, wanted: unknown, dialect: Dialect): Read | null {
  const edit = nodeEdit(edited.text, from.document, change, dialect);
  if (edit === null) return null;
  const text = edited.text.slice(0, edit.start) + edit.text + edited.text.slice(edit.end);
  const result = read(text);
  if (result === null || !equalValues(result.value, wanted)) return null;
  edited.apply([edit]);
  return result;
}

/** Writes out what aliases stand for, then makes the change: the anchor's other users keep what they had. */
function withoutAliases(
  edited: EditedText,
  from: Read,
  change: FieldChange,
  wanted: unknown,
  natural: Dialect,
): Read | null {
  const plainest = { ...natural, plainest: true };
  const expansions: TextEdit[] = [];
  visit(from.document, {
    Alias(_key, alias) {
      const target = isAlias(alias) ? alias.resolve(from.document) : undefined;
      if (target !== undefined && alias.range)
        expansions.push({
          start: alias.range[0],
          end: alias.range[1],
          text: flowText(target.toJS(from.document, { maxAliasCount: 1000 }), plainest),
        });
    },
  });
  if (expansions.length === 0) return null;
  const probe = new EditedText(edited.text);
  probe.apply(expansions);
  const expanded = read(probe.text);
  if (expanded === null || !equalValues(expanded.value, from.value)) return null;
  const done = attempt(probe, expanded, change, wanted, natural) ?? attempt(probe, expanded, change, wanted, plainest);
  if (done === null) return null;
  edited.apply(probe.edits());
  return done;
}

/** The same change as one of a field around it, the nearest that can be written anew: what it holds loses its own form. */
function rewritten(
  edited: EditedText,
  from: Read,
  change: FieldChange,
  wanted: unknown,
  dialect: Dialect,
): Read | null {
  for (let length = change.path.length - 1; length > 0; length -= 1) {
    const path = change.path.slice(0, length);
    const done = attempt(edited, from, { kind: "set", path, value: valueAt(wanted, path) }, wanted, dialect);
    if (done !== null) return done;
  }
  return null;
}

function valueAt(value: unknown, path: FieldPath): unknown {
  let at = value;
  for (const key of path)
    at = typeof at === "object" && at !== null ? (at as Record<string | number, unknown>)[key] : undefined;
  return at;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ""));
    return true;
  } catch {
    return false;
  }
}

import { applyEdits } from "../definition/edit/editedText.ts";
import { equalFields } from "./fields.ts";
import type { Fields } from "./fields.ts";
import type { LocalDefinition } from "./localDefinition.ts";
import type { ConnectionLock } from "./lock.ts";
import { pullEdits } from "./pullEdits.ts";

/** A definition's text, and that of its instructions file. */
export interface DefinitionTexts {
  readonly definition: string;
  /** Null where the instructions are inline, or there are none. */
  readonly instructions: string | null;
}

/**
 * The texts as they would be with other fields: what a diff with the remote shows, and what a merge editor takes for base and
 * theirs. Comments and layout are the local file's, so that only fields differ.
 * @param here the definition's own fields (`Match.here`)
 * @throws EditRefused when the text cannot take a change
 */
export function textWith(local: LocalDefinition, here: Fields, wanted: Fields, lock: ConnectionLock): DefinitionTexts {
  const keys = [...new Set([...Object.keys(here), ...Object.keys(wanted)])];
  const differing = keys.filter((key) => !equalFields(here[key], wanted[key]));
  const { edits, instructions } = pullEdits(local, differing, wanted, lock);
  return {
    definition: applyEdits(local.text, edits),
    instructions: instructions?.text ?? local.instructions?.text ?? null,
  };
}

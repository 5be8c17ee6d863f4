import type { Fields } from "./fields.ts";
import type { Pending } from "./pending.ts";
import type { Proposal } from "./proposals.ts";

/** One field of a change: what it is now on the side that is written to, and what it will be. Absent is undefined. */
export interface FieldDiff {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** A field that both sides changed. `base` is undefined where it was absent, or nothing was ever synced. */
export interface FieldConflict {
  readonly field: string;
  readonly base: unknown;
  readonly here: unknown;
  readonly there: unknown;
}

/** One step of a plan. `seen` is the fingerprint of the assistant that the step was planned for. */
export type Action =
  | {
      readonly kind: "create";
      readonly path: string;
      readonly name: string;
      readonly fields: Fields;
      readonly needs: readonly Pending[];
    }
  | {
      readonly kind: "update";
      readonly path: string;
      readonly remoteId: string;
      readonly changes: readonly FieldDiff[];
      readonly fields: Fields;
      /** Keys of which the base is brought up to date, because both sides have them alike. */
      readonly same: readonly string[];
      readonly seen: string;
      readonly needs: readonly Pending[];
    }
  | {
      readonly kind: "delete";
      readonly path: string;
      readonly remoteId: string;
      readonly name: string | null;
      readonly seen: string;
    }
  /** Writes fields of the assistant into its definition. */
  | {
      readonly kind: "pull";
      readonly path: string;
      readonly remoteId: string;
      readonly changes: readonly FieldDiff[];
      readonly there: Fields;
      readonly same: readonly string[];
    }
  /** Writes a new definition for an assistant. */
  | {
      readonly kind: "pull-new";
      readonly path: string;
      readonly remoteId: string;
      readonly name: string | null;
      readonly there: Fields;
    }
  | { readonly kind: "delete-file"; readonly path: string }
  /** Only the lock changes: both sides agree already, or a conflict was settled. */
  | { readonly kind: "record"; readonly path: string; readonly remoteId: string; readonly base: Fields }
  /** An entry of the lock whose file and assistant are both gone. */
  | { readonly kind: "forget"; readonly path: string }
  | {
      readonly kind: "conflict";
      readonly path: string;
      readonly remoteId: string | null;
      readonly reason: string;
      readonly fields: readonly FieldConflict[];
    }
  /** An assistant that may be this definition's: nothing happens before a person has said which. */
  | { readonly kind: "choose"; readonly path: string; readonly proposals: readonly Proposal[] }
  | { readonly kind: "invalid"; readonly path: string; readonly message: string };

export interface Plan {
  readonly direction: "push" | "pull";
  readonly connection: string;
  /** Sorted by path. What is in sync, or would be carried by the other direction, has none. */
  readonly actions: readonly Action[];
}

/** What a person decided beforehand. */
export interface PlanChoices {
  /** Paths of definitions to keep to; absent: all. */
  readonly only?: ReadonlySet<string>;
  /** Delete on the other side what was deleted on this one. */
  readonly deletes?: boolean;
  /** Which side a field is taken from that both changed. */
  readonly prefer?: "here" | "there";
  /** For definitions with proposals: the id of the assistant that it is, or null to make a new one. */
  readonly links?: ReadonlyMap<string, string | null>;
  /** Assistants without a definition that a pull writes new files for. */
  readonly newFiles?: "all" | ReadonlySet<string>;
}

/** Whether a plan waits for a decision. */
export function isBlocked(action: Action): boolean {
  return action.kind === "conflict" || action.kind === "choose" || action.kind === "invalid";
}

/** Whether an action would change something that a person sees: an assistant or a file. */
export function isChange(action: Action): boolean {
  return !isBlocked(action) && action.kind !== "record" && action.kind !== "forget";
}

import type { Attributes, ChunkingStrategy, StoreDefinition } from "../vectorStoreDefinition/storeDefinition.ts";
import type { LocalDocument, SkippedFile } from "./scan.ts";

/** A file with what it is to have in the store. */
export interface WantedDocument extends LocalDocument {
  readonly attributes: Attributes;
}

/** What happens to one file. */
export type DocumentItem =
  /** `reuse`: the same content under the same name was uploaded before, for another store perhaps. */
  | { readonly kind: "new"; readonly file: WantedDocument; readonly reuse: string | null }
  /** The old version leaves the store when the new one can be searched. */
  | {
      readonly kind: "changed";
      readonly file: WantedDocument;
      readonly reuse: string | null;
      readonly replaces: readonly string[];
    }
  | { readonly kind: "renamed"; readonly file: WantedDocument; readonly fileId: string; readonly from: string }
  | { readonly kind: "attributes"; readonly file: WantedDocument; readonly fileId: string }
  /** Taken out and put in again: files are cut when they are put in. */
  | {
      readonly kind: "reattach";
      readonly file: WantedDocument;
      readonly fileId: string;
      readonly why: "chunking" | "retry";
    }
  /** It is there, and the server has not read it yet: a sync waits for that, and takes out the old versions then. */
  | {
      readonly kind: "reading";
      readonly file: WantedDocument;
      readonly fileId: string;
      readonly replaces: readonly string[];
    }
  | { readonly kind: "unchanged"; readonly file: WantedDocument; readonly fileId: string }
  /** It is there, and the server could not read it: trying again is for a person to say. */
  | { readonly kind: "failed"; readonly file: WantedDocument; readonly fileId: string; readonly message: string }
  | {
      readonly kind: "removed";
      readonly path: string;
      readonly fileId: string;
      readonly why: "gone" | "twice" | "replaced";
    }
  | ({ readonly kind: "skipped" } & SkippedFile);

export type ItemKind = DocumentItem["kind"];

export interface DocumentTotals {
  readonly counts: Readonly<Record<ItemKind, number>>;
  /** To be sent. */
  readonly uploadBytes: number;
  /** Of all files that the store will have from the workspace. */
  readonly bytes: number;
  /** Estimated. */
  readonly tokens: number;
  /** Dollars on OpenAI, if this were all that the account keeps. Estimated. */
  readonly costPerDay: number;
}

/** What a sync of one store would do. */
export interface DocumentPlan {
  readonly store: string;
  /** Null: it is made. */
  readonly storeId: string | null;
  /** Why a store is made although the lock knows one. */
  readonly remade: "gone" | "expired" | null;
  readonly chunking: ChunkingStrategy | null;
  /** What the store is to expire after; undefined when that is as it is already. */
  readonly expiresAfter: StoreDefinition["expiresAfter"] | undefined;
  readonly items: readonly DocumentItem[];
  /** Only added to: what is not in the plan stays. */
  readonly keepRemoved: boolean;
  /** Files in the store that something else has put there: they are left alone. */
  readonly foreign: number;
  readonly totals: DocumentTotals;
}

/** Whether an item changes anything on the provider, or is waited for. */
export function changesStore({ kind }: DocumentItem): boolean {
  return kind !== "unchanged" && kind !== "skipped" && kind !== "failed";
}

/** Whether applying the plan would change anything, or wait for anything. */
export function planChanges(plan: DocumentPlan): boolean {
  return plan.storeId === null || plan.expiresAfter !== undefined || plan.items.some(changesStore);
}

/** An item's path. */
export function pathOf(item: DocumentItem): string {
  return "file" in item ? item.file.path : item.path;
}

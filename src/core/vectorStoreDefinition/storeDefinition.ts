import type { Problem } from "../definition/definition.ts";

export type ChunkingStrategy =
  | { readonly type: "auto" }
  | {
      readonly type: "static";
      readonly static: { readonly max_chunk_size_tokens: number; readonly chunk_overlap_tokens: number };
    };

/** Pairs that a file has in a vector store. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A `*.vectorstore.yaml`: a vector store as globs over the workspace. Globs are relative to the file's folder. */
export interface StoreDefinition {
  readonly name: string;
  readonly include: readonly string[];
  /** Attributes of globs in `include`, in their order: of several that a file matches, the last one wins. */
  readonly globAttributes: readonly { readonly glob: string; readonly attributes: Attributes }[];
  readonly exclude: readonly string[];
  /** Whether files that git ignores are left out. */
  readonly gitignore: boolean;
  /** Globs of files that may look as if they held a secret. */
  readonly allowSecrets: readonly string[];
  /** Null: the server's own. */
  readonly chunkingStrategy: ChunkingStrategy | null;
  readonly expiresAfter: { readonly anchor: "last_active_at"; readonly days: number } | null;
  /** Of every file: at most 13 pairs, because a file has 16 and the sync takes three. */
  readonly attributes: Attributes;
}

export type ParsedStore =
  | { readonly valid: true; readonly store: StoreDefinition; readonly problems: readonly Problem[] }
  | { readonly valid: false; readonly name: string | null; readonly problems: readonly Problem[] };

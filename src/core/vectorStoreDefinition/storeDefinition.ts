import type { Problem } from "../definition/definition.ts";

export type ChunkingStrategy =
  | { readonly type: "auto" }
  | {
      readonly type: "static";
      readonly static: { readonly max_chunk_size_tokens: number; readonly chunk_overlap_tokens: number };
    };

/** A `*.vectorstore.yaml`: a vector store as globs over the workspace. */
export interface StoreDefinition {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Null: the server's own. */
  readonly chunkingStrategy: ChunkingStrategy | null;
  readonly expiresAfter: { readonly anchor: "last_active_at"; readonly days: number } | null;
  /** Of every file: at most 16 pairs, values of strings, numbers or booleans. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export type ParsedStore =
  | { readonly valid: true; readonly store: StoreDefinition; readonly problems: readonly Problem[] }
  | { readonly valid: false; readonly name: string | null; readonly problems: readonly Problem[] };

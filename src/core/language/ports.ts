import type { Model } from "../wire.ts";
import type { Schema } from "./jsonSchema.ts";

/** A vector store that a definition may name. */
export interface StoreReference {
  /** A store definition's name, or a `vs_` id. */
  readonly name: string;
  /** Such as the file that defines it. */
  readonly detail: string;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly directory: boolean;
}

/** What the language features ask the world for. None of these rejects: what is not known is an empty list. */
export interface LanguagePorts {
  /** Models of the connection. */
  readonly models: () => Promise<readonly Model[]>;
  readonly stores: () => Promise<readonly StoreReference[]>;
  /** A directory relative to the file; "" is the file's own. */
  readonly listDirectory: (path: string) => Promise<readonly DirectoryEntry[]>;
}

export interface LanguageContext {
  readonly schema: Schema;
  readonly ports: LanguagePorts;
}

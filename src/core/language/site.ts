import type { Document } from "yaml";

import type { Path } from "./nodes.ts";

export type Style = "block" | "flow" | "json";

/** A place where something can be completed, and how what is inserted has to be written there. */
export interface Site {
  /** Keys of the map at `path`, or what the value at `path` can be. */
  readonly role: "keys" | "value";
  readonly path: Path;
  /** What is replaced, quotes that close it included. */
  readonly start: number;
  readonly end: number;
  /** What stands there up to the cursor. */
  readonly typed: string;
  readonly style: Style;
  /** The quote that is open at the cursor. */
  readonly quote: '"' | "'" | null;
  /** Goes before what is inserted. */
  readonly lead: string;
  /** Goes behind it. */
  readonly trail: string;
  /** Where the inserted key begins: lines below it are indented from here. */
  readonly column: number;
  /** Spaces of one level. */
  readonly step: number;
  /** Keys that the map has, without the one at the cursor. */
  readonly present: ReadonlySet<string>;
  /** The key has its colon and value already. */
  readonly keyOnly: boolean;
}

export interface Sites {
  /** Parsed with the marker in it. */
  readonly document: Document;
  readonly sites: readonly Site[];
}

import type { Problem } from "../definition/definition.ts";

/** Which calls of its function a fixture answers. */
export type FixtureMatch =
  /** The arguments are equal to these, whatever the order of keys. */
  | { readonly kind: "exact"; readonly value: unknown }
  /** The arguments contain these: keys of maps may be more, lists are equal item by item. */
  | { readonly kind: "partial"; readonly value: unknown }
  /** The arguments fit this JSON Schema (draft 2020-12). */
  | { readonly kind: "schema"; readonly schema: Readonly<Record<string, unknown>> }
  | { readonly kind: "any" };

/** A saved answer. */
export interface Fixture {
  readonly function: string;
  readonly match: FixtureMatch;
  /** A text is sent as it is, anything else as JSON; null where `error` is given. */
  readonly output: { readonly value: unknown } | null;
  /** Sent as a well-formed error. */
  readonly error: string | null;
  /** Whether `{{args.…}}` is filled in. */
  readonly template: boolean;
  /** Milliseconds before it answers. */
  readonly delayMs: number;
  /** Where it stands in its file, from 0. */
  readonly index: number;
  /** From 1. */
  readonly line: number;
}

export type ParsedFixtures =
  | { readonly valid: true; readonly fixtures: readonly Fixture[]; readonly problems: readonly Problem[] }
  | { readonly valid: false; readonly problems: readonly Problem[] };

/** The fixtures file of a definition, by its path or URI: `a/order.assistant.yaml` has `a/order.fixtures.yaml`. */
export function fixturesPath(definitionPath: string): string {
  return definitionPath.replace(/\.assistant\.(?:ya?ml|json)$/i, ".fixtures.yaml");
}

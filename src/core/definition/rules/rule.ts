import type { Fix, Problem } from "../definition.ts";
import type { FieldPath } from "../edit/fieldChange.ts";
import type { Span } from "../edit/place.ts";
import type { JsonMap } from "../json.ts";
import type { Source } from "../source.ts";
import { keyRangeAt, rangeAt } from "../source.ts";

/** What is known of the surroundings of a definition, or a store definition. Rules that need what is absent say nothing. */
export interface DefinitionFacts {
  /** Whether a file is there, by its path as the definition writes it (relative to the definition). */
  readonly fileExists?: (path: string) => boolean;
  /** Names of the store definitions in the workspace. */
  readonly storeNames?: ReadonlySet<string>;
  /** What the connection offers; an empty list says nothing. `shutdown_date` is an ISO date. */
  readonly models?: readonly { readonly id: string; readonly shutdown_date?: string | null }[];
  /** Milliseconds since 1970: what "soon" is counted from. */
  readonly now?: number;
  /** The text of the instructions file; its length counts like that of inline text. */
  readonly instructionsText?: string;
  /** For a store definition: whether a glob, as it is written there, matches a file. */
  readonly globMatches?: (glob: string) => boolean;
  /** For a store definition: the path of another one of the same name; null when there is none. */
  readonly sameStore?: string | null;
}

/** What a rule looks at. */
export interface RuleInput {
  readonly value: JsonMap;
  readonly text: string;
  readonly facts: DefinitionFacts;
}

/** Something that a rule found, at a field or at a place in the text. */
export interface Finding {
  readonly message: string;
  readonly at: FieldPath | Span;
  /** Underline the field's name and not its value. */
  readonly onKey?: true;
  readonly fixes?: readonly Fix[];
}

/** One thing that can be wrong with a definition, or a store definition. */
export interface Rule {
  /** Kebab-case; what settings turn off and docs/diagnostics.md explains. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** Where it comes from: the protocol's limits, the guide's production checklist, the workspace and connection, our care. */
  readonly source: "wire" | "checklist" | "surroundings" | "safety";
  /** It looks at `facts`: what it finds may change while the text stays the same. */
  readonly looksAround?: true;
  /** One line for docs/diagnostics.md. */
  readonly doc: string;
  /** Takes any value: shapes are the schema's concern, and a rule skips what has another one than it expects. */
  check(input: RuleInput): readonly Finding[];
}

/** A rule's findings as problems at their ranges. @param source read only when something is found */
export function findingsOf(
  rule: Rule,
  source: () => Source,
  text: string,
  value: JsonMap,
  facts: DefinitionFacts,
): readonly Problem[] {
  return rule.check({ value, text, facts }).map(({ message, at, onKey, fixes }) => ({
    severity: rule.severity,
    code: rule.code,
    message,
    ...placeOf(source(), at, onKey === true),
    ...(fixes === undefined ? {} : { fixes }),
  }));
}

function placeOf(source: Source, at: FieldPath | Span, onKey: boolean): Span {
  if ("start" in at) return { start: at.start, end: at.end };
  return onKey ? keyRangeAt(source, at) : rangeAt(source, at);
}

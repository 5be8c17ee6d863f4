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
  /** Whether a path, as the definition writes it, leads out of the folder that definitions may read: by itself, or by a link. */
  readonly leadsOut?: (path: string) => boolean;
  /** What a file to upload holds that looks like a secret, such as "an API key (sk-…)"; null where nothing does. */
  readonly secretInFile?: (path: string) => string | null;
  /** Names of the store definitions in the workspace. */
  readonly storeNames?: ReadonlySet<string>;
  /** What the connection offers; an empty list says nothing. `shutdown_date` is an ISO date. */
  readonly models?: readonly { readonly id: string; readonly shutdown_date?: string | null }[];
  /** Milliseconds since 1970: what "soon" is counted from. */
  readonly now?: number;
  /** The text of the instructions file; its length and its secrets count like those of inline text. */
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
  /** What a rule whose `check` does not look around finds in `facts` beyond that. */
  around?(input: RuleInput): readonly Finding[];
}

/**
 * A rule's findings as problems at their ranges.
 * @param source read only when something is found @param look at the text, or at what is around it
 */
export function findingsOf(
  rule: Rule,
  source: () => Source,
  text: string,
  value: JsonMap,
  facts: DefinitionFacts,
  look: "check" | "around" = "check",
): readonly Problem[] {
  const found = rule[look]?.({ value, text, facts }) ?? [];
  return found.map(({ message, at, onKey, fixes }) => ({
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

import { addUsage, noUsage, type Usage } from "../objects.ts";
import type { FunctionCall, UsageDetails } from "../upstream/port.ts";
import { noSources, type KnownSources } from "./answerMarks.ts";
import { nothingUnshown, type Unshown } from "./messageWriter.ts";

/** What an upstream must see of an earlier turn of the run, and the steps that tell the same in the protocol's words. */
export interface TurnReplay {
  readonly steps: readonly string[];
  readonly items: readonly object[];
}

/**
 * The calls of a turn in which the runtime's own tools were called, in the upstream's order: their steps have neither what the
 * model wrote nor what it was answered.
 */
export interface ToolTurn {
  readonly steps: readonly string[];
  /** The output of a call that the client answers is null: it is in its step. */
  readonly calls: readonly (FunctionCall & { readonly output: string | null })[];
}

/** What the runtime knows about a run beyond its wire form. Kept beside it, so that a waiting run survives a restart. */
export interface RunExtra {
  /** Upstream calls made so far. */
  readonly turns: number;
  /** Tokens of all turns so far. */
  readonly used: Usage;
  /** Tokens of the turn whose function calls are waiting; they become the usage of that step. */
  readonly waitingStepUsage: Usage | null;
  /**
   * Text that a model sent after a function call of the same turn. The call's step stays open, and two open steps are not
   * allowed in a stream, so it is told after the outputs are in.
   */
  readonly lateText: string;
  /** One for each turn that called functions, where the upstream wants it. Gone when the run has ended. */
  readonly replays: readonly TurnReplay[];
  /** One for each turn that called tools of the runtime. Gone when the run has ended. */
  readonly toolTurns: readonly ToolTurn[];
  /** What messages of the run may cite. Gone when the run has ended. */
  readonly sources: KnownSources;
  readonly unshown: Unshown;
  /** What the upstream called the run's messages ("commentary", "final_answer"), by message id; it wants that back. */
  readonly phases: Readonly<Record<string, string>>;
  readonly details: UsageDetails;
  /** Whether who made the run asked for the text of file search results in its events. */
  readonly includeContent: boolean;
}

export const freshExtra: RunExtra = {
  turns: 0,
  used: noUsage,
  waitingStepUsage: null,
  lateText: "",
  replays: [],
  toolTurns: [],
  sources: noSources,
  unshown: nothingUnshown,
  phases: {},
  details: { cachedTokens: 0, reasoningTokens: 0 },
  includeContent: false,
};

export function withDetails(extra: RunExtra, details: UsageDetails): RunExtra {
  const { cachedTokens, reasoningTokens } = extra.details;
  return {
    ...extra,
    details: {
      cachedTokens: cachedTokens + details.cachedTokens,
      reasoningTokens: reasoningTokens + details.reasoningTokens,
    },
  };
}

export function withPhase(extra: RunExtra, messageId: string, phase: string): RunExtra {
  return { ...extra, phases: { ...extra.phases, [messageId]: phase } };
}

export function withCitation(extra: RunExtra, place: string, fileId: string): RunExtra {
  return { ...extra, sources: { ...extra.sources, citations: { ...extra.sources.citations, [place]: fileId } } };
}

/** A file that a tool made; a newer one at the same path takes its place. */
export function withFile(extra: RunExtra, path: string, fileId: string): RunExtra {
  const { unshown } = extra;
  return { ...withPath(extra, path, fileId), unshown: { ...unshown, files: [...unshown.files, fileId] } };
}

/** The same of a file that a message has already. */
export function withPath(extra: RunExtra, path: string, fileId: string): RunExtra {
  const { sources } = extra;
  return { ...extra, sources: { ...sources, paths: { ...sources.paths, [path]: fileId } } };
}

/** An image that a tool showed; the next message has it once, however often it was shown. */
export function withImage(extra: RunExtra, fileId: string): RunExtra {
  if (extra.unshown.images.includes(fileId)) return extra;
  return { ...extra, unshown: { ...extra.unshown, images: [...extra.unshown.images, fileId] } };
}

/** After a turn that called functions or tools. */
export function withCalledTurn(extra: RunExtra, usage: Usage): RunExtra {
  return { ...extra, used: addUsage(extra.used, usage), waitingStepUsage: usage };
}

/** The late text has been told in the given steps. What the upstream sees again of that turn holds it too. */
export function withLateTextTold(extra: RunExtra, steps: readonly string[]): RunExtra {
  const last = extra.replays.at(-1);
  const replays =
    last === undefined ? [] : [...extra.replays.slice(0, -1), { ...last, steps: [...last.steps, ...steps] }];
  return { ...extra, lateText: "", replays };
}

/** After the last turn: what is kept for a next one is let go. */
export function withEnd(extra: RunExtra, usage: Usage): RunExtra {
  return {
    ...extra,
    used: addUsage(extra.used, usage),
    waitingStepUsage: null,
    replays: [],
    toolTurns: [],
    sources: noSources,
    unshown: nothingUnshown,
  };
}

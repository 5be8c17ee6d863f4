import { addUsage, noUsage, type Usage } from "../objects.ts";
import type { UsageDetails } from "../upstream/port.ts";

/** What an upstream must see of an earlier turn of the run, and the steps that tell the same in the protocol's words. */
export interface TurnReplay {
  readonly steps: readonly string[];
  readonly items: readonly object[];
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
  /** What the upstream called the run's messages ("commentary", "final_answer"), by message id; it wants that back. */
  readonly phases: Readonly<Record<string, string>>;
  readonly details: UsageDetails;
}

export const freshExtra: RunExtra = {
  turns: 0,
  used: noUsage,
  waitingStepUsage: null,
  lateText: "",
  replays: [],
  phases: {},
  details: { cachedTokens: 0, reasoningTokens: 0 },
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

/** After a turn that called functions. */
export function withWaitingTurn(extra: RunExtra, usage: Usage, replay: TurnReplay | undefined): RunExtra {
  return {
    ...extra,
    used: addUsage(extra.used, usage),
    waitingStepUsage: usage,
    replays: replay === undefined ? extra.replays : [...extra.replays, replay],
  };
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
  return { ...extra, used: addUsage(extra.used, usage), waitingStepUsage: null, replays: [] };
}

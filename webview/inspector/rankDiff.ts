import type { ResultView } from "../../src/protocol/inspectorMessages.ts";

/** Where a result stands on the other side. */
export interface OtherRank {
  /** From 1; null when the other side has not found it. */
  readonly rank: number | null;
}

export interface RankDiff {
  /** One entry for each result, in order. */
  readonly a: readonly OtherRank[];
  readonly b: readonly OtherRank[];
  readonly both: number;
  readonly onlyA: number;
  readonly onlyB: number;
  /** Whether both sides have the same results in the same order. */
  readonly same: boolean;
}

/**
 * Compares two rankings. The same passage of a file of the same name is the same result: two stores may hold the same document
 * under two ids. A passage that a side has several times is paired in order.
 */
export function diffRanks(a: readonly ResultView[], b: readonly ResultView[]): RankDiff {
  const ranks = new Map<string, number[]>();
  for (const [index, result] of b.entries()) {
    const key = passageKey(result);
    ranks.set(key, [...(ranks.get(key) ?? []), index + 1]);
  }
  const ofB: (number | null)[] = b.map(() => null);
  const ofA = a.map((result, index): OtherRank => {
    const rank = ranks.get(passageKey(result))?.shift() ?? null;
    if (rank !== null) ofB[rank - 1] = index + 1;
    return { rank };
  });
  const both = ofA.filter(({ rank }) => rank !== null).length;
  return {
    a: ofA,
    b: ofB.map((rank) => ({ rank })),
    both,
    onlyA: a.length - both,
    onlyB: b.length - both,
    same: a.length === b.length && ofA.every(({ rank }, index) => rank === index + 1),
  };
}

function passageKey({ filename, text }: ResultView): string {
  return `${filename}\n${text.replace(/\s+/g, " ").trim()}`;
}

/** How a result moved from the other side to this one, in words; `other` is "A" or "B". */
export function rankWords(rank: number, { rank: there }: OtherRank, other: string): string {
  if (there === null) return `not in ${other}`;
  if (there === rank) return `also ${rank} in ${other}`;
  return `${there} in ${other}`;
}

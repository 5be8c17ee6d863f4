import type { SyncState } from "./syncState.ts";

/** Why a run does not start before a person has decided: the assistant is not what its definition says. */
export interface RunQuestion {
  readonly state: Extract<SyncState, "changed here" | "changed there" | "changed both" | "conflict" | "gone there">;
  readonly path: string;
  /** What the connection is called. */
  readonly where: string;
}

/**
 * What a person decides: make the assistant equal to the file; run it as it was last pushed; run it as it is on the connection, and
 * leave both sides as they are; make the one that was deleted anew; look again, because they settled it elsewhere.
 */
export type RunAnswer = "push" | "as pushed" | "as there" | "anew" | "look again";

/** What can be done about it, the best first. `diff` shows, and leaves the question. */
export type RunOption = RunAnswer | "diff" | "pull and look" | "merge" | "settle";

export function optionsOf({ state }: RunQuestion): readonly RunOption[] {
  switch (state) {
    case "changed here":
      return ["push", "as pushed", "diff"];
    case "changed there":
      return ["pull and look", "as there", "diff"];
    case "changed both":
      return ["merge", "as there", "diff"];
    case "conflict":
      return ["settle", "as there", "diff"];
    case "gone there":
      return ["anew"];
  }
}

export const optionWords: Readonly<Record<RunOption, string>> = {
  push: "Push and Run",
  "as pushed": "Run as Pushed",
  "as there": "Run without Pulling",
  anew: "Make It Anew and Run",
  diff: "Diff",
  "pull and look": "Pull and Run",
  merge: "Merge and Run",
  settle: "Settle…",
  "look again": "Run",
};

/**
 * Whether an answer decides a state. The state may be another than the one that was asked about: what was agreed to is not
 * stretched to more.
 */
export function settles(answer: RunAnswer | null, state: RunQuestion["state"]): boolean {
  if (state === "gone there") return answer === "anew";
  if (answer === "as there") return true;
  return state === "changed here" && (answer === "push" || answer === "as pushed");
}

export function questionWords({ state, path, where }: RunQuestion): string {
  switch (state) {
    case "changed here":
      return `${path} was changed since its last push.`;
    case "changed there":
      return `The assistant of ${path} was changed on ${where} since the last push.`;
    case "changed both":
      return `The assistant of ${path} was changed on ${where}, and other fields of it here.`;
    case "conflict":
      return `The same fields of ${path} were changed here and on ${where}.`;
    case "gone there":
      return `The assistant of ${path} is not on ${where} any more: it was deleted, or made on another machine.`;
  }
}

/** What the options come to, for a dialog that has room for it. */
export function questionDetail({ state, where }: RunQuestion): string {
  switch (state) {
    case "changed here":
      return `A run uses what is on ${where}: push the definition first, or run what was pushed last.`;
    case "changed there":
      return `A run uses what is on ${where}: pull the change into the file first, or leave the file as it is.`;
    case "changed both":
      return `The changes do not touch: theirs are written into the file and yours are pushed. Or run what is on ${where}, and leave both as they are.`;
    case "conflict":
      return `Choose between them, or merge, before the run. Or run what is on ${where}, and leave both as they are.`;
    case "gone there":
      return `A new one is made on ${where} from the definition.`;
  }
}

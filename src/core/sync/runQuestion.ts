import type { SyncState } from "./syncState.ts";

/** Why a run does not start before a person has decided: the assistant is not what its definition says. */
export interface RunQuestion {
  readonly state: Extract<SyncState, "changed here" | "changed there" | "changed both" | "conflict" | "gone there">;
  readonly path: string;
  /** What the connection is called. */
  readonly where: string;
}

/**
 * What a person decides: make the assistant equal to the file; run it as it was last pushed; make the one that was deleted anew;
 * look again, because they settled it elsewhere.
 */
export type RunAnswer = "push" | "as pushed" | "anew" | "look again";

/** What can be done about it, the best first. `diff` shows, and leaves the question. */
export type RunOption = RunAnswer | "diff" | "pull and look" | "settle";

export function optionsOf({ state }: RunQuestion): readonly RunOption[] {
  switch (state) {
    case "changed here":
      return ["push", "as pushed", "diff"];
    case "changed there":
      return ["pull and look", "diff"];
    case "changed both":
      return ["pull and look", "settle", "diff"];
    case "conflict":
      return ["settle", "diff"];
    case "gone there":
      return ["anew"];
  }
}

export const optionWords: Readonly<Record<RunOption, string>> = {
  push: "Push and Run",
  "as pushed": "Run as Pushed",
  anew: "Make It Anew and Run",
  diff: "Diff",
  "pull and look": "Pull and Run",
  settle: "Push…",
  "look again": "Run",
};

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

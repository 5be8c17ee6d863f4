import type { CallNode, RunNode, StepNode } from "../state/runNode.ts";

/** A row of the timeline. `key` names it for selection and folding. */
export type Row =
  | { readonly kind: "run"; readonly key: string; readonly level: 1; readonly run: RunNode }
  | { readonly kind: "step"; readonly key: string; readonly level: 2; readonly run: RunNode; readonly step: StepNode }
  | {
      readonly kind: "call";
      readonly key: string;
      readonly level: 3;
      readonly run: RunNode;
      readonly step: StepNode;
      readonly call: CallNode;
    };

/** Whether a row has rows below it. */
export function hasChildren(row: Row): boolean {
  return row.kind === "run" ? row.run.steps.value.length > 0 : row.kind === "step" && row.step.calls.value.length > 0;
}

/** The rows to be seen, from top to bottom. */
export function visibleRows(runs: readonly RunNode[], isOpen: (key: string) => boolean): readonly Row[] {
  const rows: Row[] = [];
  for (const run of runs) {
    rows.push({ kind: "run", key: run.id, level: 1, run });
    if (!isOpen(run.id)) {
      continue;
    }
    for (const step of run.steps.value) {
      const key = `${run.id}/${step.id}`;
      rows.push({ kind: "step", key, level: 2, run, step });
      if (isOpen(key)) {
        for (const call of step.calls.value) {
          rows.push({ kind: "call", key: `${key}/${call.id}`, level: 3, run, step, call });
        }
      }
    }
  }
  return rows;
}

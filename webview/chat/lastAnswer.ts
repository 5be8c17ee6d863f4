import type { CallNode, RunNode } from "../state/runNode.ts";

/** The latest output that the same function gave in these runs; one for the same arguments goes first. */
export function findLastAnswer(runs: readonly RunNode[], call: CallNode): string | null {
  const { name, type } = call.view.peek();
  const given = call.arguments.text();
  let latest: string | null = null;
  for (const run of runs.toReversed()) {
    for (const step of run.steps.peek().toReversed()) {
      for (const other of step.calls.peek().toReversed()) {
        const view = other.view.peek();
        if (other === call || view.name !== name || view.type !== type || !other.hasOutput.peek()) {
          continue;
        }
        if (other.arguments.text() === given) {
          return other.output.text();
        }
        latest ??= other.output.text();
      }
    }
  }
  return latest;
}

/** One measurement, as `npm run bench` prints it. */
export interface Line {
  readonly case: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  readonly unit: string;
  /** In words; `null` where the issue states none. */
  readonly aim: string | null;
  readonly met: boolean | null;
}

export function print(line: Line, bench = "runtime"): void {
  const { ours, peer } = line;
  const rounded = { ...line, ours: round(ours), peer: round(peer), ratio: round(ours / peer) };
  const { case: name, peerName, unit, aim, met } = line;
  process.stdout.write(
    `${JSON.stringify({ bench, case: name, ours: rounded.ours, peer: rounded.peer, peerName, ratio: rounded.ratio, unit, aim, met })}\n`,
  );
}

/** The value that `share` (0 to 1) of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

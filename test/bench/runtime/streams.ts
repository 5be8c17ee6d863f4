import { readStream, timedJson, type StreamTimes } from "./streamClient.ts";
import { percentile, print } from "./report.ts";

/** Where to measure: the runtime, and the model server behind it. */
export interface Stage {
  readonly runtimeUrl: string;
  readonly key: string;
  readonly upstreamUrl: string;
}

interface Load {
  readonly streams: number;
  readonly rounds: number;
  /** Script of the model server. */
  readonly model: string;
  readonly tokens: number;
}

type Side = "ours" | "peer";
type Ask = (model: string) => Promise<StreamTimes>;
const peerName = "the same upstream called directly";

/** Runs both sides in turns, `rounds` times, and gives every stream's times, and each side's tokens per second. */
async function interleave(
  stage: Stage,
  load: Load,
  spreadMs: number,
): Promise<Record<Side, { times: StreamTimes[]; rate: number }>> {
  const asks = { ours: await askRuntime(stage, load), peer: askUpstream(stage) };
  const found = { ours: { times: [] as StreamTimes[], ms: 0 }, peer: { times: [] as StreamTimes[], ms: 0 } };
  for (let round = -1; round < load.rounds; round++) {
    for (const side of round % 2 === 0 ? (["ours", "peer"] as const) : (["peer", "ours"] as const)) {
      const started = performance.now();
      const times = await Promise.all(
        Array.from({ length: load.streams }, async (_, at) => {
          await new Promise((resolve) => setTimeout(resolve, (spreadMs * at) / load.streams));
          return asks[side][at]!(load.model);
        }),
      );
      for (const one of times) {
        if (one.tokens !== load.tokens) throw new Error(`${side}: ${one.tokens} tokens instead of ${load.tokens}`);
      }
      // The first round opens connections and warms the compilers up.
      if (round === -1) continue;
      found[side].times.push(...times);
      found[side].ms += performance.now() - started;
    }
  }
  const rate = (side: Side): number => (found[side].times.length * load.tokens * 1000) / found[side].ms;
  return {
    ours: { times: found.ours.times, rate: rate("ours") },
    peer: { times: found.peer.times, rate: rate("peer") },
  };
}

function askUpstream({ upstreamUrl }: Stage): Ask[] {
  const ask: Ask = (model) =>
    readStream(
      `${upstreamUrl}/chat/completions`,
      "none",
      { model, stream: true, messages: [{ role: "user", content: "Hello" }] },
      '"content":"',
    );
  return Array.from({ length: 200 }, () => ask);
}

/** One thread a stream, with one message; each run adds an answer to it, as conversations do. */
async function askRuntime({ runtimeUrl, key }: Stage, { streams }: Load): Promise<Ask[]> {
  const post = async (path: string, body: object): Promise<string> =>
    (JSON.parse((await timedJson(`${runtimeUrl}${path}`, key, body)).text) as { id: string }).id;
  const assistant = await post("/assistants", { model: "m", instructions: "Be brief." });
  return Promise.all(
    Array.from({ length: streams }, async (): Promise<Ask> => {
      const thread = await post("/threads", { messages: [{ role: "user", content: "Hello" }] });
      const url = `${runtimeUrl}/threads/${thread}/runs`;
      return (model) =>
        readStream(url, key, { assistant_id: assistant, model, stream: true }, "event: thread.message.delta\n");
    }),
  );
}

/** Streams at the pace of a hosted model, started one after the other over a stream's length: what the runtime adds. */
export async function measureAdded(stage: Stage, streams: number, rounds: number): Promise<void> {
  const load = { streams, rounds, model: "tokens-25-20", tokens: 25 };
  const { ours, peer } = await interleave(stage, load, streams === 1 ? 0 : 500);
  const aims: Readonly<Record<string, number>> =
    streams === 20 ? { "time to first token p50": 5, "time to first token p99": 25 } : {};
  for (const [what, field] of [
    ["time to first token", "firstToken"],
    ["time of a run", "total"],
  ] as const) {
    for (const [name, share] of [
      ["p50", 0.5],
      ["p99", 0.99],
    ] as const) {
      const values = [ours, peer].map(({ times }) => percentile(times.map((one) => one[field]), share)); // prettier-ignore
      const [mine = 0, theirs = 0] = values;
      const aim = aims[`${what} ${name}`];
      print({
        case: `${what} ${name}, ${streams} paced streams`,
        ours: mine,
        peer: theirs,
        peerName,
        unit: "ms",
        aim: aim === undefined ? null : `ours - peer < ${aim}`,
        met: aim === undefined ? null : mine - theirs < aim,
      });
    }
  }
}

/** Long answers at the pace of a hosted model: whether it arrives at that pace. */
export async function measureSustained(stage: Stage, streams: number, rounds: number): Promise<void> {
  const load = { streams, rounds, model: "tokens-200-20", tokens: 200 };
  const { ours, peer } = await interleave(stage, load, 0);
  printRate(`tokens per second, ${streams} streams of 200 tokens at 50 a second`, ours.rate, peer.rate);
}

/** Streams of an upstream that writes as fast as it can: where the processor is the limit. */
export async function measureThroughput(stage: Stage, streams: number, rounds: number, tokens: number): Promise<void> {
  const { ours, peer } = await interleave(stage, { streams, rounds, model: `tokens-${tokens}-0`, tokens }, 0);
  printRate(`tokens per second, ${streams} streams without a pace`, ours.rate, peer.rate);
}

function printRate(name: string, ours: number, peer: number): void {
  print({ case: name, ours, peer, peerName, unit: "tokens/s", aim: "ratio >= 0.8", met: ours / peer >= 0.8 });
}

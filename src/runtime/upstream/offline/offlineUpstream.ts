import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Model, Usage } from "../../objects.ts";
import { promptTokens } from "../../promptTokens.ts";
import { loadTokenizer } from "../../tokenizer.ts";
import type { TurnEvent, TurnRequest, Upstream } from "../port.ts";
import { planTurn } from "./plan.ts";

/** Without a pace, the rest of the process gets a turn after so many tokens. */
const burst = 64;

/** A program is not read word by word as it comes: nobody should wait for a thousand tokens of it at the pace of a sentence. */
const programHaste = 8;

/**
 * A model that is none: it answers by rules, says so, and takes every model id. Deterministic, at a pace in tokens per
 * second; programs come faster.
 */
export class OfflineUpstream implements Upstream {
  readonly #pace: number;

  constructor(pace: number) {
    this.#pace = pace;
  }

  async *runTurn(request: TurnRequest, signal: AbortSignal): AsyncIterable<TurnEvent> {
    const tokenizer = await loadTokenizer();
    const prompt = promptTokens(request, request.items, tokenizer);
    const limit = request.maxCompletionTokens ?? Infinity;
    const started = performance.now();
    let made = 0;
    /** Since the start, in milliseconds. */
    let due = 0;
    const usage = (): Usage => ({ prompt_tokens: prompt, completion_tokens: made, total_tokens: prompt + made });
    const wait = async (haste = 1): Promise<void> => {
      made++;
      due += this.#pace === 0 ? 0 : 1000 / this.#pace / haste;
      const rest = started + due - performance.now();
      if (rest > 0) await sleep(rest, undefined, { signal });
      else if (made % burst === 0) await nextTurn();
    };
    const cut = { kind: "turn.end", reason: "length" } as const;

    const plan = planTurn(request);
    if (plan.kind === "text") {
      for (const piece of tokenizer.pieces(plan.text)) {
        if (made >= limit) return yield { ...cut, usage: usage() };
        await wait();
        yield { kind: "text.delta", text: piece };
      }
    } else {
      for (const [slot, call] of plan.calls.entries()) {
        if (made >= limit) return yield { ...cut, usage: usage() };
        await wait();
        yield { kind: "fn.start", slot, callId: "", name: call.name };
        const haste = call.name === request.runtimeTools.code_interpreter ? programHaste : 1;
        for (const piece of tokenizer.pieces(call.arguments)) {
          if (made >= limit) return yield { ...cut, usage: usage() };
          await wait(haste);
          yield { kind: "fn.args", slot, fragment: piece };
        }
      }
    }
    yield { kind: "turn.end", reason: "stop", usage: usage() };
  }

  listModels(): Promise<Model[]> {
    return Promise.resolve([{ id: "offline", object: "model", created: 0, owned_by: "assistants-workbench" }]);
  }
}

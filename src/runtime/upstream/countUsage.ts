import type { Usage } from "../objects.ts";
import { promptTokens } from "../promptTokens.ts";
import { loadTokenizer } from "../tokenizer.ts";
import type { TurnRequest } from "./port.ts";

/** An estimate of a turn's tokens, for servers that do not count. */
export async function countUsage(request: TurnRequest, written: string): Promise<Usage> {
  const tokenizer = await loadTokenizer();
  const [prompt, completion] = [promptTokens(request, request.items, tokenizer), tokenizer.count(written)];
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

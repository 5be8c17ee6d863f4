import type { Tokenizer } from "../tokenizer.ts";
import type { ConversationItem, TurnRequest } from "../upstream/port.ts";
import { itemTokens, promptTokens } from "../promptTokens.ts";
import type { Conversation } from "./conversation.ts";

/**
 * The items of a turn that fit into `budget` tokens, dropping messages of the thread from the middle (Assistants v2:
 * truncation strategy `auto`): the first user message and the newest ones stay longest. `undefined` when even the newest
 * user message with the run's own items does not fit.
 */
export function fitConversation(
  request: Omit<TurnRequest, "items">,
  conversation: Conversation,
  budget: number | null,
  tokenizer: Tokenizer | undefined,
): ConversationItem[] | undefined {
  if (budget === null || tokenizer === undefined) return [...conversation.thread, ...conversation.run];
  const { thread, run } = conversation;
  let left = budget - promptTokens(request, run, tokenizer);
  const newestUser = thread.findLastIndex((item) => item.kind === "user");
  const kept = new Set<number>();
  const keep = (at: number): boolean => {
    const item = thread[at];
    if (item === undefined || kept.has(at)) return true;
    const tokens = itemTokens(item, tokenizer);
    if (tokens > left) return false;
    left -= tokens;
    kept.add(at);
    return true;
  };
  if (left < 0 || (newestUser !== -1 && !keep(newestUser))) return undefined;
  const first = thread.findIndex((item) => item.kind === "user");
  if (first !== -1 && first !== newestUser) keep(first);
  for (let at = thread.length - 1; at >= 0; at--) if (!keep(at)) break;
  return [...thread.filter((_, at) => kept.has(at)), ...run];
}

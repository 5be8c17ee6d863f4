import type { Tokenizer } from "./tokenizer.ts";
import type { ConversationItem, TurnRequest } from "./upstream/port.ts";

/** Chat templates put a few tokens around every message. */
const tokensAroundItem = 4;

/** An estimate of the prompt's tokens: instructions, tools and items. */
export function promptTokens(
  request: Omit<TurnRequest, "items">,
  items: readonly ConversationItem[],
  tokenizer: Tokenizer,
): number {
  return fixedTokens(request, tokenizer) + items.reduce((sum, item) => sum + itemTokens(item, tokenizer), 0);
}

function fixedTokens(request: Omit<TurnRequest, "items">, tokenizer: Tokenizer): number {
  const system = request.instructions === "" ? 0 : tokenizer.count(request.instructions) + tokensAroundItem;
  return system + (request.tools.length === 0 ? 0 : tokenizer.count(JSON.stringify(request.tools)));
}

/** An estimate of one item's tokens. */
export function itemTokens(item: ConversationItem, tokenizer: Tokenizer): number {
  switch (item.kind) {
    case "user":
      // An image is a few hundred tokens almost everywhere; its URL says nothing about it.
      return item.parts.reduce(
        (sum, part) => sum + (part.kind === "text" ? tokenizer.count(part.text) : 700),
        tokensAroundItem,
      );
    case "assistant":
      return item.calls.reduce(
        (sum, call) => sum + tokenizer.count(call.name) + tokenizer.count(call.arguments) + tokensAroundItem,
        tokenizer.count(item.text) + tokensAroundItem,
      );
    case "tool":
      return tokenizer.count(item.output) + tokensAroundItem;
  }
}

import type { RuntimeOptions } from "../cli/options.ts";
import type { Embedder } from "../retrieval/embedder.ts";
import { UpstreamEmbedder } from "../retrieval/upstreamEmbedder.ts";

/** What embeds texts, as the command line asks for it; `undefined` when it does not. */
export function createEmbedder(options: RuntimeOptions["upstream"]): Embedder | undefined {
  return options.kind === "offline" || options.embeddingModel === undefined
    ? undefined
    : new UpstreamEmbedder(options.target, options.embeddingModel);
}

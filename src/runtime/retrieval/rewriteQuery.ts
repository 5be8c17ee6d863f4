import type { TurnRequest, Upstream } from "../upstream/port.ts";

const instructions =
  "Turn the user's message into one query for a search engine over documents: the words that a passage with the answer would use, without filler. Answer with the query alone, on one line.";
const longestMs = 15_000;
const longestQuery = 400;

/** The query as a model would put it for search; as it is, when the model has nothing to say or does not answer in time. */
export async function rewriteQuery(query: string, upstream: Upstream, model: string): Promise<string> {
  const request: TurnRequest = {
    model,
    assistantName: null,
    instructions,
    items: [{ kind: "user", parts: [{ kind: "text", text: query }] }],
    tools: [],
    runtimeTools: {},
    unavailableTools: [],
    toolChoice: "none",
    parallelToolCalls: true,
    responseFormat: "auto",
    temperature: null,
    topP: null,
    reasoningEffort: null,
    maxCompletionTokens: null,
  };
  let text = "";
  for await (const event of upstream.runTurn(request, AbortSignal.timeout(longestMs))) {
    if (event.kind === "text.delta") text += event.text;
    if (event.kind === "turn.error" || text.length > 10 * longestQuery) return query;
    if (event.kind === "turn.end") break;
  }
  const [line = ""] = text.trim().split("\n");
  const rewritten = line.replace(/^["'“]|["'”]$/g, "").trim();
  return rewritten === "" || rewritten.length > longestQuery ? query : rewritten;
}

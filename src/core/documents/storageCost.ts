/** OpenAI: $0.10 per GB of vector store a day, the first GB of an account free (openai.com/api/pricing, "File search storage"). */
const dollarsPerGbDay = 0.1;
const freeBytes = 1_000_000_000;

/**
 * What stores of this size cost a day on OpenAI, in dollars. The size is that of the parsed and embedded chunks (`usage_bytes`);
 * for files that are not there yet only their own size is known, and the cost an estimate.
 */
export function storageCostPerDay(bytes: number): number {
  return (Math.max(0, bytes - freeBytes) / freeBytes) * dollarsPerGbDay;
}

/** The rule in words, for where a cost is shown. */
export const storageRule = "$0.10 per GB and day, the first GB of an account free (OpenAI's price list)";

/** About how many tokens a text has: four bytes each, as English prose and code have on average. An estimate, and called one. */
export function estimatedTokens(bytes: number): number {
  return Math.ceil(bytes / 4);
}

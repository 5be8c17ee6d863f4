import type { DocumentItem, DocumentTotals, ItemKind } from "./documentPlan.ts";
import { estimatedTokens, storageCostPerDay } from "./storageCost.ts";

export function totalsOf(items: readonly DocumentItem[]): DocumentTotals {
  const counts: Record<ItemKind, number> = {
    new: 0,
    changed: 0,
    renamed: 0,
    attributes: 0,
    reattach: 0,
    reading: 0,
    unchanged: 0,
    failed: 0,
    removed: 0,
    skipped: 0,
  };
  let [bytes, uploadBytes] = [0, 0];
  for (const item of items) {
    counts[item.kind] += 1;
    if (!("file" in item)) continue;
    bytes += item.file.bytes;
    if ((item.kind === "new" || item.kind === "changed") && item.reuse === null) uploadBytes += item.file.bytes;
  }
  return { counts, uploadBytes, bytes, tokens: estimatedTokens(bytes), costPerDay: storageCostPerDay(bytes) };
}

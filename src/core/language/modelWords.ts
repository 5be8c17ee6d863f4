import type { Model } from "../wire.ts";

/** Who offers a model, and how long. */
export function modelWords(model: Model): string {
  const until = model.shutdown_date ?? null;
  return until === null ? model.owned_by : `${model.owned_by} · retires on ${until}`;
}

import type * as z from "zod/mini";
import { unixSeconds } from "../clock.ts";
import { newId } from "../ids.ts";
import type { VectorStore } from "../objects.ts";
import { find } from "./lookup.ts";
import type { createVectorStore } from "./schemas/vectorStores.ts";
import type { Services } from "./services.ts";

const secondsADay = 86_400;

/** A store with nothing in it yet. Throws for files that do not exist, which today is all of them: there is no upload. */
export function newVectorStore(body: z.infer<typeof createVectorStore>, services: Services): VectorStore {
  for (const id of body.file_ids ?? []) find(services.store, "file", id);
  const now = unixSeconds(services.clock);
  return withExpiry(
    {
      id: newId("vs"),
      object: "vector_store",
      created_at: now,
      name: body.name ?? null,
      status: "completed",
      usage_bytes: 0,
      file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
      last_active_at: now,
      metadata: body.metadata ?? {},
    },
    body.expires_after ?? null,
  );
}

/** The store with another expiry; null means that it does not expire. */
export function withExpiry(
  store: VectorStore,
  expiresAfter: NonNullable<VectorStore["expires_after"]> | null,
): VectorStore {
  const { expires_after: _after, expires_at: _at, ...rest } = store;
  if (expiresAfter === null) return { ...rest, expires_at: null };
  const activeAt = store.last_active_at ?? store.created_at;
  return { ...rest, expires_after: expiresAfter, expires_at: activeAt + expiresAfter.days * secondsADay };
}

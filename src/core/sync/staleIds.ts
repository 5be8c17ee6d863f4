import { jsonList } from "../definition/json.ts";
import { ProviderError } from "../provider.ts";
import type { Fields } from "./fields.ts";
import type { LocalDefinition } from "./localDefinition.ts";
import type { ConnectionLock } from "./lock.ts";
import type { LockSession } from "./lockSession.ts";
import type { Pending } from "./pending.ts";
import { fileIdsKey, placeholderOf, storeIdsKey } from "./pending.ts";
import type { SyncPorts } from "./ports.ts";

/** An id in a definition's fields that the lock gave: not one that a person wrote. */
interface OwnId {
  readonly id: string;
  readonly of: Pending;
}

/** @param lock the one that the fields were made with */
function ownIds(fields: Fields, { files, parsed }: LocalDefinition, lock: ConnectionLock): readonly OwnId[] {
  const [known, stores] = [new Map(Object.entries(lock.files)), new Map(Object.entries(lock.stores))];
  const [fileIds, storeIds] = [jsonList(fields[fileIdsKey]), jsonList(fields[storeIdsKey])];
  const uploads = files.flatMap(({ path }): readonly OwnId[] => {
    const id = known.get(path)?.id ?? null;
    return id !== null && fileIds.includes(id) ? [{ id, of: { kind: "upload", path } }] : [];
  });
  const name = parsed.valid ? parsed.definition.vectorStore : null;
  const storeId = name === null ? null : (stores.get(name)?.id ?? null);
  if (name === null || storeId === null || !storeIds.includes(storeId)) return uploads;
  return [...uploads, { id: storeId, of: { kind: "store", name } }];
}

/** The id that the lock has now; null when it has none. */
function idNow(of: Pending, lock: ConnectionLock): string | null {
  return of.kind === "upload"
    ? (new Map(Object.entries(lock.files)).get(of.path)?.id ?? null)
    : (new Map(Object.entries(lock.stores)).get(of.name)?.id ?? null);
}

/**
 * The fields with placeholders again for ids that the lock has not any more, because the server said that they are gone.
 * @param planned the lock that the fields were made with @param now the lock as it is
 */
export function withoutStale(
  fields: Fields,
  local: LocalDefinition,
  planned: ConnectionLock,
  now: ConnectionLock,
): Fields {
  const stale = ownIds(fields, local, planned).filter(({ id, of }) => idNow(of, now) !== id);
  if (stale.length === 0) return fields;
  const placeholders = new Map<unknown, object>(stale.map(({ id, of }) => [id, placeholderOf(of)]));
  const replaced = (key: string): object =>
    fields[key] === undefined ? {} : { [key]: jsonList(fields[key]).map((id) => placeholders.get(id) ?? id) };
  return { ...fields, ...replaced(fileIdsKey), ...replaced(storeIdsKey) };
}

/**
 * Asks for every upload and store of a definition, and takes out of the lock what is not there any more.
 * @param fields as they were sent @returns whether something was
 */
export async function forgetGone(
  fields: Fields,
  local: LocalDefinition,
  ports: SyncPorts,
  session: LockSession,
): Promise<boolean> {
  let forgotten = false;
  for (const { id, of } of ownIds(fields, local, session.state)) {
    if (await isThere(id, of, ports)) continue;
    forgotten = true;
    await session.put(
      of.kind === "upload" ? withoutFile(session.state, of.path) : withoutStore(session.state, of.name),
    );
  }
  return forgotten;
}

async function isThere(id: string, { kind }: Pending, { provider }: SyncPorts): Promise<boolean> {
  try {
    if (kind === "upload") await provider.retrieval.retrieveFile(id);
    else await provider.documents.retrieveVectorStore(id);
    return true;
  } catch (error) {
    if (error instanceof ProviderError && error.kind === "not_found") return false;
    throw error;
  }
}

function withoutFile(state: ConnectionLock, path: string): ConnectionLock {
  const { [path]: gone, ...others } = state.files;
  // A begun upload is remembered: it is not to be taken for the next one.
  return gone?.begun === undefined
    ? { ...state, files: others }
    : { ...state, files: { ...others, [path]: { ...gone, id: null } } };
}

/** The marker stays: a store that somebody made anew with it is found. */
function withoutStore(state: ConnectionLock, name: string): ConnectionLock {
  const marker = state.stores[name]?.marker ?? "";
  return { ...state, stores: { ...state.stores, [name]: { id: null, marker } } };
}

import { everyItem } from "../provider.ts";
import { ConflictFound } from "./conflictFound.ts";
import type { Fields } from "./fields.ts";
import { markerKey } from "./fields.ts";
import type { LocalDefinition } from "./localDefinition.ts";
import type { LockSession } from "./lockSession.ts";
import { pendingOf, withIds } from "./pending.ts";
import type { SyncPorts } from "./ports.ts";
import type { SyncInput } from "./syncInput.ts";
import { uploadOnce } from "./uploadOnce.ts";

/** How many stores are looked through for one that an interrupted push may have left. */
const mostSearched = 2000;

/**
 * The fields with ids in the place of placeholders. Uploads and stores are made where the lock has none; one that was begun
 * before, and whose answer was lost, is looked for first. Only files that the definition names are uploaded.
 */
export async function resolvePending(
  fields: Fields,
  local: LocalDefinition,
  input: SyncInput,
  ports: SyncPorts,
  session: LockSession,
): Promise<Fields> {
  const ids = { files: new Map<string, string>(), stores: new Map<string, string>() };
  for (const pending of pendingOf(fields)) {
    if (pending.kind === "store") {
      ids.stores.set(pending.name, await storeOnce(pending.name, ports, session));
      continue;
    }
    const file = local.files.find(({ path }) => path === pending.path);
    if (file === undefined)
      throw new ConflictFound(`The definition does not name ${pending.path} any more: plan again.`);
    ids.files.set(pending.path, await uploadOnce(file, input, ports, session));
  }
  return withIds(fields, ids);
}

async function storeOnce(name: string, ports: SyncPorts, session: LockSession): Promise<string> {
  const known = new Map(Object.entries(session.state.stores)).get(name);
  if (known?.id != null) return known.id;
  const definition = ports.stores.get(name);
  if (definition === undefined) throw new Error(`No store definition is called ${name}.`);
  const marker = known?.marker ?? `store:${name}#${ports.randomMark()}`;
  let id = known === undefined ? null : await findStore(marker, ports);
  if (id === null) {
    await session.put({ ...session.state, stores: { ...session.state.stores, [name]: { id: null, marker } } });
    const made = await ports.provider.createVectorStore({
      name,
      metadata: { [markerKey]: marker },
      ...(definition.expiresAfter === null ? {} : { expires_after: definition.expiresAfter }),
    });
    id = made.id;
  }
  await session.put({ ...session.state, stores: { ...session.state.stores, [name]: { id, marker } } });
  return id;
}

async function findStore(marker: string, ports: SyncPorts): Promise<string | null> {
  for await (const store of everyItem((params) => ports.provider.listVectorStores(params), "desc", mostSearched))
    if (store.metadata?.[markerKey] === marker) return store.id;
  return null;
}

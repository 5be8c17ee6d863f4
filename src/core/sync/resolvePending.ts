import { everyItem } from "../provider.ts";
import type { Fields } from "./fields.ts";
import { markerKey } from "./fields.ts";
import type { Pending } from "./localDefinition.ts";
import { pendingOf } from "./localDefinition.ts";
import type { LockSession } from "./lockSession.ts";
import type { SyncPorts } from "./ports.ts";

/** How many files or stores are looked through for what an interrupted push may have left. */
const mostSearched = 2000;

/**
 * The fields with ids in the place of placeholders. Uploads and stores are made where the lock has none; one that was begun
 * before, and whose answer was lost, is looked for first.
 */
export async function resolvePending(fields: Fields, ports: SyncPorts, session: LockSession): Promise<Fields> {
  const resolved: Record<string, unknown> = { ...fields };
  for (const pending of pendingOf(fields)) {
    const [key, placeholder] =
      pending.kind === "upload"
        ? ["tool_resources/file_ids", `upload:${pending.path}`]
        : ["tool_resources/vector_store_ids", `store:${pending.name}`];
    const id =
      pending.kind === "upload" ? await uploaded(pending, ports, session) : await stored(pending, ports, session);
    const ids = (resolved[key] as readonly string[]).map((one) => (one === placeholder ? id : one));
    resolved[key] = pending.kind === "upload" ? [...new Set(ids)].toSorted() : ids;
  }
  return resolved;
}

async function uploaded(
  { path }: Pending & { readonly kind: "upload" },
  ports: SyncPorts,
  session: LockSession,
): Promise<string> {
  const { bytes, sha256 } = await ports.files.readBytes(path);
  const known = new Map(Object.entries(session.state.files)).get(path);
  // Another definition of this push has uploaded it.
  if (known?.sha256 === sha256 && known.id !== null) return known.id;
  const name = path.split("/").at(-1) ?? path;
  const begun = known?.sha256 === sha256 && known.id === null;
  const id = (begun ? await findUpload(name, bytes.length, ports, session) : null) ?? (await upload());
  await session.put({ ...session.state, files: { ...session.state.files, [path]: { id, sha256 } } });
  return id;

  async function upload(): Promise<string> {
    await session.put({ ...session.state, files: { ...session.state.files, [path]: { id: null, sha256 } } });
    return (await ports.provider.uploadFile({ name, bytes })).id;
  }
}

/**
 * Files carry no marker: one that was begun is taken to be that of its name and size which no entry of the lock claims. Its
 * content is what was to be uploaded, because the hash beside the begun upload is still that of the file.
 */
async function findUpload(name: string, size: number, ports: SyncPorts, session: LockSession): Promise<string | null> {
  const claimed = new Set(Object.values(session.state.files).map(({ id }) => id));
  for await (const file of everyItem((params) => ports.provider.listFiles(params), "desc", mostSearched))
    if (file.filename === name && file.bytes === size && !claimed.has(file.id)) return file.id;
  return null;
}

async function stored(
  { name }: Pending & { readonly kind: "store" },
  ports: SyncPorts,
  session: LockSession,
): Promise<string> {
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

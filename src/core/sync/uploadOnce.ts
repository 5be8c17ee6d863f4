import { everyItem } from "../provider.ts";
import { ConflictFound } from "./conflictFound.ts";
import type { LocalFile } from "./localDefinition.ts";
import type { BegunUpload, LockedFile } from "./lock.ts";
import type { LockSession } from "./lockSession.ts";
import type { SyncPorts } from "./ports.ts";
import type { SyncInput } from "./syncInput.ts";

/** How many of the newest files are looked through for one whose answer was lost. */
const mostSearched = 2000;
/** Clocks of two computers differ. */
const clockSkewMs = 10 * 60_000;
/** Longer than any upload takes, and than clocks differ: within it, an upload may be taken for another one. */
const nearMs = 60 * 60_000;
const dayMs = 24 * 60 * 60_000;
/** So long a lost upload is looked for, and so long it is remembered: longer, so that it is never taken for a later one. */
const [soughtMs, keptMs] = [7 * dayMs, 8 * dayMs];

/**
 * The id of an upload with the file's content: the one that the lock knows, one whose answer was lost, or a new one.
 * @throws ConflictFound when the file is not the one that was looked at
 */
export async function uploadOnce(
  { path, sha256: planned }: Pick<LocalFile, "path" | "sha256">,
  input: SyncInput,
  ports: SyncPorts,
  session: LockSession,
): Promise<string> {
  const { bytes, sha256 } = await ports.files.readBytes(path);
  // What was looked at is what is uploaded: rules have read the one, and nobody the other.
  if (sha256 !== planned) throw new ConflictFound(`${path} was changed since the plan was made: plan again.`);
  const known = new Map(Object.entries(session.state.files)).get(path);
  // Another definition of this push has uploaded it.
  if (known?.sha256 === sha256 && known.id !== null) return known.id;
  const name = path.split("/").at(-1) ?? path;
  const others = (known?.begun ?? []).filter((one) => one.sha256 !== sha256 && one.at > ports.now() - keptMs);
  const put = (entry: LockedFile): Promise<void> =>
    session.put({ ...session.state, files: { ...session.state.files, [path]: entry } });
  const upload = async (): Promise<string> => {
    const begun = [...others, { at: ports.now(), bytes: bytes.length, sha256 }];
    // The upload of the content before stays known: nothing else is to be taken for it, nor it for anything else.
    await put(known == null || known.id === null ? { id: null, sha256, begun } : { ...known, begun });
    return (await ports.provider.uploadFile({ name, bytes })).id;
  };
  const earlier = known?.begun?.find((one) => one.sha256 === sha256);
  const found = earlier === undefined ? null : await findLost(name, earlier, input, ports, session);
  const id = found ?? (await upload());
  await put(others.length === 0 ? { id, sha256 } : { id, sha256, begun: others });
  return id;
}

/**
 * An upload whose answer was lost. Files carry no marker: it is the one of its name and size that came since and that nobody
 * has. Null when that is not exactly one, or when it may be the lost upload of another content.
 */
async function findLost(
  name: string,
  lost: BegunUpload,
  { remotes }: SyncInput,
  ports: SyncPorts,
  session: LockSession,
): Promise<string | null> {
  if (lost.at < ports.now() - soughtMs) return null;
  const mayBeAnother = Object.entries(session.state.files)
    .filter(([path]) => path.split("/").at(-1) === name)
    .flatMap(([, { begun = [] }]) => begun)
    .some(({ sha256, bytes, at }) => sha256 !== lost.sha256 && bytes === lost.bytes && at > lost.at - nearMs);
  if (mayBeAnother) return null;
  const taken = new Set<string | null>([
    ...Object.values(session.lock.connections).flatMap(({ files }) => Object.values(files).map(({ id }) => id)),
    ...remotes.flatMap((remote) => remote.tool_resources?.code_interpreter?.file_ids ?? []),
  ]);
  const since = (lost.at - clockSkewMs) / 1000;
  const found: string[] = [];
  for await (const file of everyItem((params) => ports.provider.listFiles(params), "desc", mostSearched)) {
    const { id, filename, bytes, created_at: at } = file;
    if (at < since) break;
    if (filename === name && bytes === lost.bytes && !taken.has(id)) found.push(id);
  }
  return found.length === 1 ? (found[0] ?? null) : null;
}

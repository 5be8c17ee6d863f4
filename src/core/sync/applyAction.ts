import { applyEdits } from "../definition/edit/editedText.ts";
import { EditRefused } from "../definition/editDefinition.ts";
import { ProviderError } from "../provider.ts";
import type { Assistant } from "../wire.ts";
import { fingerprintOf } from "./canonical.ts";
import { ConflictFound } from "./conflictFound.ts";
import type { Fields } from "./fields.ts";
import { equalFields, fieldsOf, markerOf } from "./fields.ts";
import { paramsOf, patchOf } from "./fieldsToWire.ts";
import type { LocalDefinition } from "./localDefinition.ts";
import type { LockEntry } from "./lock.ts";
import { connectionIn, entryOf } from "./lock.ts";
import type { LockSession } from "./lockSession.ts";
import { overlaid } from "./mergeFields.ts";
import { newDefinitionText } from "./newDefinition.ts";
import { fileIdsKey, storeIdsKey } from "./pending.ts";
import type { Action } from "./plan.ts";
import type { SyncPorts } from "./ports.ts";
import { pullEdits } from "./pullEdits.ts";
import { resolvePending } from "./resolvePending.ts";
import { forgetGone, withoutStale } from "./staleIds.ts";
import type { SyncInput } from "./syncInput.ts";

type Of<Kind extends Action["kind"]> = Extract<Action, { readonly kind: Kind }>;

/** Carries out one action, the lock included. */
export async function applyAction(
  action: Action,
  input: SyncInput,
  ports: SyncPorts,
  session: LockSession,
): Promise<void> {
  switch (action.kind) {
    case "create":
      return create(action, input, ports, session);
    case "update":
      return update(action, input, ports, session);
    case "delete":
      return remove(action, ports, session);
    case "pull":
      return pull(action, input, ports, session);
    case "pull-new":
      return pullNew(action, ports, session);
    case "delete-file":
      await ports.files.remove(action.path);
      return session.putEntry(action.path, null);
    case "record":
      return session.putEntry(action.path, entryWith(action, input, session, action.base));
    case "forget":
      return session.putEntry(action.path, null);
    case "conflict":
    case "choose":
    case "invalid":
      throw new ConflictFound("This waits for a decision.");
  }
}

async function create(action: Of<"create">, input: SyncInput, ports: SyncPorts, session: LockSession): Promise<void> {
  const marker = entryOf(session.state, action.path)?.marker ?? `${action.path}#${ports.randomMark()}`;
  await sent(action, input, ports, session, async (fields) => {
    // What is being made, so that an assistant that is found by its marker can be merged with what came since.
    await session.putEntry(action.path, { remote: null, marker, base: fields });
    const { id } = await ports.provider.createAssistant(paramsOf(fields, marker));
    await session.putEntry(action.path, { remote: id, marker, base: fields });
  });
}

function update(action: Of<"update">, input: SyncInput, ports: SyncPorts, session: LockSession): Promise<void> {
  return sent(action, input, ports, session, (fields) => updated(action, fields, ports, session));
}

/**
 * Sends fields with ids in the place of placeholders. When the server refuses them, and it is because uploads or stores of ours
 * are gone there, they are made again, and it is tried once more.
 */
async function sent(
  action: Of<"create"> | Of<"update">,
  input: SyncInput,
  ports: SyncPorts,
  session: LockSession,
  send: (fields: Fields) => Promise<void>,
): Promise<void> {
  const local = input.definitions.find(({ path }) => path === action.path);
  if (local === undefined) throw new ConflictFound("The definition is gone.");
  const fields = await resolved(action.fields, local, input, ports, session);
  try {
    return await send(fields);
  } catch (error) {
    const isRefused = error instanceof ProviderError && (error.kind === "invalid" || error.kind === "not_found");
    if (!isRefused || !(await forgetGone(fields, local, ports, session))) throw error;
  }
  await send(await resolved(action.fields, local, input, ports, session));
}

function resolved(
  fields: Fields,
  local: LocalDefinition,
  input: SyncInput,
  ports: SyncPorts,
  session: LockSession,
): Promise<Fields> {
  const planned = connectionIn(input.lock, input.connection);
  return resolvePending(withoutStale(fields, local, planned, session.state), local, input, ports, session);
}

async function updated(action: Of<"update">, fields: Fields, ports: SyncPorts, session: LockSession): Promise<void> {
  const remote = await unchanged(action, ports);
  const there = fieldsOf(remote);
  const planned = action.changes.map(({ field }) => field);
  // An upload or a store that was made again has another id than the one that both sides had.
  const again = [fileIdsKey, storeIdsKey].filter(
    (key) => !equalFields(fields[key], action.fields[key]) && equalFields(action.fields[key], there[key]),
  );
  const keys = [...new Set([...planned, ...again])];
  const entry = entryOf(session.state, action.path);
  const marker = entry?.marker ?? markerOf(remote) ?? `${action.path.slice(-480)}#${ports.randomMark()}`;
  await ports.provider.updateAssistant(
    action.remoteId,
    patchOf(overlaid(ordered(there, fields), keys, fields), keys, marker),
  );
  const base = overlaid(overlaid(entry?.base ?? {}, action.same, there), keys, fields);
  await session.putEntry(action.path, { remote: action.remoteId, marker, base });
}

/** The same fields, in the order that the definition has them in: the order of tools is what the model sees. */
function ordered(there: Fields, here: Fields): Fields {
  const known = Object.keys(here).filter((key) => Object.hasOwn(there, key));
  return { ...Object.fromEntries(known.map((key) => [key, there[key]])), ...there };
}

async function remove(action: Of<"delete">, ports: SyncPorts, session: LockSession): Promise<void> {
  try {
    await unchanged(action, ports);
    await ports.provider.deleteAssistant(action.remoteId);
  } catch (error) {
    // Gone already: by somebody else, or by a request whose answer was lost.
    if (!(error instanceof GoneThere) && !(error instanceof ProviderError && error.kind === "not_found")) throw error;
  }
  await session.putEntry(action.path, null);
}

class GoneThere extends ConflictFound {}

/** The assistant as it is now. @throws ConflictFound when it is not what the plan saw */
async function unchanged(
  action: { readonly remoteId: string; readonly seen: string },
  ports: SyncPorts,
): Promise<Assistant> {
  let remote: Assistant;
  try {
    remote = await ports.provider.retrieveAssistant(action.remoteId);
  } catch (error) {
    if (error instanceof ProviderError && error.kind === "not_found")
      throw new GoneThere("The assistant was deleted there since the plan was made.", { cause: error });
    throw error;
  }
  if (fingerprintOf(fieldsOf(remote)) !== action.seen)
    throw new ConflictFound("Somebody changed the assistant there since the plan was made: plan again.");
  return remote;
}

async function pull(action: Of<"pull">, input: SyncInput, ports: SyncPorts, session: LockSession): Promise<void> {
  const local = input.definitions.find(({ path }) => path === action.path);
  if (local === undefined) throw new ConflictFound("The definition is gone.");
  const keys = action.changes.map(({ field }) => field);
  let written: ReturnType<typeof pullEdits>;
  try {
    written = pullEdits(local, keys, action.there, session.state);
  } catch (error) {
    if (error instanceof EditRefused) throw new ConflictFound(error.message, { cause: error });
    throw error;
  }
  const { edits, instructions } = written;
  if (edits.length > 0 && (await ports.files.readText(action.path)) !== local.text)
    throw new ConflictFound("The file was changed since the plan was made: plan again.");
  if (instructions !== null && (await ports.files.readText(instructions.path)) !== local.instructions?.text)
    throw new ConflictFound("The instructions file was changed since the plan was made: plan again.");
  if (instructions !== null && instructions.text !== local.instructions?.text)
    await ports.files.writeText(instructions.path, instructions.text);
  if (edits.length > 0) await ports.files.writeText(action.path, applyEdits(local.text, edits));
  const base = entryOf(session.state, action.path)?.base ?? {};
  await session.putEntry(
    action.path,
    entryWith(action, input, session, overlaid(base, [...action.same, ...keys], action.there)),
  );
}

async function pullNew(action: Of<"pull-new">, ports: SyncPorts, session: LockSession): Promise<void> {
  if (await ports.files.exists(action.path)) throw new ConflictFound(`There is a file ${action.path} already.`);
  const marker = entryOf(session.state, action.path)?.marker ?? `${action.path}#${ports.randomMark()}`;
  // Before the file: an interruption leaves an entry without a base, and a file that is then known.
  await session.putEntry(action.path, { remote: action.remoteId, marker, base: null });
  await ports.files.writeText(action.path, newDefinitionText(action.there, action.remoteId));
  await session.putEntry(action.path, { remote: action.remoteId, marker, base: action.there });
}

function entryWith(
  action: { readonly path: string; readonly remoteId: string },
  input: SyncInput,
  session: LockSession,
  base: Fields,
): LockEntry {
  const remote = input.remotes.find(({ id }) => id === action.remoteId);
  const marker =
    entryOf(session.state, action.path)?.marker ??
    (remote === undefined ? null : markerOf(remote)) ??
    `${action.path}#linked`;
  return { remote: action.remoteId, marker, base };
}

import type { Assistant } from "../wire.ts";
import { fingerprintOf } from "./canonical.ts";
import type { Fields } from "./fields.ts";
import { fieldsOf, markerOf } from "./fields.ts";
import { overlaid } from "./mergeFields.ts";
import type { FieldMerge } from "./mergeFields.ts";
import { newDefinitionPath } from "./newDefinition.ts";
import { pendingOf } from "./pending.ts";
import type { Action, FieldDiff, Plan, PlanChoices } from "./plan.ts";
import { proposalsOf } from "./proposals.ts";
import type { Match, SyncInput } from "./syncInput.ts";
import { followed, matchAll } from "./syncInput.ts";
import { mergeOf, stateOf } from "./syncState.ts";

/** The mark of an assistant as a plan has seen it. */
export function seenOf(remote: Assistant): string {
  return fingerprintOf(fieldsOf(remote));
}

/** Why a definition cannot be created that names no model, on a connection that has none. */
export const noModel = "No model is chosen: the definition names none, and neither does the connection.";

/** What a push or a pull would do. Nothing is done, asked or read: the plan follows from its input. */
export function makePlan(direction: Plan["direction"], given: SyncInput, choices: PlanChoices = {}): Plan {
  const matched = matchAll(given);
  const proposals = proposalsOf(matched);
  const chosen = (path: string): boolean => choices.only?.has(path) ?? true;
  const taken = new Set<string>();
  const actions = matched.matches.flatMap((first): readonly Action[] => {
    if (!chosen(first.path)) return [];
    const link = choices.links?.get(first.path);
    const proposal = proposals.get(first.path)?.find(({ remoteId }) => remoteId === link);
    if (proposals.has(first.path) && direction === "push" && link === undefined)
      return [{ kind: "choose", path: first.path, proposals: proposals.get(first.path) ?? [] }];
    const match =
      proposal === undefined ? first : linked(first, proposal.remoteId, proposal.from, given, matched.matches);
    if (proposal?.from != null) taken.add(proposal.from);
    return direction === "push" ? pushOf(match, choices) : pullOf(match, choices);
  });
  const kept = actions.filter(
    (action) => !(taken.has(action.path) && (action.kind === "delete" || action.kind === "forget")),
  );
  const fresh = direction === "pull" ? newFiles(matched.unlinked, given, choices) : [];
  return {
    direction,
    connection: given.connection,
    actions: [...kept, ...fresh].toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
  };
}

/** The match as it is once a person has confirmed which assistant it is. What was synced under another path counts on. */
function linked(
  match: Match,
  remoteId: string,
  from: string | null,
  { remotes }: SyncInput,
  all: readonly Match[],
): Match {
  const remote = remotes.find(({ id }) => id === remoteId) ?? null;
  // An assistant with the entry's own marker was made by it: what was synced then counts on, whichever server it was.
  const own = match.entry !== null && remote !== null && markerOf(remote) === match.entry.marker ? match.entry : null;
  const earlier = all.find(({ path }) => path === from)?.entry ?? own;
  const marker =
    earlier?.marker ?? (remote === null ? null : markerOf(remote)) ?? match.entry?.marker ?? `${match.path}#linked`;
  const there = remote === null ? {} : fieldsOf(remote);
  const entry = { remote: remoteId, marker, base: earlier?.base ?? null };
  return { ...match, remote, here: followed(match.here, entry, remote, there), there, entry };
}

function pushOf(match: Match, choices: PlanChoices): readonly Action[] {
  const { path, local, remote, here, there, entry } = match;
  const merge = mergeOf(match);
  switch (stateOf(match, merge)) {
    case "invalid":
      return [{ kind: "invalid", path, message: whyInvalid(match) }];
    case "only here":
      return [creation(match)];
    case "gone there":
      if (choices.prefer === "here") return [creation(match)];
      return [
        {
          kind: "conflict",
          path,
          remoteId: entry?.remote ?? null,
          reason: "The assistant was deleted there.",
          fields: [],
        },
      ];
    case "gone here":
      return remote === null || choices.deletes !== true ? [] : [deletion(match, remote, choices)];
    default:
      break;
  }
  if (local === null) return remote === null ? [{ kind: "forget", path }] : [];
  if (remote === null) return [];
  const keys = choices.prefer === "here" ? [...merge.here, ...merge.conflicts] : merge.here;
  if (merge.conflicts.length > 0 && choices.prefer !== "here") return [conflict(match, merge)];
  if (keys.length === 0) return recordOf(match, merge.same);
  const changes = diffs(keys, there, here);
  return [
    {
      kind: "update",
      path,
      remoteId: remote.id,
      changes,
      fields: here,
      same: merge.same,
      seen: seenOf(remote),
      needs: pendingOf(here),
    },
  ];
}

function pullOf(match: Match, choices: PlanChoices): readonly Action[] {
  const { path, local, remote, here, there } = match;
  const merge = mergeOf(match);
  const state = stateOf(match, merge);
  if (state === "invalid") return [{ kind: "invalid", path, message: whyInvalid(match) }];
  if (state === "gone there") return goneThere(match, choices);
  // A file that was deleted is brought back only when it is named.
  if (state === "gone here" && remote !== null && choices.only?.has(path) === true)
    return [{ kind: "pull-new", path, remoteId: remote.id, name: remote.name, there }];
  if (local === null) return remote === null ? [{ kind: "forget", path }] : [];
  if (remote === null) return [];
  if (merge.conflicts.length > 0 && choices.prefer === undefined) return [conflict(match, merge)];
  // "here" settles a conflict without writing: the base becomes what is there, and the next push carries what is here.
  if (choices.prefer === "here" && merge.conflicts.length > 0 && merge.there.length === 0)
    return recordOf(match, [...merge.same, ...merge.conflicts]);
  const keys = choices.prefer === "there" ? [...merge.there, ...merge.conflicts] : merge.there;
  const same = choices.prefer === "here" ? [...merge.same, ...merge.conflicts] : merge.same;
  if (keys.length === 0) return recordOf(match, same);
  return [{ kind: "pull", path, remoteId: remote.id, changes: diffs(keys, here, there), there, same }];
}

function goneThere(match: Match, choices: PlanChoices): readonly Action[] {
  const { path, here, entry } = match;
  const untouched = entry?.base != null && fingerprintOf(entry.base) === fingerprintOf(here);
  if (choices.deletes === true && (untouched || choices.prefer === "there")) return [{ kind: "delete-file", path }];
  const reason = untouched
    ? "The assistant was deleted there."
    : "The assistant was deleted there, and the file was changed here.";
  return [{ kind: "conflict", path, remoteId: entry?.remote ?? null, reason, fields: [] }];
}

function creation({ path, local, here }: Match): Action {
  if (here["model"] === undefined)
    return {
      kind: "invalid",
      path,
      message: noModel,
    };
  if (Object.keys(here).filter((key) => key.startsWith("metadata/")).length >= 16)
    return {
      kind: "invalid",
      path,
      message: "All 16 pairs of metadata are taken: a new assistant needs one for the workbench's marker.",
    };
  const name = local?.parsed.valid === true ? local.parsed.definition.name : path;
  return { kind: "create", path, name, fields: here, needs: pendingOf(here) };
}

function deletion(match: Match, remote: Assistant, choices: PlanChoices): Action {
  const { path, entry, there } = match;
  const untouched = entry?.base != null && fingerprintOf(entry.base) === fingerprintOf(there);
  if (!untouched && choices.prefer !== "here")
    return {
      kind: "conflict",
      path,
      remoteId: remote.id,
      reason: "The file was deleted here, and the assistant was changed there.",
      fields: [],
    };
  return { kind: "delete", path, remoteId: remote.id, name: remote.name, seen: seenOf(remote) };
}

function conflict({ path, remote, entry, here, there }: Match, merge: FieldMerge): Action {
  const fields = merge.conflicts.map((field) => ({
    field,
    base: entry?.base?.[field],
    here: here[field],
    there: there[field],
  }));
  return { kind: "conflict", path, remoteId: remote?.id ?? null, reason: "Changed here and there.", fields };
}

/** The lock alone: keys on which both sides agree, and an id that it does not know yet. */
function recordOf(match: Match, same: readonly string[]): readonly Action[] {
  const { path, remote, entry, there } = match;
  if (remote === null || (same.length === 0 && entry?.remote === remote.id && entry.base !== null)) return [];
  return [{ kind: "record", path, remoteId: remote.id, base: overlaid(entry?.base ?? {}, same, there) }];
}

function diffs(keys: readonly string[], before: Fields, after: Fields): readonly FieldDiff[] {
  return keys.map((field) => ({ field, before: before[field], after: after[field] }));
}

function whyInvalid({ local }: Match): string {
  if (local?.unreadable != null) return local.unreadable;
  return local?.parsed.problems.find(({ severity }) => severity === "error")?.message ?? "The definition is not valid.";
}

function newFiles(
  unlinked: readonly Assistant[],
  { definitions }: SyncInput,
  { newFiles: wanted }: PlanChoices,
): readonly Action[] {
  const taken = new Set(definitions.map(({ path }) => path));
  return unlinked
    .filter(({ id }) => wanted === "all" || wanted?.has(id) === true)
    .map((remote): Action => {
      const path = newDefinitionPath(remote, taken);
      taken.add(path);
      return { kind: "pull-new", path, remoteId: remote.id, name: remote.name, there: fieldsOf(remote) };
    });
}

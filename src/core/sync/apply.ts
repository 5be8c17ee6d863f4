import { ProviderError } from "../provider.ts";
import { applyAction } from "./applyAction.ts";
import { ConflictFound } from "./conflictFound.ts";
import { equalFields } from "./fields.ts";
import type { Lock } from "./lock.ts";
import { connectionIn, entryOf, withEntry } from "./lock.ts";
import { LockNotWritten, LockSession } from "./lockSession.ts";
import type { Action, Plan } from "./plan.ts";
import { isBlocked } from "./plan.ts";
import type { SyncPorts } from "./ports.ts";
import type { SyncInput } from "./syncInput.ts";

/** How one action ended. */
export type Outcome =
  | { readonly action: Action; readonly result: "done" }
  /** Not done, because the plan says so, or because something changed since it was made. */
  | { readonly action: Action; readonly result: "conflict"; readonly message: string }
  | { readonly action: Action; readonly result: "failed"; readonly message: string }
  /** The apply ended before it was this one's turn. */
  | { readonly action: Action; readonly result: "not reached" };

export interface Applied {
  readonly outcomes: readonly Outcome[];
  /** As it was last written. */
  readonly lock: Lock;
}

export interface ApplyOptions {
  readonly signal?: AbortSignal;
  /** Called after each action. */
  readonly onOutcome?: (outcome: Outcome, index: number) => void;
}

/**
 * Carries out a plan, one action after the other. The lock is written after each, and before each creation is begun, so that
 * whatever ends the apply, the next plan sees what happened and nothing is made twice. An assistant is looked at again right
 * before it is changed, and the lock is read anew at the beginning: when somebody else was faster, the action ends as a conflict.
 *
 * Errors of one action do not throw: they are outcomes. When the connection itself fails, the rest is not reached. Rejects
 * only when the lock cannot be read or written.
 */
export async function applyPlan(
  plan: Plan,
  input: SyncInput,
  ports: SyncPorts,
  options: ApplyOptions = {},
): Promise<Applied> {
  const session = new LockSession(await ports.readLock(), plan.connection, ports);
  const before = connectionIn(input.lock, plan.connection);
  const isOld = ({ path }: Action): boolean => !equalFields(entryOf(session.state, path), entryOf(before, path));
  // Before the first step, which may take the entry of a file that moved.
  const old = new Set(plan.actions.filter(isOld));
  await announceCreations(
    plan.actions.filter((action) => !old.has(action)),
    ports,
    session,
  );
  const outcomes: Outcome[] = [];
  let stopped = false;
  for (const [index, action] of plan.actions.entries()) {
    stopped ||= options.signal?.aborted === true;
    const { outcome, stops }: Ended = stopped
      ? { outcome: { action, result: "not reached" }, stops: true }
      : old.has(action)
        ? { outcome: { action, result: "conflict", message: oldWords }, stops: false }
        : await outcomeOf(action, input, ports, session);
    stopped ||= stops;
    outcomes.push(outcome);
    options.onOutcome?.(outcome, index);
  }
  return { outcomes, lock: session.lock };
}

/** Somebody else, in another window or terminal, was at work on the same definition. */
const oldWords = "It was pushed or pulled elsewhere since the plan was made: plan again.";

interface Ended {
  readonly outcome: Outcome;
  /** The connection itself failed: what comes after would fail as well. */
  readonly stops: boolean;
}

async function outcomeOf(action: Action, input: SyncInput, ports: SyncPorts, session: LockSession): Promise<Ended> {
  if (isBlocked(action))
    return { outcome: { action, result: "conflict", message: blockedWords(action) }, stops: false };
  try {
    await applyAction(action, input, ports, session);
    return { outcome: { action, result: "done" }, stops: false };
  } catch (error) {
    if (error instanceof ConflictFound)
      return { outcome: { action, result: "conflict", message: error.message }, stops: false };
    if (error instanceof LockNotWritten) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const stops = error instanceof ProviderError && error.kind !== "invalid" && error.kind !== "not_found";
    return { outcome: { action, result: "failed", message }, stops };
  }
}

/** Every creation gets its marker, in one write: a creation whose answer is lost is found again by it. */
async function announceCreations(actions: readonly Action[], ports: SyncPorts, session: LockSession): Promise<void> {
  if (!actions.some(({ kind }) => kind === "create")) return;
  let state = session.state;
  for (const action of actions) {
    if (action.kind !== "create") continue;
    const marker = entryOf(state, action.path)?.marker ?? `${action.path.slice(-480)}#${ports.randomMark()}`;
    state = withEntry(state, action.path, { remote: null, marker, base: action.fields });
  }
  await session.put(state);
}

function blockedWords(action: Action): string {
  switch (action.kind) {
    case "conflict":
      return action.reason;
    case "choose":
      return "It may be one of the assistants that are there already: say which, or that it is new.";
    case "invalid":
      return action.message;
    default:
      return "";
  }
}

import { oneLine } from "../../core/oneLine.ts";
import type { Action, FieldDiff, Plan } from "../../core/sync/plan.ts";
import { isBlocked } from "../../core/sync/plan.ts";

/** A plan as a person reads it: one line an action, its fields below. */
export function planWords(plan: Plan): string {
  if (plan.actions.length === 0) return `Nothing to ${plan.direction}.\n`;
  return (
    plan.actions
      .map((action) => [`${titleOf(action)}  ${action.path}`, ...detailsOf(action)].map(oneLine).join("\n    "))
      .join("\n") + "\n"
  );
}

/** What an action does, in a word or two. */
export function titleOf(action: Action): string {
  switch (action.kind) {
    case "create":
      return "create";
    case "update":
      return "update";
    case "delete":
      return "delete assistant";
    case "pull":
      return "write into";
    case "pull-new":
      return "write new file";
    case "delete-file":
      return "delete file";
    case "record":
    case "forget":
      return "note in the lock";
    case "conflict":
      return "CONFLICT";
    case "choose":
      return "which assistant is";
    case "invalid":
      return "NOT VALID";
  }
}

/** The fields and names that an action is about, one a line. */
export function detailsOf(action: Action): readonly string[] {
  switch (action.kind) {
    case "create":
    case "update": {
      const needs = action.needs.map((need) =>
        need.kind === "upload" ? `upload ${need.path}` : `make the vector store ${need.name}`,
      );
      return action.kind === "create" ? [`“${action.name}”`, ...needs] : [...action.changes.map(diffLine), ...needs];
    }
    case "pull":
      return action.changes.map(diffLine);
    case "pull-new":
    case "delete":
      return [`“${action.name ?? ""}” ${action.remoteId}`];
    case "conflict":
      return [
        action.reason,
        ...action.fields.map(({ field, here, there }) => `${field}: here ${shown(here)}, there ${shown(there)}`),
      ];
    case "choose":
      return action.proposals.map(({ remoteId, remoteName }) => `perhaps “${remoteName ?? ""}” ${remoteId}`);
    case "invalid":
      return [action.message];
    case "delete-file":
    case "record":
    case "forget":
      return [];
  }
}

/** Names of fields, such as `instructions, get_weather`; the first few of many. */
export function fieldNames(action: Action): string {
  const fields =
    action.kind === "update" || action.kind === "pull"
      ? action.changes.map(({ field }) => field)
      : action.kind === "conflict"
        ? action.fields.map(({ field }) => field)
        : [];
  const names = fields.map((field) => field.split("/").at(-1) ?? field);
  return names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}

/** How many definitions wait for a person's decision, for titles. */
export function blockedCount(plan: Plan): number {
  return plan.actions.filter(isBlocked).length;
}

function diffLine({ field, before, after }: FieldDiff): string {
  return `${field}: ${shown(before)} → ${shown(after)}`;
}

/** A value on one line, cut where it is long. */
function shown(value: unknown): string {
  if (value === undefined) return "(none)";
  const text = JSON.stringify(value) ?? "";
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}

import { messageLine, oneLine } from "../core/oneLine.ts";
import type { Outcome } from "../core/sync/apply.ts";
import { noModel } from "../core/sync/makePlan.ts";
import type { Action, FieldDiff, Plan } from "../core/sync/plan.ts";
import type { StateRow } from "../core/sync/syncState.ts";

/** A plan as a person reads it: one line an action, its fields below. What others wrote in it makes no lines of its own. */
export function planText(plan: Plan): string {
  if (plan.actions.length === 0) return `Nothing to ${plan.direction}.\n`;
  return plan.actions.flatMap(actionLines).map(oneLine).join("\n") + "\n";
}

function actionLines(action: Action): readonly string[] {
  const { path } = action;
  switch (action.kind) {
    case "create": {
      const needs = action.needs.map((need) =>
        need.kind === "upload" ? `    upload ${need.path}` : `    make the vector store ${need.name}`,
      );
      return [`+ create   ${path}  ${quoted(action.name)}`, ...needs];
    }
    case "update": {
      const needs = action.needs.map((need) =>
        need.kind === "upload" ? `    upload ${need.path}` : `    make the vector store ${need.name}`,
      );
      return [`~ update   ${path}  ${action.remoteId}`, ...action.changes.map(diffLine), ...needs];
    }
    case "delete":
      return [`- delete   ${path}  ${quoted(action.name ?? "")} ${action.remoteId}`];
    case "pull":
      return [`< write    ${path}  from ${action.remoteId}`, ...action.changes.map(diffLine)];
    case "pull-new":
      return [`< new file ${path}  from ${quoted(action.name ?? "")} ${action.remoteId}`];
    case "delete-file":
      return [`- delete   ${path}  the file`];
    case "record":
      return [`= record   ${path}  ${action.remoteId}`];
    case "forget":
      return [`= forget   ${path}  file and assistant are gone`];
    case "conflict": {
      const fields = action.fields.map(
        ({ field, here, there }) => `    ${field}: here ${shown(here)}, there ${shown(there)}`,
      );
      return [`! conflict ${path}  ${messageLine(action.reason)}`, ...fields];
    }
    case "choose": {
      const lines = action.proposals.map(
        ({ remoteId, reason }) => `    ${remoteId}: ${reasons[reason]}  (--link ${path}=${remoteId})`,
      );
      return [
        `? which    ${path}  may be an assistant that is there already (--new ${path} for none of these)`,
        ...lines,
      ];
    }
    case "invalid":
      return [`x invalid  ${path}  ${withAdvice(messageLine(action.message))}`];
  }
}

const reasons = {
  marker: "was pushed from this path",
  moved: "was linked to a file that is gone, of the same name",
  name: "has the same name",
} as const;

function diffLine({ field, before, after }: FieldDiff): string {
  return `    ${field}: ${shown(before)} → ${shown(after)}`;
}

/** What the command line can do about it. */
function withAdvice(message: string): string {
  return message === noModel ? `${message} --model ID (ASSISTANTS_MODEL) gives one to all that name none.` : message;
}

/** A value on one line, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return "(none)";
  const text = JSON.stringify(value) ?? "";
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

function quoted(name: string): string {
  return `"${name}"`;
}

/** What became of a plan. */
export function outcomesText(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map((outcome) => {
    const what = `${outcome.action.kind} ${outcome.action.path}`;
    // What is wrong stands in the plan above, and nothing was tried.
    if (outcome.action.kind === "invalid") return `not valid    ${outcome.action.path}`;
    if (outcome.result === "done") return `done         ${what}`;
    return outcome.result === "not reached"
      ? `not reached  ${what}`
      : `${outcome.result.padEnd(12)} ${what}: ${messageLine(outcome.message)}`;
  });
  return lines.map((line) => `${oneLine(line)}\n`).join("");
}

/** One line a definition, and one for each assistant without one. */
export function statusText(rows: readonly StateRow[]): string {
  if (rows.length === 0) return "No definitions, and no assistants.\n";
  return rows
    .map(
      ({ state, path, name, remoteId }) =>
        `${oneLine(`${state.padEnd(14)} ${path ?? `"${name ?? ""}"`}${remoteId === null ? "" : `  ${remoteId}`}`)}\n`,
    )
    .join("");
}

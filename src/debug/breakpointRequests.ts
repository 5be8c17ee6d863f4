import type { DebugProtocol } from "@vscode/debugprotocol";

import type { BreakpointTable, SetBreakpoint } from "./breakpointTable.ts";
import type { ClientFormat } from "./clientFormat.ts";
import { DapProblem } from "./dapServer.ts";
import type { AnswerRequests } from "./dapServer.ts";

export interface BreakpointRequestsOptions {
  readonly table: BreakpointTable;
  readonly format: ClientFormat;
  /** Names of the assistant's functions; null while they are not known. */
  readonly functions: () => ReadonlySet<string> | null;
}

/** Answers what a client asks about breakpoints. */
export function answerBreakpointRequests(
  answers: AnswerRequests,
  { table, format, functions }: BreakpointRequestsOptions,
): void {
  answers<DebugProtocol.SetBreakpointsArguments>("setBreakpoints", ({ source, breakpoints, lines }) => {
    if (source.path === undefined) throw new DapProblem("Breakpoints are set in a file with a path.");
    const path = format.pathIn(source.path);
    const wanted = breakpoints ?? (lines ?? []).map((line): DebugProtocol.SourceBreakpoint => ({ line }));
    const set = table.setLines(
      path,
      wanted.map(({ line, condition, hitCondition, logMessage, mode }) => ({
        line: format.lineIn(line),
        condition,
        hitCondition,
        logMessage,
        mode: mode === "before" || mode === "after" || mode === "both" ? mode : undefined,
      })),
    );
    return { breakpoints: set.map((one) => dapBreakpoint(one, path, format)) };
  });
  answers<DebugProtocol.SetFunctionBreakpointsArguments>("setFunctionBreakpoints", ({ breakpoints }) => ({
    breakpoints: table.setFunctions(breakpoints, functions()).map((one) => dapBreakpoint(one, null, format)),
  }));
  answers<DebugProtocol.SetExceptionBreakpointsArguments>(
    "setExceptionBreakpoints",
    ({ filters, filterOptions = [] }) => {
      const plain = filters.map((id) => ({ id, condition: undefined }));
      const options = filterOptions.map(({ filterId, condition }) => ({ id: filterId, condition }));
      return { breakpoints: table.setFilters([...plain, ...options]).map((one) => dapBreakpoint(one, null, format)) };
    },
  );
  answers<DebugProtocol.BreakpointLocationsArguments>("breakpointLocations", ({ source, line, endLine = line }) => {
    const path = source.path === undefined ? "" : format.pathIn(source.path);
    const found = table.linesBetween(path, format.lineIn(line), format.lineIn(endLine));
    return { breakpoints: found.map((one) => ({ line: format.lineOut(one) })) };
  });
}

/** A breakpoint as the protocol tells it. */
export function dapBreakpoint(set: SetBreakpoint, path: string | null, format: ClientFormat): DebugProtocol.Breakpoint {
  return {
    id: set.id,
    verified: set.verified,
    ...(set.line === null ? {} : { line: format.lineOut(set.line) }),
    ...(set.message === null ? {} : { message: set.message }),
    ...(path === null ? {} : { source: format.source(path) }),
  };
}

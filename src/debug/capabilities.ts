import type { DebugProtocol } from "@vscode/debugprotocol";

import { exceptionFilters } from "./exceptionFilters.ts";

/** What the session can do, as `initialize` tells it. */
export const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsStepBack: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ["."],
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportTerminateDebuggee: true,
  supportsExceptionInfoRequest: true,
  supportsExceptionFilterOptions: true,
  supportsBreakpointLocationsRequest: true,
  exceptionBreakpointFilters: exceptionFilters.map((filter) => ({ ...filter })),
  breakpointModes: [
    {
      mode: "before",
      label: "Before the Answer",
      description: "Stops when the model has made the call.",
      appliesTo: ["source"],
    },
    {
      mode: "after",
      label: "After the Answer",
      description: "Stops when the call has its answer, before the run goes on.",
      appliesTo: ["source"],
    },
    { mode: "both", label: "Before and After", appliesTo: ["source"] },
  ],
};

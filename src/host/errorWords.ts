import { ProviderError } from "../core/provider.ts";
import { DefinitionProblem } from "./definitions/definitionProblem.ts";
import type { Log } from "./log.ts";

/** An error as a person reads it. What nobody expected goes to the log with its stack and is named as such. */
export function errorWords(error: unknown, log: Log): string {
  if (error instanceof ProviderError) {
    return error.requestId === null ? error.message : `${error.message} (request ${error.requestId})`;
  }
  if (error instanceof DefinitionProblem) return error.message;
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return error instanceof Error ? error.message : String(error);
}

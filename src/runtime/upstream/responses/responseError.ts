import { containerGone } from "../hosted/containers.ts";
import { turnErrorOf, type TurnError } from "../http/failures.ts";
import type { Refusal } from "../http/refusal.ts";
import type { Target } from "../http/target.ts";
import type { TurnRequest } from "../port.ts";

/** What a refusal of a response means for a run. @param offered the models to name when the one asked for is not there */
export function responseError(
  refusal: Refusal,
  target: Target,
  request: Pick<TurnRequest, "model" | "hostedPython">,
  offered: readonly string[],
): TurnError {
  if (request.hostedPython === undefined || !containerGone.test(refusal.message))
    return turnErrorOf(refusal, target, request.model, offered);
  const { host } = new URL(target.url);
  return {
    kind: "turn.error",
    error: "container",
    message: `The container at ${host} in which the run's Python was executed is gone. It says: ${refusal.message} The next run of the thread gets a new one.`,
    retryable: false,
  };
}

import { reasonOf } from "../../log.ts";
import type { TurnError } from "./failures.ts";
import { withoutKeys } from "./refusal.ts";
import type { Target } from "./target.ts";

const neverThere = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
];
const untrusted = /^(?:SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|ERR_TLS_CERT)/;
/** Node's fetch gives up after five minutes without a byte. Another wait of that length would outlive the run. */
const silent = ["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"];
const noTls = /^(?:EPROTO|ERR_SSL_)/;

/** A connection that could not be made or broke. */
export function connectionError(error: unknown, target: Target): TurnError {
  const { host } = new URL(target.url);
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  const detail = withoutKeys(code === "" ? reasonOf(cause) : code, target);
  const failed = (message: string, retryable: boolean): TurnError => ({
    kind: "turn.error",
    error: "server",
    message,
    retryable,
  });
  if (neverThere.includes(code))
    return failed(
      `Cannot reach the upstream at ${host} (${detail}). Is the server running, and is ${target.url} its address?`,
      true,
    );
  if (silent.includes(code))
    return failed(
      `The upstream ${host} has sent nothing for five minutes (${detail}). A smaller model, or less reasoning effort, answers sooner.`,
      false,
    );
  if (untrusted.test(code))
    return failed(
      `The certificate of the upstream ${host} is not trusted (${detail}). If it is your company's or your own, name its authority's file in NODE_EXTRA_CA_CERTS and start the runtime again.`,
      false,
    );
  if (noTls.test(code))
    return failed(
      `The upstream ${host} does not speak TLS as it should (${detail}). Is its address http:// and not https://?`,
      false,
    );
  return failed(`The connection to the upstream ${host} broke (${detail}).`, true);
}

import type { ChatSwitches } from "../../manifest.ts";

/** Where the key of a connection comes from. `url` binds a stored key to the server that it was given for. */
export type KeySource =
  | { readonly kind: "none" }
  | { readonly kind: "stored"; readonly url: string }
  | { readonly kind: "environment"; readonly variable: string };

/** What executes the runs of a connection's runtime. */
export type Upstream =
  | { readonly kind: "offline" }
  | {
      readonly kind: "responses" | "chat";
      readonly baseUrl: string;
      readonly profile: string | null;
      readonly modelMap: Readonly<Record<string, string>>;
      readonly switches: ChatSwitches;
      readonly apiVersion: string | null;
      /** For file search by meaning; null: by words. */
      readonly embeddingModel: string | null;
      /** Files, vector stores and file search are the server's own; only with `responses`. */
      readonly hostedFiles: boolean;
      /** The code interpreter is the server's own, in its containers; only with `responses`. */
      readonly hostedPython: boolean;
    };

/** A named provider. All of these run in the embedded runtime, which calls the server behind them. */
export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly upstream: Upstream;
  /** The model of definitions that name none. Empty while none has been chosen. */
  readonly model: string;
  readonly key: KeySource;
  /** What `assistants.lock.json` calls it; absent: the server's address. */
  readonly lockKey?: string;
}

export const offlineConnection: Connection = {
  id: "offline",
  name: "Offline model",
  upstream: { kind: "offline" },
  model: "offline",
  key: { kind: "none" },
};

/** Such as "Local runtime · offline model". */
export function connectionLabel(connection: Connection): string {
  return connection.upstream.kind === "offline"
    ? "Local runtime · offline model"
    : `Local runtime · ${connection.name}`;
}

/**
 * Checks what a person typed as a server's address.
 * @returns the URL without a slash at its end, or the reason why it is none
 */
export function parseBaseUrl(
  text: string,
): { readonly valid: true; readonly url: string } | { readonly valid: false; readonly reason: string } {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return { valid: false, reason: "Not a URL. Example: http://localhost:11434/v1" };
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return { valid: false, reason: "The URL must begin with http:// or https://." };
  if (url.username !== "" || url.password !== "")
    return { valid: false, reason: "Leave the key out of the URL: it is asked for in the next step." };
  if (url.search !== "" || url.hash !== "")
    return { valid: false, reason: "The URL must end with its path, such as /v1." };
  return { valid: true, url: url.href.replace(/\/+$/, "") };
}

/** Kinds of servers whose ways are known: where keys go, and what they take. `auto` is told from the address. */
export const serverKinds = [
  "openai",
  "azure",
  "ollama",
  "vllm",
  "llamacpp",
  "lmstudio",
  "openrouter",
  "other",
] as const;
export type ServerKind = (typeof serverKinds)[number];

/** Where requests go, as far as a person needs to know. */
export interface Target {
  /** The base URL, without a slash at its end. */
  readonly url: string;
  readonly key: string | undefined;
  /** The environment variable that the key comes from. */
  readonly keyName: string;
  readonly server: ServerKind;
  /** The `api-version` of a query, which Azure's older addresses want. */
  readonly apiVersion: string | undefined;
  /** Listed when the server has no list of models. */
  readonly model: string | undefined;
}

/** What an address says about the server behind it: the hosts of services, the default ports of local programs. */
export function serverAt(url: string): ServerKind {
  const { hostname, host, port } = new URL(url);
  if (host === "api.openai.com") return "openai";
  if (/\.(?:openai\.azure|cognitiveservices\.azure|services\.ai\.azure)\.com$/.test(hostname)) return "azure";
  if (hostname === "openrouter.ai") return "openrouter";
  if (port === "11434") return "ollama";
  return port === "1234" ? "lmstudio" : "other";
}

/** The headers of every request. */
export function headersFor({ key, server }: Target): Record<string, string> {
  // How OpenRouter names a program in its lists; it asks for it, and takes requests without.
  const title: Record<string, string> = server === "openrouter" ? { "x-title": "Assistants Workbench" } : {};
  if (key === undefined) return title;
  return server === "azure" ? { ...title, "api-key": key } : { ...title, authorization: `Bearer ${key}` };
}

/** The address of an operation, such as `/chat/completions`. */
export function addressOf(target: Target, path: string, model?: string): string {
  // Azure's address before /openai/v1 names the model (there: the deployment) in the path.
  const deployment =
    target.server === "azure" && target.url.endsWith("/openai") && model !== undefined
      ? `/deployments/${encodeURIComponent(model)}`
      : "";
  const url = new URL(`${target.url}${deployment}${path}`);
  if (target.apiVersion !== undefined) url.searchParams.set("api-version", target.apiVersion);
  return url.href;
}

import type { ChatSettings } from "../upstream/chat/profile.ts";
import { serverAt, serverKinds, type ServerKind, type Target } from "../upstream/http/target.ts";
import type { ModelMap } from "../upstream/mappedUpstream.ts";
import { readChatSettings, type ChatFlags } from "./chatFlags.ts";
import { readModelMap } from "./modelMap.ts";

export type UpstreamOptions =
  | { readonly kind: "offline"; /** Tokens per second; 0 is as fast as possible. */ readonly pace: number }
  | {
      readonly kind: "chat";
      readonly target: Target;
      readonly modelMap: ModelMap;
      /** For search by meaning; `undefined` without one. */
      readonly embeddingModel: string | undefined;
      /** What somebody set by a switch of its own. */
      readonly chat: ChatSettings;
    }
  | {
      readonly kind: "responses";
      readonly target: Target;
      readonly modelMap: ModelMap;
      readonly embeddingModel: string | undefined;
      /** Files, vector stores and file search are the upstream's own. */
      readonly hostedFiles: boolean;
      /** The code interpreter is the upstream's own, in its containers. */
      readonly hostedPython: boolean;
    };

export type Environment = Readonly<Record<string, string | undefined>>;

/** The flags about the upstream, as they were typed. */
export interface UpstreamFlags extends ChatFlags {
  readonly upstream?: string | undefined;
  readonly "upstream-url"?: string | undefined;
  readonly "upstream-key-env"?: string | undefined;
  readonly "upstream-api-version"?: string | undefined;
  readonly profile?: string | undefined;
  readonly model?: string | undefined;
  readonly "model-map"?: string[] | undefined;
  readonly "embedding-model"?: string | undefined;
  readonly "hosted-files"?: boolean | undefined;
  readonly "hosted-python"?: boolean | undefined;
  readonly pace?: string | undefined;
}

const defaultPace = 60;
const openAi = "https://api.openai.com/v1";
const serverFlags = [
  "upstream-url",
  "upstream-key-env",
  "upstream-api-version",
  "profile",
  "model-map",
  "embedding-model",
] as const;

/** Reads the flags about the upstream. A string says what is wrong with them. */
export function readUpstream(flags: UpstreamFlags, env: Environment): UpstreamOptions | string {
  const kind = flags.upstream ?? "offline";
  if (kind !== "offline" && kind !== "chat" && kind !== "responses")
    return `--upstream must be offline, chat or responses, not '${kind}'`;
  const hostedFiles = flags["hosted-files"] === true;
  if (hostedFiles && kind !== "responses") return "--hosted-files needs --upstream responses";
  const hostedPython = flags["hosted-python"] === true;
  if (hostedPython && kind !== "responses") return "--hosted-python needs --upstream responses";
  const chat = readChatSettings(flags, kind === "chat");
  if (typeof chat === "string") return chat;
  if (kind === "offline") {
    const stray = serverFlags.find((flag) => flags[flag] !== undefined);
    if (stray !== undefined) return `--${stray} needs --upstream chat or responses`;
    const pace = Number(flags.pace ?? defaultPace);
    return Number.isFinite(pace) && pace >= 0 && flags.pace !== ""
      ? { kind, pace }
      : `--pace must be a number of tokens per second, not '${flags.pace}'`;
  }
  if (flags.pace !== undefined) return "--pace needs --upstream offline";
  const url = flags["upstream-url"] ?? (kind === "responses" ? openAi : undefined);
  if (url === undefined) return "--upstream chat needs --upstream-url URL, for example http://localhost:11434/v1";
  const target = readTarget(url, flags, env);
  if (typeof target === "string") return target;
  const modelMap = readModelMap(flags["model-map"] ?? []);
  if (typeof modelMap === "string") return modelMap;
  const embeddingModel = nonEmpty(flags["embedding-model"]);
  if (hostedFiles && embeddingModel !== undefined)
    return "--embedding-model has no use with --hosted-files: the upstream embeds by itself";
  return kind === "chat"
    ? { kind, target, modelMap, embeddingModel, chat }
    : { kind, target, modelMap, embeddingModel, hostedFiles, hostedPython };
}

function readTarget(url: string, flags: UpstreamFlags, env: Environment): Target | string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return `--upstream-url must be an http or https URL, not '${url}'`;
  const { username, password, search, hash } = new URL(url);
  if (username !== "" || password !== "")
    return "--upstream-url must not carry a user name or password; set ASSISTANTS_UPSTREAM_KEY";
  if (search !== "" || hash !== "")
    return "--upstream-url must not carry a query or a fragment; --upstream-api-version gives Azure's";
  const profile = flags.profile ?? "auto";
  const server = profile === "auto" ? serverAt(url) : serverNamed(profile);
  if (server === undefined)
    return `--profile must be auto or one of ${serverKinds.filter((one) => one !== "other").join(", ")}, not '${profile}'`;
  return {
    url: url.replace(/\/+$/, ""),
    ...upstreamKey(url, flags["upstream-key-env"], env),
    server,
    apiVersion: nonEmpty(flags["upstream-api-version"]),
    model: nonEmpty(flags.model),
  };
}

function serverNamed(name: string): ServerKind | undefined {
  return serverKinds.find((kind) => kind === name && kind !== "other");
}

/**
 * A key goes only where it was meant to go: `OPENAI_API_KEY` belongs to OpenAI and is never sent to another host, unless its
 * name is given in so many words.
 */
function upstreamKey(url: string, named: string | undefined, env: Environment): Pick<Target, "key" | "keyName"> {
  if (named !== undefined) return { key: nonEmpty(env[named]), keyName: named };
  const own = nonEmpty(env["ASSISTANTS_UPSTREAM_KEY"]);
  if (own === undefined && new URL(url).host === "api.openai.com")
    return { key: nonEmpty(env["OPENAI_API_KEY"]), keyName: "OPENAI_API_KEY" };
  return { key: own, keyName: "ASSISTANTS_UPSTREAM_KEY" };
}

export function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}
